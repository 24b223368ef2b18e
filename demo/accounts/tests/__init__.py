"""Plain Django tests of the accounts app."""
