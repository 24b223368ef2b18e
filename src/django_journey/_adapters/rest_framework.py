"""What tracing reads of Django REST framework's objects; each may be absent, and nothing is called."""

from __future__ import annotations

__all__ = ["PARSED_DATA"]

#: In a ``Request``: the body as it was parsed.
PARSED_DATA = "_full_data"
