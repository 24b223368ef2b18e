"""The parts of the site, as the navigation and the home page list them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Section:
    """One app of the site.

    Args:
        title: Its name in the navigation.
        url_name: The name of its first page's URL.
        prefix: What the paths of its pages begin with, so that the navigation can mark it.
        blurb: What one can do there, in a sentence or two.
        symbol: A character that stands for it on the home page.
    """

    title: str
    url_name: str
    prefix: str
    blurb: str
    symbol: str


SECTIONS = (
    Section(
        title="Newsroom",
        url_name="article-list",
        prefix="/newsroom/",
        blurb="Authors draft articles, editors publish them, and everybody may comment on what is online.",
        symbol="¶",
    ),
    Section(
        title="Blog",
        url_name="post_list",
        prefix="/blog/",
        blurb="Posts with pictures, which lie with an outside service or on the site's own disk.",
        symbol="✍",
    ),
    Section(
        title="Classroom",
        url_name="classroom-list",
        prefix="/classroom/",
        blurb="Teachers keep their class lists on plain pages, or on a live board that talks to a JSON API.",
        symbol="✎",
    ),
    Section(
        title="Accounts",
        url_name="dashboard",
        prefix="/accounts/",
        blurb="Sign up, log in, keep your profile, and get back in when the password is forgotten.",
        symbol="☺",
    ),
)


def sections(request: HttpRequest) -> dict[str, object]:
    """Give every template the parts of the site, the part that the page belongs to, and the mailbox's URL."""
    current = next((section for section in SECTIONS if request.path.startswith(section.prefix)), None)
    return {"sections": SECTIONS, "current_section": current, "mail_is_read_here": settings.DEBUG}
