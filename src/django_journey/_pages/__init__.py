"""Pages without a browser: the twin of Playwright's sync API."""
