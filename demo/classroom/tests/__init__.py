"""Plain Django tests of the classroom app."""
