"""Plain Django tests of the blog."""
