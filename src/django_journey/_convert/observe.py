"""Runs tests in a process of its own: with other sources than the files have, or recording each call of a client.

Started as ``python -m django_journey._convert.observe PLAN PROGRAM …``; the plan is a JSON file with ``files`` (the
tests' files), ``sources`` (what is read instead of a file), ``calls`` (where calls are recorded; empty for no
recording) and ``report`` (the folder of the trace).
"""

from __future__ import annotations

import importlib.machinery
import json
import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from django_journey._convert.calls import ClientCall, ShownForm, Span
from django_journey._runners.main import main as run
from django_journey._trace.safety.patches import Patches

__all__ = ["ClientWatch", "main"]

#: Where the methods of test clients are.
_CLIENTS = ("/django/test/client.py", "/rest_framework/test.py", "/_convert/observe.py")


def main(words: list[str]) -> int:
    """Run the program of a plan, traced.

    Args:
        words: The plan's file, and the program with its arguments.
    """
    plan = json.loads(Path(words[0]).read_text(encoding="utf-8"))
    _read_instead(plan["sources"])
    if plan["calls"]:
        ClientWatch(frozenset(plan["files"]), Path(plan["calls"])).__enter__()
    return run(["run", f"--journey-report={plan['report']}", *words[1:]])


def _read_instead(sources: dict[str, str]) -> None:
    """Let Python import other sources than the files have."""
    loader = importlib.machinery.SourceFileLoader
    original = loader.get_code

    def get_code(self: Any, fullname: str) -> CodeType | None:
        source = sources.get(self.path)
        return original(self, fullname) if source is None else compile(source, self.path, "exec")

    loader.get_code = get_code  # type: ignore[method-assign]
    for path, source in sources.items():
        linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)


