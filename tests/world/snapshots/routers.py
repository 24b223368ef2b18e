"""A router that decides nothing."""


class Router:
    """Leaves every decision to Django."""
