"""Beginnings that stories share: run once, and gone back to for each story."""
