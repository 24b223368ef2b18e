"""What acts on pages without a browser in place of a script library; named in ``JOURNEY["interpreters"]``."""

from django_journey._pages.behaviours.behaviours import Behaviours, Interpreter
from django_journey._pages.behaviours.page_event import CAPTURE, DOCUMENT, WINDOW, PageEvent

__all__ = ["CAPTURE", "DOCUMENT", "WINDOW", "Behaviours", "Interpreter", "PageEvent"]
