"""Where Django is observed: requests, SQL, templates, forms, mail."""