class ClientWatch:
    """Records the calls of Django's test client that stand in the given files."""

    def __init__(self, files: frozenset[str], out: Path) -> None:
        self._files = files
        self._out = out
        self._probing = False
        self._patches = Patches()
        self._pages: dict[int, tuple[str, bytes]] = {}  # the path and the HTML that a client shows, by its id

    def __enter__(self) -> None:
        """Wrap the client's methods; their arguments and results stay as they are."""
        from django.test import Client
        from django.test.client import ClientMixin

        self._patches.wrap(Client, "request", self._around_request)
        self._patches.wrap(ClientMixin, "login", partial(self._around, "login"))
        self._patches.wrap(ClientMixin, "force_login", partial(self._around, "force_login"))
        self._patches.wrap(ClientMixin, "logout", partial(self._around, "logout"))

    def __exit__(self, *error: object) -> None:
        """Restore them."""
        self._patches.remove()

    def _around(self, kind: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def called(client: Any, *args: Any, **kwargs: Any) -> Any:
            place = self._place(sys._getframe(1))
            if place is None or self._probing:
                return original(client, *args, **kwargs)
            user = _user_of(client)
            result = original(client, *args, **kwargs)
            now = _user_of(client) or user
            field = _field_of(client, kwargs) if kind == "login" and now not in ("", "?") else ""
            self._write(ClientCall(*place, kind=kind, user=now, user_field=field))
            return result

        return called

    def _around_request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def request(client: Any, **environ: Any) -> Any:
            place = None if self._probing else self._place(sys._getframe(1))
            if place is None:
                return original(client, **environ)
            forms: list[ShownForm] = []
            user = _user_of(client)
            if environ.get("REQUEST_METHOD") == "POST":
                forms = self._forms(client, environ, original)
            response = original(client, **environ)
            with suppress(Exception):
                self._record(place, user, client, environ, response, forms)
            return response

        return request

    def _record(
        self,
        place: tuple[str, str, str, Span],
        user: str,
        client: Any,
        environ: dict[str, Any],
        response: Any,
        forms: list[ShownForm],
    ) -> None:
        from django_journey._convert.site_facts import name_of_path, redirect_of, url_path

        path = url_path(environ)
        names = {frame.f_code.co_name for frame in _frames(sys._getframe(1))}
        content_type = response.headers.get("Content-Type", "").partition(";")[0]
        if content_type == "text/html" and not getattr(response, "streaming", False):
            self._pages[id(client)] = (path, response.content)
        named = name_of_path(path)
        target = redirect_of(response, path)
        leads_to = name_of_path(target.partition("?")[0]) if target else ("", [], {})
        self._write(
            ClientCall(
                *place,
                kind="check" if names & {"_handle_redirects", "assertRedirects"} else "request",
                user=user,
                method=environ.get("REQUEST_METHOD", "GET"),
                path=path,
                query=environ.get("QUERY_STRING", ""),
                status=response.status_code,
                redirect=target,
                content_type=content_type,
                download="attachment" in response.headers.get("Content-Disposition", ""),
                url_name=named[0],
                args=named[1],
                kwargs=named[2],
                redirect_name=leads_to[0],
                redirect_args=leads_to[1],
                redirect_kwargs=leads_to[2],
                posted=_posted(response),
                forms=forms,
            )
        )

    def _forms(self, client: Any, environ: dict[str, Any], original: Callable[..., Any]) -> list[ShownForm]:
        """Return the forms that lead to a request: of the page that is open, and of the one at its own URL."""
        from django_journey._convert.site_facts import forms_to, page_at, url_path

        path = url_path(environ)
        found: list[ShownForm] = []
        self._probing = True
        try:
            if id(client) in self._pages:
                found += forms_to(path, *self._pages[id(client)], here=True)
            if not found and (page := page_at(client, environ, original)) is not None:
                found += forms_to(path, path, page, here=False)
        except Exception:
            return found
        finally:
            self._probing = False
        return found

    def _place(self, frame: FrameType | None) -> tuple[str, str, str, Span] | None:
        """Return the file, the function, the test and the span of the innermost call in the tests' files.

        The function is empty where it does not call the client itself: Django follows a redirect, checks where it
        leads, or a helper stands in another file.
        """
        found: tuple[str, str, Span] | None = None
        test = ""
        itself = True
        while frame is not None:
            code = frame.f_code
            if code.co_filename in self._files:
                if found is None:
                    found = (code.co_filename, code.co_qualname if itself else "", _span(frame))
                if code.co_name.startswith("test"):
                    test = code.co_qualname
            elif not code.co_filename.endswith(_CLIENTS):
                itself = False
            frame = frame.f_back
        return (found[0], found[1], test, found[2]) if found else None

    def _write(self, call: ClientCall) -> None:
        with self._out.open("a", encoding="utf-8") as file:
            file.write(f"{call.as_line()}\n")


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _span(frame: FrameType) -> Span:
    """Return where the call stands that a frame is executing (PEP 657)."""
    positions = list(frame.f_code.co_positions())
    line, end_line, column, end_column = positions[frame.f_lasti // 2]
    return (line or 0, column or 0, end_line or 0, end_column or 0)


def _user_of(client: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import SESSION_KEY

    if settings.SESSION_COOKIE_NAME not in client.cookies:
        return ""
    from django.db import connections

    if any(connections[alias].force_debug_cursor for alias in connections):
        return "?"  # the test counts queries
    with suppress(Exception):
        return str(client.session.get(SESSION_KEY, ""))
    return ""


def _field_of(client: Any, credentials: dict[str, Any]) -> str:
    """Return the field of the user that holds one of the credentials: a backend may take what it likes as a name."""
    from django.contrib.auth import get_user

    with suppress(Exception):
        user: Any = get_user(client)
        for name in (user.USERNAME_FIELD, user.get_email_field_name()):
            if getattr(user, name) in credentials.values():
                return str(name)
    return ""


def _posted(response: Any) -> list[str]:
    with suppress(Exception):
        request = response.wsgi_request
        return [*request.POST, *request.FILES]
    return []


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
