"""The classes of what a story works with, for annotations: ``def sign_up(page: Page) -> None``."""

from django_journey._pages.http.api import APIRequestContext, APIResponse
from django_journey._pages.http.downloads import Download
from django_journey._pages.http.request_response import Request, Response
from django_journey._pages.locator.locator import FrameLocator, Locator
from django_journey._pages.page import BrowserContext, Page
from django_journey._story.page_response import PageResponse
from django_journey._story.settings import Options
from django_journey._world.clock import Clock
from django_journey._world.mail import Mail, Mailbox
from django_journey._world.tasks import Enqueued, Retrying, TaskAdapter, Tasks

__all__ = [
    "APIRequestContext",
    "APIResponse",
    "BrowserContext",
    "Clock",
    "Download",
    "Enqueued",
    "FrameLocator",
    "Locator",
    "Mail",
    "Mailbox",
    "Options",
    "Page",
    "PageResponse",
    "Request",
    "Response",
    "Retrying",
    "TaskAdapter",
    "Tasks",
]
