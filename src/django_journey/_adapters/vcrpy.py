"""vcrpy's cassettes without its patching: made, read and written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django_journey._adapters.check import private

__all__ = ["new_cassette", "write"]

# Settings of vcrpy's decorators; its cassettes take no arguments of these names.
_OF_DECORATORS = ("path_transformer", "func_path_generator", "record_on_exception")


def new_cassette(path: Path, *, anew: bool, **settings: Any) -> Any:
    """Return a cassette of vcrpy's.

    Args:
        path: Its file.
        anew: Begin empty, for a recording; else read the file, to play it.
        settings: What ``vcr.VCR`` takes.

    Raises:
        ImportError: vcrpy is not installed.
        FileNotFoundError: There is no file to read.
    """
    import vcr
    from vcr.cassette import Cassette

    if not anew and not path.exists():
        raise FileNotFoundError(path)
    recorder = vcr.VCR(record_mode=vcr.mode.ALL if anew else vcr.mode.NONE, **settings)
    merged = private("vcrpy", recorder, "get_merged_config")(path=str(path))
    for name in _OF_DECORATORS:
        merged.pop(name, None)
    return Cassette(**merged) if anew else Cassette.load(**merged)


def write(cassette: Any) -> None:
    """Write a cassette's file."""
    private("vcrpy", cassette, "_save")()
