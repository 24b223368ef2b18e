"""What a test author holds: the browserless twin of Playwright's sync API."""
