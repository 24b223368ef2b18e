"""Live servers, WSGI and ASGI, inside the story's own transaction."""
