"""The HTTP of a page: requests, redirects, cookies, bodies, API requests."""
