"""Playwright's ``Locator`` without a browser."""
