"""What a run of plain tests recorded of each call of a test client, and the file that holds it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

__all__ = ["ClientCall", "Control", "ShownForm", "Span", "read_calls"]

#: A place in a source: first line, first column, last line, last column; lines count from 1, columns from 0.
Span = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Control:
    """A control of a form.

    Args:
        name: Its name.
        kind: The type of an input, or the element's tag.
        label: What its label says; empty where it has none.
        value: The value that it has on the page, or that it sends when it is checked.
        checked: Whether it is checked.
        options: The texts of a select box's options by their values.
    """

    name: str
    kind: str
    label: str = ""
    value: str = ""
    checked: bool = False
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form that a page shows.

    Args:
        action: The path that it is sent to.
        here: Whether the page was open already; otherwise it is the page at the path of the request.
        buttons: The names of its submit buttons, as a user reads them, with the name and value that they send.
        controls: Its controls.
    """

    action: str
    here: bool
    buttons: list[list[str]]
    controls: list[Control]


@dataclass(frozen=True, slots=True)
class ClientCall:
    """One call of a test client.

    Args:
        file: The test's file.
        function: The qualified name of the function that called; empty if it called a helper in another file.
        test: The qualified name of the test function that led to the call.
        span: Where the call stands.
        kind: ``request``, ``login``, ``force_login`` or ``logout``; ``check`` for a request of Django's own, which
            follows a redirect or checks where it leads.
        user: The primary key of the user who was signed in before; empty for none.
        user_field: The field of that user which a ``login`` named; empty if it is not known.
        method: The HTTP method.
        path: The path.
        query: The query string.
        status: The first response's status.
        redirect: Where that leads.
        content_type: Its type, without parameters.
        download: Whether it is to be saved as a file.
        url_name: The URL's name; empty if ``reverse`` does not lead from it to the path.
        args: The URL's arguments, by their places.
        kwargs: The URL's arguments, by name.
        redirect_name: The name of the URL that the redirect leads to.
        redirect_args: Its arguments, by their places.
        redirect_kwargs: Its arguments, by name.
        posted: The names of the fields that were sent.
        forms: The forms from which a user could have sent it.
    """

    file: str
    function: str
    test: str
    span: Span
    kind: str = "request"
    user: str = ""
    user_field: str = ""
    method: str = ""
    path: str = ""
    query: str = ""
    status: int = 0
    redirect: str = ""
    content_type: str = ""
    download: bool = False
    url_name: str = ""
    args: list[str] = field(default_factory=list)
    kwargs: dict[str, str] = field(default_factory=dict)
    redirect_name: str = ""
    redirect_args: list[str] = field(default_factory=list)
    redirect_kwargs: dict[str, str] = field(default_factory=dict)
    posted: list[str] = field(default_factory=list)
    forms: list[ShownForm] = field(default_factory=list)

    def as_line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self), default=str)


def read_calls(file: Path) -> dict[str, list[ClientCall]]:
    """Return the recorded calls by the test's file, in order."""
    found: dict[str, list[ClientCall]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        data = _known(ClientCall, json.loads(line))
        data["span"] = tuple(data["span"])
        data["forms"] = [_form(each) for each in data["forms"]]
        found[data["file"]].append(ClientCall(**data))
    return found


def _form(data: dict[str, Any]) -> ShownForm:
    controls = [Control(**_known(Control, each)) for each in data["controls"]]
    return ShownForm(**{**_known(ShownForm, data), "controls": controls})


def _known(cls: type, data: dict[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(cls)}
    return {name: value for name, value in data.items() if name in names}
