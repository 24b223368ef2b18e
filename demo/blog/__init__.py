"""A blog with pictures, stored by an outside service or on the site's own disk."""
