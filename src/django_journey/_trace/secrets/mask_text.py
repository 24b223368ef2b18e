"""The mask that replaces a secret."""

from __future__ import annotations

__all__ = ["MASK"]

MASK = "***"
