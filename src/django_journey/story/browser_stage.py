"""The stage of real browsers: an actor's page is Playwright's own ``Page``."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django_journey.drivers.browser.closing import quietly
from django_journey.drivers.browser.heard import EAR
from django_journey.drivers.browser.kept import Lent
from django_journey.drivers.browser.session import Launch, session_for
from django_journey.drivers.browser.steps import ACTOR, PICTURES, look_of
from django_journey.drivers.browser.translate import translated
from django_journey.errors import Explanation, StoryError
from django_journey.story.options import Options
from django_journey.story.page_response import PageResponse
from django_journey.trace import recorder
from django_journey.trace.given import Given
from django_journey.world.gate import REQUEST_ID

__all__ = ["BrowserStage", "launch_of"]


def launch_of(options: Options) -> Launch:
    """Return which browser the options ask for; the network guard holds for it too, but for a deployed site."""
    guarded = options.network == "guard" and not options.base_url
    return Launch(
        kind=options.browser,
        headed=options.headed,
        slowmo=options.slowmo,
        path=options.browser_path,
        endpoint=options.browser_endpoint,
        reach=tuple(options.allow_network) if guarded else None,
    )


class BrowserStage:
    """Browser contexts in this process's one browser, as good as new for each actor.

    Args:
        base_url: The site's origin.
        options: The settings of this journey.
        raised: What views raised in this journey, by request, where the server is in this process.
        given: Gives what the templates of a response were given, for the request's number, there.
    """

    name = "browser"

    def __init__(
        self,
        base_url: str,
        options: Options,
        *,
        raised: Mapping[str, BaseException] | None = None,
        given: Callable[[str], Given | None] | None = None,
    ) -> None:
        self.base_url = base_url
        self._given = given
        self._raised = raised if raised is not None and options.raise_server_errors else {}
        self._told: set[str] = set()
        self._options = options
        self.patience = options.timeout
        self._closing: list[Callable[[], None]] = []
        self._session = session_for(launch_of(options))
        self._session.look_for_test_ids_in(options.test_id_attribute)

    def new_context(self, actor: str) -> Any:
        """Open a fresh context of Playwright's for that actor."""
        with EAR.unheard():
            context = self._session.new_context(**self._settings())
            self._prepare(context, actor)
            if self._options.browser_trace:
                context.tracing.start(screenshots=True, snapshots=True, sources=True)
        self._closing.append(partial(self._close_context, context, len(self._closing) + 1))
        return context

    def new_page(self, actor: str) -> Any:
        """Open a page of Playwright's in a context of its own for that actor: a fresh one, or one that was cleared."""
        options = self._options
        if not (options.reuse_pages and self._session.keeps) or options.video or options.browser_trace:
            return self.new_context(actor).new_page()
        lent = self._session.kept.lend(self._settings())
        with EAR.unheard():
            take_away = self._prepare(lent.page.context, actor)
        self._closing.append(partial(self._give_back, lent, take_away))
        return lent.page

    def _settings(self) -> dict[str, Any]:
        options = self._options
        settings: dict[str, Any] = {"base_url": self.base_url}
        if options.locale:
            settings["locale"] = options.locale
        if options.timezone:
            settings["timezone_id"] = options.timezone
        if options.video:
            settings["record_video_dir"] = options.folder / "videos"
        return settings

    def _prepare(self, context: Any, actor: str) -> Callable[[], None]:
        """Make a context this actor's; return what takes the listeners away again."""
        setattr(context, ACTOR, actor)
        setattr(context, PICTURES, self._options.screenshots)
        context.set_default_timeout(self._options.timeout)
        return _listen(context)

    def look(self, page: Any) -> recorder.Page | None:
        """Tell how a page looks now, with a picture of it if the options ask for one."""
        return look_of(page)

    def response(self, page: Any) -> PageResponse | None:
        """Return the last response that a page got, or ``None``; Playwright remembers the last 100 requests."""
        if not hasattr(page, "requests"):
            raise StoryError(
                Explanation(
                    "actor.response needs Playwright 1.56 or later in a browser",
                    where="Page.requests()",
                    instead='python -m pip install --upgrade "playwright>=1.56"',
                )
            )
        with EAR.unheard():
            sent = [request for request in page.requests() if request.is_navigation_request()]
            own = (request for request in reversed(sent) if request.frame == page.main_frame)
            response = next((found for request in own if (found := request.response()) is not None), None)
            if response is None:
                return None
            headers = response.all_headers()
        number = headers.get(REQUEST_ID.lower(), "")
        given = self._given(number) if self._given is not None else None
        if given is None and self._given is not None and not number:
            given = Given()
        return PageResponse(response.status, response.url, headers, given)

    @contextmanager
    def guard(self, actor: Any) -> Iterator[None]:
        """Raise what a view raised meanwhile; else give Playwright's errors the names and parts of ours."""
        try:
            yield
        except Exception as error:
            self._raise_what_views_raised()
            told = translated(error, actor.opened_page)
            if told is error:
                raise
            for note in getattr(error, "__notes__", ()):
                told.add_note(note)
            raise told from None
        self._raise_what_views_raised()

    def _raise_what_views_raised(self) -> None:
        for number, error in list(self._raised.items()):
            if number not in self._told:
                self._told.update(self._raised)
                _raise_as_it_is(error)

    def close(self) -> None:
        """Close every context; what Playwright recorded of it is kept and noted.

        Raises:
            BaseException: What a view raised and no verb of the story has told.
        """
        self._close_contexts()
        self._raise_what_views_raised()

    def _close_contexts(self) -> None:
        with ExitStack() as closing:  # each is closed, even where one can't be
            for close in self._closing:
                closing.callback(close)
        self._closing.clear()

    def _give_back(self, lent: Lent, take_away: Callable[[], None]) -> None:
        with EAR.unheard():
            quietly(take_away)
        self._session.kept.take_back(lent)

    def _close_context(self, context: Any, number: int) -> None:
        actor = getattr(context, ACTOR)
        with ExitStack() as closing:
            closing.callback(quietly, context.close)
            if self._options.browser_trace:
                file = self._kept_file("browser-traces", actor, number)
                quietly(partial(context.tracing.stop, path=file))
                if file.exists():
                    recorder.note("browser", f"Playwright's trace of {actor}: {file}", file=str(file))
            videos = [page.video for page in context.pages if page.video] if self._options.video else []
        for video in videos:
            recorder.note("browser", f"a video of {actor}: {video.path()}", file=str(video.path()))

    def _kept_file(self, folder: str, actor: str, number: int) -> Path:
        scope = recorder.current()
        # Names of tests and actors may hold what no file's name can, and be longer than it can.
        test = _plain(scope.test if scope else "journey")[-120:].lstrip("-")
        return self._options.folder / folder / f"{test}-{number}-{_plain(actor)[:40]}.zip"


def _raise_as_it_is(error: BaseException) -> NoReturn:
    """Raise an error of the site's with its own context, not with what the browser has met because of it."""
    context = error.__context__
    try:
        raise error
    finally:
        error.__context__ = context


def _plain(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name)


def _listen(context: Any) -> Callable[[], None]:
    """Note what goes wrong in the page: errors on the console, uncaught exceptions, requests that fail.

    Returns:
        What ends that.
    """
    # Handlers run in greenlets of Playwright's; the test's context tells them whose story this is.
    mine = contextvars.copy_context()

    def note(title: str, **data: Any) -> None:
        mine.copy().run(recorder.note, "browser", title, **data)

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning"):
            note(f"console {message.type}: {message.text}", kind=message.type)

    def on_error(error: Any) -> None:
        note(f"uncaught in the page: {error.error}", kind="exception")

    def on_failed(request: Any) -> None:
        note(f"request failed: {request.method} {request.url} ({request.failure})", kind="request")

    listeners = {"console": on_console, "weberror": on_error, "requestfailed": on_failed}
    for event, listener in listeners.items():
        context.on(event, listener)

    def end() -> None:
        for event, listener in listeners.items():
            context.remove_listener(event, listener)

    return end
