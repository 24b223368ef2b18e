"""The environment of this process, which tells nobody what is read of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django_journey._adapters.check import private

__all__ = ["noted_variables"]


@contextmanager
def noted_variables() -> Iterator[set[str]]:
    """Give a set to which the names of all variables are added that are read in this context."""
    environ: Any = os.environ
    encode = private("Python", environ, "encodekey")
    read: set[str] = set()

    def noting(name: Any) -> Any:
        if isinstance(name, str):
            read.add(name)
        return encode(name)

    environ.encodekey = noting
    try:
        yield read
    finally:
        environ.encodekey = encode
