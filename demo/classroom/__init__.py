"""A teacher's classroom: server-rendered pages, and a JSON API behind a small front end."""
