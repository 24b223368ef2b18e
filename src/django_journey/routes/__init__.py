"""The project's URLs as data, and wrappers for them."""
