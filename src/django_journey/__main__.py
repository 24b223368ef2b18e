"""``python -m django_journey``: runs a test script with tracing, or writes the report of a trace."""

from django_journey._runners.main import main

if __name__ == "__main__":
    raise SystemExit(main())
