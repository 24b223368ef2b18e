"""``python -m django_journey``: traces a script that runs tests, and writes the report of a trace."""

from django_journey.runners.main import main

if __name__ == "__main__":
    raise SystemExit(main())
