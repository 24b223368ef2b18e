"""Opens the actors' pages in a real browser: each is Playwright's own ``Page``."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django_journey._drivers.browser.call_watch import CALLS
from django_journey._drivers.browser.close import quietly
from django_journey._drivers.browser.errors import translated
from django_journey._drivers.browser.page_pool import PooledPage
from django_journey._drivers.browser.session import Launch, session_for
from django_journey._drivers.browser.steps import ACTOR, PICTURES, look_of
from django_journey._story.form_data import FormData
from django_journey._story.page_response import PageResponse
from django_journey._story.settings import Options
from django_journey._trace.hooks.template_contexts import TemplateContexts
from django_journey._trace.record import recorder
from django_journey._world.server.in_flight import REQUEST_ID
from django_journey.errors import Explanation, StoryError

if TYPE_CHECKING:
    from django_journey._pages.page import BrowserContext, Page

__all__ = ["BrowserPages", "launch_of"]

_EMPTY_PAGE = "django-journey-empty-page"
#: Sends a form that no page shows: its URL, its entries (a file with its type and base64), and whether there are files.
_SEND_FORM = """([url, entries, files]) => {
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: url, hidden: true, acceptCharset: "utf-8"});
  if (files) form.enctype = "multipart/form-data";
  for (const [name, value, type, content] of entries) {
    const field = document.createElement(type === undefined ? "textarea" : "input");
    field.name = name;
    if (type === undefined) field.value = value;
    else {
      const bytes = Uint8Array.from(atob(content), char => char.charCodeAt(0));
      const chosen = new DataTransfer();
      chosen.items.add(new File([bytes], value, {type}));
      field.type = "file";
      field.files = chosen.files;
    }
    form.append(field);
  }
  document.documentElement.append(form);
  HTMLFormElement.prototype.submit.call(form);
}"""


def launch_of(options: Options) -> Launch:
    """Return how the browser is launched; the network guard restricts it too, unless the site is deployed elsewhere."""
    guarded = options.network == "guard" and not options.base_url
    return Launch(
        kind=options.browser,
        headed=options.headed,
        slowmo=options.slowmo,
        path=options.browser_path,
        endpoint=options.browser_endpoint,
        reach=tuple(options.allow_network) if guarded else None,
    )


class BrowserPages:
    """Playwright's pages in the one browser of this process.

    Args:
        base_url: The site's origin.
        options: The settings of this journey.
        raised: What views raised in this journey, by request number, if the server is in this process.
        given: Returns the template context of a response by the request's number, if the server is in this process.
    """

    name = "browser"

    def __init__(
        self,
        base_url: str,
        options: Options,
        *,
        raised: Mapping[str, BaseException] | None = None,
        given: Callable[[str], TemplateContexts | None] | None = None,
    ) -> None:
        self.base_url = base_url
        self._given = given
        self._raised = raised if raised is not None and options.raise_server_errors else {}
        self._raised_again: set[str] = set()
        self._options = options
        self.timeout = options.timeout
        self._closing: list[Callable[[], None]] = []
        self._session = session_for(launch_of(options))
        self._session.set_test_id_attribute(options.test_id_attribute)

    def new_context(self, actor: str) -> BrowserContext:
        """Open a new context of Playwright's for that actor."""
        with CALLS.ignored():
            context = self._session.new_context(**self._settings())
            self._prepare(context, actor)
            if self._options.browser_trace:
                context.tracing.start(screenshots=True, snapshots=True, sources=True)
        self._closing.append(partial(self._close_context, context, len(self._closing) + 1))
        return cast("BrowserContext", context)

    def new_page(self, actor: str) -> Page:
        """Open a page of Playwright's for that actor: in a new context, or a cleared one of the pool."""
        options = self._options
        if not (options.reuse_pages and self._session.reuses_pages) or options.video or options.browser_trace:
            return self.new_context(actor).new_page()
        pooled = self._session.pool.check_out(self._settings())
        with CALLS.ignored():
            remove_listeners = self._prepare(pooled.page.context, actor)
        self._closing.append(partial(self._return_to_pool, pooled, remove_listeners))
        return cast("Page", pooled.page)

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
        """Set a context up for an actor; return the function that removes its listeners."""
        setattr(context, ACTOR, actor)
        setattr(context, PICTURES, self._options.screenshots)
        context.set_default_timeout(self._options.timeout)
        return _listen(context)

    def snapshot(self, page: Any) -> recorder.PageSnapshot | None:
        """Return a snapshot of a page for the report, with a screenshot if the options ask for one."""
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
        with CALLS.ignored():
            sent = [request for request in page.requests() if request.is_navigation_request()]
            own = (request for request in reversed(sent) if request.frame == page.main_frame)
            response = next((found for request in own if (found := request.response()) is not None), None)
            if response is None:
                return None
            headers = response.all_headers()
        number = headers.get(REQUEST_ID.lower(), "")
        given = self._given(number) if self._given is not None else None
        if given is None and self._given is not None and not number:
            given = TemplateContexts()
        return PageResponse(response.status, response.url, headers, given, response.body)

    def send(self, page: Any, url: str, form: FormData) -> None:
        """Send a form that no page shows, and show what answers."""
        with CALLS.ignored():
            if not page.url.startswith(f"{self.base_url}/"):  # Django refuses a form of another origin
                empty = f"{self.base_url}/{_EMPTY_PAGE}"
                page.route(empty, lambda route: route.fulfill(content_type="text/html", body=""))
                page.goto(empty)
                page.unroute(empty)
            with page.expect_navigation():
                page.evaluate(_SEND_FORM, [url, form.plain(), form.has_files])

    @contextmanager
    def guard(self, opened_page: Callable[[], Page | None]) -> Iterator[None]:
        """Raise what a view raised during the verb; otherwise give Playwright's errors our names and four parts.

        A verb that loads a page ends when the page is there, as on the other drivers.
        """
        try:
            yield
        except Exception as error:
            self._raise_what_views_raised()
            explained = translated(error, opened_page())
            if explained is error:
                raise
            for note in getattr(error, "__notes__", ()):
                explained.add_note(note)
            raise explained from None
        _wait_until_read(opened_page())
        self._raise_what_views_raised()

    def _raise_what_views_raised(self) -> None:
        for number, error in list(self._raised.items()):
            if number not in self._raised_again:
                self._raised_again.update(self._raised)
                _raise_as_it_is(error)

    def close(self) -> None:
        """Close every context; Playwright's videos and traces of it are named in the report.

        Raises:
            BaseException: What a view raised and no verb has raised again.
        """
        self._close_contexts()
        self._raise_what_views_raised()

    def _close_contexts(self) -> None:
        with ExitStack() as closing:  # each is closed, even if closing another one fails
            for close in self._closing:
                closing.callback(close)
        self._closing.clear()

    def _return_to_pool(self, pooled: PooledPage, remove_listeners: Callable[[], None]) -> None:
        with CALLS.ignored():
            quietly(remove_listeners)
        self._session.pool.check_in(pooled)

    def _close_context(self, context: Any, number: int) -> None:
        actor = getattr(context, ACTOR)
        with ExitStack() as closing:
            closing.callback(quietly, context.close)
            if self._options.browser_trace:
                file = self._trace_file("browser-traces", actor, number)
                quietly(partial(context.tracing.stop, path=file))
                if file.exists():
                    recorder.note("browser", f"Playwright's trace of {actor}: {file}", file=str(file))
            videos = [page.video for page in context.pages if page.video] if self._options.video else []
        for video in videos:
            recorder.note("browser", f"a video of {actor}: {video.path()}", file=str(video.path()))

    def _trace_file(self, folder: str, actor: str, number: int) -> Path:
        scope = recorder.current()
        # Names of tests and actors may be too long for a file name, or contain characters that it can't have.
        test = _plain(scope.test if scope else "journey")[-120:].lstrip("-")
        return self._options.folder / folder / f"{test}-{number}-{_plain(actor)[:40]}.zip"


def _wait_until_read(page: Any) -> None:
    """Wait until the page's HTML has been read: after a click, Playwright waits for its first bytes alone."""
    if page is not None and hasattr(page, "wait_for_load_state") and not page.is_closed():
        # A page that never ends, or is closed meanwhile, is left as it is: the next call says what is the matter.
        with CALLS.ignored(), suppress(Exception):
            page.wait_for_load_state("domcontentloaded")


def _raise_as_it_is(error: BaseException) -> NoReturn:
    """Raise a view's error with its own context, without the browser's error that followed from it."""
    context = error.__context__
    try:
        raise error
    finally:
        error.__context__ = context


def _plain(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name)


def _listen(context: Any) -> Callable[[], None]:
    """Record what goes wrong in the page: errors on the console, uncaught exceptions, failed requests.

    Returns:
        A function that removes the listeners.
    """
    # Handlers run in Playwright's greenlets: the test's context, copied here, says which story they belong to.
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

    def remove() -> None:
        for event, listener in listeners.items():
            context.remove_listener(event, listener)

    return remove
