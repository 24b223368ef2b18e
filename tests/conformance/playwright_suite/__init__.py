"""Runs the usable part of Playwright's own suite against the browserless page; see ``tests/conformance/README.md``."""
