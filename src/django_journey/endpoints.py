"""Endpoint factories: each endpoint of an API as a method, with default values."""

from django_journey._routes.endpoints import (
    Bound,
    Endpoint,
    Endpoints,
    Existing,
    Fake,
    Needed,
    delete,
    endpoint,
    existing,
    fake,
    get,
    head,
    needed,
    patch,
    post,
    put,
)

__all__ = [
    "Bound",
    "Endpoint",
    "Endpoints",
    "Existing",
    "Fake",
    "Needed",
    "delete",
    "endpoint",
    "existing",
    "fake",
    "get",
    "head",
    "needed",
    "patch",
    "post",
    "put",
]
