"""``manage.py journey look``: prints a page as its outline, with the verbs that are possible there."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from django_journey.errors import ConfigurationError, Explanation, StoryError, visible

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments; nothing is loaded for it."""
    parser.add_argument("target", help="a path, or the name of a URL")
    parser.add_argument("arguments", nargs="*", metavar="name=value", help="the arguments of the URL")
    parser.add_argument(
        "--as", dest="user", metavar="USERNAME", help="who looks; a visitor who is not signed in if not given"
    )
    parser.add_argument("--json", action="store_true", help="print JSON: url, status, title, outline, verbs")


def run(options: dict[str, Any], write: Callable[[str], object]) -> int:
    """Visit the page on the project's own database, print it, and roll everything back.

    Args:
        options: The parsed arguments.
        write: Writes one line of the result.

    Returns:
        The exit code: 1 for a page whose status is 400 or higher.

    Raises:
        ConfigurationError: There is no such URL or user, or the page can't be opened.
    """
    from django.db import DatabaseError

    from django_journey._explore.command import explored_database, walking

    target = options["target"]
    try:
        with explored_database(on_this=True), walking() as journey:
            found = _look(journey, target, options["arguments"], options["user"])
    except DatabaseError as error:
        raise _broken(target, error) from error
    if options["json"]:
        write(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        title = f"  {found['title']}" if found["title"] else ""
        lines = [f"{found['status']}  {found['url']}{title}", "", found["outline"], ""]
        if found["verbs"]:
            lines += ["What can be done here, to paste into a story:", "", *found["verbs"]]
        write(visible("\n".join(lines)))
    return 1 if int(found["status"]) >= 400 else 0


def _look(journey: Any, target: str, arguments: Sequence[str], username: str | None) -> dict[str, Any]:
    from django_journey._explore.findings.story_source import target_of
    from django_journey._explore.site.people import named_people
    from django_journey._story.verbs.outline import outline_of, verbs_of

    if username is None:
        who, actor = "visitor", journey.visitor()
    else:
        user = named_people([username], where="--as, in the project's database", instead=_USER)[username]
        who, actor = _variable(username), journey.actor(user)
    if target.startswith("/"):
        _check_path(target)
    named = dict(_pair(each) for each in arguments)
    try:
        actor.visit(target, **named)
    except StoryError as error:
        raise ConfigurationError(error.explanation) from None
    except Exception as error:
        raise _broken(target, error) from error
    page = actor.page
    path = urlsplit(page.url)._replace(scheme="", netloc="").geturl()
    return {
        "url": path,
        "status": actor.response.status,
        "title": page.title(),
        "as": username,
        "outline": outline_of(page),
        "verbs": [f"{who}.visit({target_of(path)})", *verbs_of(page, who)],
    }


_USER = "python manage.py createsuperuser, or a user who is in the database; without --as a visitor looks"


def _variable(username: str) -> str:
    name = "".join(char if char.isalnum() else "_" for char in username.partition("@")[0]).lower()
    return name if name.isidentifier() else "user"


def _pair(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise ConfigurationError(
            Explanation(
                f"{argument!r} is no argument of a URL",
                where="journey look TARGET name=value …",
                instead=f"journey look TARGET pk={argument}",
            )
        )
    return name, value


def _check_path(path: str) -> None:
    """Check that some URL pattern has this path.

    Raises:
        ConfigurationError: None has; the nearest patterns are listed.
    """
    from django.urls import Resolver404, resolve

    from django_journey._routes.url_names import routes

    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        near = get_close_matches(path, [f"/{route.pattern}" for route in routes()], n=5, cutoff=0.4)
        raise ConfigurationError(
            Explanation(
                f"no URL pattern fits the path {path!r}",
                where="the project's URLconf",
                nearest=tuple(near),
                instead="python manage.py journey routes  lists all of them",
            )
        ) from None


def _broken(target: str, error: Exception) -> ConfigurationError:
    from django.db import DatabaseError

    line = str(error).partition("\n")[0]
    missing = isinstance(error, DatabaseError)
    return ConfigurationError(
        Explanation(
            f"{target} can't be shown: {type(error).__name__}: {line}",
            where="the project's own database" if missing else "the view, or its template",
            instead="python manage.py migrate, if a table is missing" if missing else "mend the page first",
        )
    )
