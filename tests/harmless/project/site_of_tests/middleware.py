"""Middleware that inspects its callers."""

import sys
from contextvars import ContextVar

seen: ContextVar[str] = ContextVar("seen", default="")
callers: list[str] = []


def marking(get_response):
    def middleware(request):
        callers.append(sys._getframe(1).f_code.co_filename.rpartition("/")[2])
        seen.set(request.path)
        return get_response(request)

    return middleware
