"""Plain Django tests of the site as a whole."""
