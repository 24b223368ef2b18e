"""Uploaded and stored files: storages of a test's own, and files made in memory."""
