"""Playwright's ``expect`` without a browser."""
