"""A blog with pictures, which lie with an outside service or on the site's own disk."""
