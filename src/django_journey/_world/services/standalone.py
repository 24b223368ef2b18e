"""Serves a fake on loopback, for whatever is no journey: recording from it, or a site that runs by hand."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from urllib.parse import urlsplit

from django_journey._world.services.exchange import Asked, Reply
from django_journey._world.services.fake_server import Delivery, Origin
from django_journey._world.services.service import Service, answering_of

__all__ = ["served"]


@contextmanager
def served(service: Service) -> Iterator[str]:
    """Serve a fake over plain HTTP while the block runs.

    Args:
        service: An instance of the service's class; its state is the test's to look at.

    Returns:
        What to use instead of its ``base_url``, e.g. ``http://127.0.0.1:40123/v1``.
    """
    base = urlsplit(service.base_url)

    def answer(asked: Asked) -> Delivery:
        try:
            return Delivery(answering_of(service).answer(asked))
        except Exception as error:
            return Delivery(Reply(500, "".join(traceback.format_exception(error)).encode()))

    origin = Origin(service.name, f"http://{base.netloc}", answer, tls=None, context=copy_context)
    host, port = origin.dial()
    try:
        yield f"http://{host}:{port}{base.path.rstrip('/')}"
    finally:
        origin.close()
