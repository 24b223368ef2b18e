"""Plain Django tests of the newsroom app."""
