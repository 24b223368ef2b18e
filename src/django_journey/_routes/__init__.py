"""The project's URLs as data, and endpoint factories."""
