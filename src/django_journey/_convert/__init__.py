"""Turns tests with Django's ``Client`` and scripts of Playwright's codegen into stories; keeps those that pass."""
