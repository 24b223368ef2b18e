"""The report of a traced run: read its trace, or build the report from it."""

from django_journey._report import build, load

__all__ = ["build", "load"]
