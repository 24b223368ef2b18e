"""Writes synthetic traces of many kinds, without running any test."""

# ruff: noqa: E501 - SQL, tracebacks and mails are easier to read unfolded

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django_journey._trace.record.events import (
    Event,
    Failure,
    MailSent,
    Noted,
    QueryShape,
    QuerySummary,
    RequestServed,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    StoredSnapshot,
    TestFinished,
    TestStarted,
)
from django_journey._trace.record.json_lines import encode, encode_sql
from django_journey._trace.secrets.redactor import Redactor

__all__ = ["Play", "Process", "folder_with", "ids_of", "page", "suite"]


class Unmasked(Redactor):
    """Leaves texts as they are: what a trace holds may be anything."""

    def data(self, data: Any) -> Any:
        return data


START = 1_790_000_000.0


class Process:
    """One process of a run: collects events with its own clock, and saves them as a trace."""

    def __init__(self, number: int = 1, *, start: float = START, worker: str = "") -> None:
        self.number = number
        self.now = start
        self.events: list[Event] = []
        self.pages: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}
        self.write(
            RunStarted(
                run="r1",
                process=number,
                worker=worker,
                runner="pytest",
                python="3.13.1",
                django="6.0.2",
                command=("pytest",),
            )
        )

    def write(self, event: Event, seconds: float = 0.0) -> None:
        self.now += seconds
        object.__setattr__(event, "at", self.now)
        self.events.append(event)

    def keep(self, html: str) -> str:
        key = hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()[:16]
        self.pages[key] = html
        return key

    def keep_picture(self, png: bytes) -> str:
        key = hashlib.sha256(png).hexdigest()[:16]
        self.pictures[key] = png
        return key

    def test(self, name: str, **facts: Any) -> Play:
        return Play(self, name, **facts)

    def finish(self) -> Process:
        self.write(RunFinished(seconds=self.now - START))
        return self

    def save(self, folder: Path) -> Path:
        """Write the files of the process below the report's folder, and return the folder."""
        trace = folder / "trace"
        (trace / "pages").mkdir(parents=True, exist_ok=True)
        (trace / "pictures").mkdir(exist_ok=True)
        numbers: dict[str, int] = {}
        lines = [
            encode(event, Unmasked(), lambda sql: numbers.setdefault(sql, len(numbers)))
            for event in self.events
        ]
        lines[1:1] = [encode_sql(number, sql) for sql, number in numbers.items()]
        (trace / f"trace-r1-{self.number}.jsonl").write_bytes(b"".join(lines))
        for key, html in self.pages.items():
            (trace / "pages" / f"{key}.html").write_text(html, encoding="utf-8", errors="replace")
        for key, picture in self.pictures.items():
            (trace / "pictures" / f"{key}.png").write_bytes(picture)
        return folder


class Play:
    """One test of a process, written event by event."""

    def __init__(
        self, process: Process, name: str, *, title: str = "", story: bool = False, key: str = ""
    ) -> None:
        self.process = process
        self.key = key or name
        self.story = story
        self.steps = 0
        self.requests = 0
        self.open: list[int] = []
        self.began = process.now
        self.write(
            TestStarted(test=self.key, name=name, title=title, file=name.split("::")[0], line=12, story=False)
        )

    def write(self, event: Event, seconds: float = 0.0) -> None:
        self.process.write(event, seconds)

    def begin(self, actor: str, verb: str, what: str = "", place: str = "journeys/test_story.py:20") -> int:
        self.steps += 1
        parent = self.open[-1] if self.open else 0
        self.open.append(self.steps)
        self.write(
            StepStarted(
                test=self.key, step=self.steps, parent=parent, actor=actor, verb=verb, what=what, place=place
            )
        )
        return self.steps

    def end(
        self, look: StoredSnapshot | None = None, failure: Failure | None = None, seconds: float = 0.003
    ) -> None:
        step = self.open.pop()
        self.write(
            StepFinished(
                test=self.key, step=step, ok=failure is None, seconds=seconds, snapshot=look, failure=failure
            ),
            seconds,
        )

    @contextmanager
    def step(
        self,
        actor: str,
        verb: str,
        what: str = "",
        *,
        html: str = "",
        url: str = "http://testserver/",
        title: str = "",
        picture: bytes = b"",
        failure: Failure | None = None,
        seconds: float = 0.003,
    ) -> Iterator[None]:
        self.begin(actor, verb, what)
        yield
        shot = self.process.keep_picture(picture) if picture else ""
        kept = self.process.keep(html) if html else ""
        look = StoredSnapshot(url=url, title=title, page=kept, screenshot=shot) if html or picture else None
        self.end(look, failure, seconds)

    def act(self, actor: str, verb: str, what: str = "", **facts: Any) -> None:
        """Take a step that causes nothing."""
        with self.step(actor, verb, what, **facts):
            pass

    def request(self, method: str = "GET", url: str = "/", status: int = 200, **facts: Any) -> None:
        self.requests += 1
        values: dict[str, Any] = {
            "view": "newsroom.views.article_list",
            "content_type": "text/html; charset=utf-8",
            "size": 14_200,
            "milliseconds": 6.4,
            **facts,
        }
        step = self.open[-1] if self.open else 0
        self.write(
            RequestServed(
                test=self.key,
                step=step,
                request=self.requests,
                method=method,
                url=url,
                status=status,
                **values,
            ),
            values["milliseconds"] / 1000,
        )

    def mail(self, subject: str, to: str, *, text: str = "", html: str = "", **facts: Any) -> None:
        step = self.open[-1] if self.open else 0
        self.write(
            MailSent(
                test=self.key,
                step=step,
                request=self.requests,
                subject=subject,
                sender="newsroom@example.org",
                to=(to,),
                text=text,
                html=html,
                **facts,
            )
        )

    def note(self, topic: str, title: str, **data: Any) -> None:
        step = self.open[-1] if self.open else 0
        self.write(
            Noted(test=self.key, step=step, request=self.requests, topic=topic, title=title, data=data)
        )

    def end_test(
        self, outcome: str = "passed", *, failure: Failure | None = None, driver: str = "", reason: str = "",
        seconds: float | None = None,
    ) -> None:  # fmt: skip
        self.write(
            TestFinished(
                test=self.key,
                outcome=outcome,  # type: ignore[arg-type]
                seconds=self.process.now - self.began if seconds is None else seconds,
                story=self.story,
                driver=driver or ("inprocess" if self.story else ""),
                failure=failure,
                reason=reason,
            )
        )


def page(title: str, body: str, *, user: str = "") -> str:
    """Return a page as a site would show it, its style sheet inlined."""
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
    body {{ margin: 0; font: 16px/1.6 Georgia, serif; color: #222; background: #fdfdfb; }}
    header {{ background: #17324d; color: #fff; padding: 1rem 2rem; display: flex; justify-content: space-between; }}
    header a {{ color: #cfe3f7; margin-left: 1rem; }}
    main {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }}
    input, textarea {{ display: block; width: 100%; padding: .5rem; margin: .2rem 0 1rem; border: 1px solid #999; }}
    button {{ background: #17324d; color: #fff; border: 0; padding: .6rem 1.4rem; font-size: 1rem; }}
    .message {{ background: #e4f3e6; padding: .6rem 1rem; border-left: 4px solid #3b8a4a; }}
    </style></head><body><header><b>The Daily Django</b><nav><a href="/">Articles</a>
    <a href="/me/">{user or "Log in"}</a></nav></header><main>{body}</main></body></html>"""


FORM = """<h1>New article</h1><form method="post"><label>Title <input name="title" value="{title}"></label>
<label>Body <textarea name="body" rows="6">{body}</textarea></label><button>Save draft</button></form>"""
ARTICLE = """{message}<article><h1>Integration testing</h1><p><small>by Ada Lovelace</small></p>
<p>This is the content. Many small parts work; do they work together?</p></article>{button}"""

SELECT_USER = QueryShape(
    sql='SELECT "auth_user"."id", … FROM "auth_user" WHERE "auth_user"."id" = %s', count=1, milliseconds=0.2
)
SELECT_COMMENTS = QueryShape(
    sql='SELECT "newsroom_comment"."id", "newsroom_comment"."text" FROM "newsroom_comment" WHERE "newsroom_comment"."article_id" = %s',
    count=12, milliseconds=3.4,
)  # fmt: skip
INSERT = QueryShape(
    sql='INSERT INTO "newsroom_article" ("title", "slug", "body") VALUES (%s, %s, %s)',
    count=1,
    milliseconds=0.6,
)


def publishing(process: Process, *, fails: bool = False, number: int = 0) -> None:
    """Write the story of three people and an article; it may fail where the editor publishes it."""
    name = (
        f"newsroom/journeys/test_publishing.py::test_an_article_is_published{f'[{number}]' if number else ''}"
    )
    play = process.test(name, title="An article is written, published and read", story=True)
    create = page("New article", FORM.format(title="", body=""), user="ada")
    with play.step(
        "author",
        "visit",
        "article-create",
        html=create,
        url="http://testserver/articles/new/",
        title="New article",
        seconds=0.011,
    ):
        play.begin("author", "goto", "http://testserver/articles/new/")
        play.request(
            "GET",
            "http://testserver/articles/new/",
            view="newsroom.views.ArticleCreate",
            url_name="newsroom:article-create",
            route="articles/new/",
            templates=("newsroom/article_form.html", "base.html"),
            user="ada",
            size=9_320,
            queries=QuerySummary(count=2, milliseconds=0.5, shapes=(SELECT_USER,)),
        )
        play.end()
    filled = page("New article", FORM.format(title="Integration testing", body=""), user="ada")
    play.act(
        "author",
        "fill",
        "“Title” with “Integration testing”",
        html=filled,
        url="http://testserver/articles/new/",
        title="New article",
    )
    filled = page(
        "New article", FORM.format(title="Integration testing", body="This is the content."), user="ada"
    )
    play.act(
        "author",
        "fill",
        "“Body” with “This is the content.”",
        html=filled,
        url="http://testserver/articles/new/",
        title="New article",
    )
    detail = page(
        "Integration testing",
        ARTICLE.format(message='<p class="message" role="status">Draft saved</p>', button=""),
        user="ada",
    )
    with play.step(
        "author",
        "click",
        "“Save draft”",
        html=detail,
        url="http://testserver/articles/integration-testing/",
        title="Integration testing",
        seconds=0.024,
    ):
        play.request(
            "POST",
            "http://testserver/articles/new/",
            302,
            view="newsroom.views.ArticleCreate",
            url_name="newsroom:article-create",
            route="articles/new/",
            redirect="/articles/integration-testing/",
            messages=("success: Draft saved",),
            user="ada",
            size=0,
            queries=QuerySummary(count=4, milliseconds=1.7, shapes=(SELECT_USER, INSERT)),
        )
        play.request(
            "GET",
            "http://testserver/articles/integration-testing/",
            view="newsroom.views.ArticleDetail",
            url_name="newsroom:article-detail",
            route="articles/<slug:slug>/",
            kwargs={"slug": "integration-testing"},
            templates=("newsroom/article_detail.html", "newsroom/_comment.html", "base.html"),
            user="ada",
            queries=QuerySummary(count=15, milliseconds=4.6, shapes=(SELECT_COMMENTS, SELECT_USER)),
        )
    play.act(
        "author",
        "should_see",
        "“Draft saved”",
        html=detail,
        url="http://testserver/articles/integration-testing/",
        title="Integration testing",
    )
    listing = page("Articles", "<h1>Articles</h1><p>Nothing has been published yet.</p>")
    with play.step(
        "reader",
        "visit",
        "article-list",
        html=listing,
        url="http://testserver/",
        title="Articles",
        seconds=0.006,
    ):
        play.request(
            "GET",
            "http://testserver/",
            url_name="newsroom:article-list",
            templates=("newsroom/article_list.html", "base.html"),
            queries=QuerySummary(count=1, milliseconds=0.3, shapes=()),
        )
    play.act(
        "reader",
        "should_not_see",
        "“Integration testing”",
        html=listing,
        url="http://testserver/",
        title="Articles",
    )
    button = "" if fails else "<form method=post><button>Publish</button></form>"
    waiting = page(
        "Integration testing",
        ARTICLE.format(message="", button=button or "<p><a href='edit/'>Edit</a></p>"),
        user="grace",
    )
    with play.step(
        "editor",
        "visit",
        "article-detail, slug=integration-testing",
        html=waiting,
        url="http://testserver/articles/integration-testing/",
        title="Integration testing",
    ):
        play.request(
            "GET",
            "http://testserver/articles/integration-testing/",
            view="newsroom.views.ArticleDetail",
            url_name="newsroom:article-detail",
            route="articles/<slug:slug>/",
            kwargs={"slug": "integration-testing"},
            user="grace",
            queries=QuerySummary(count=5, milliseconds=1.2, shapes=(SELECT_USER,)),
        )
    if fails:
        failure = Failure(
            type="django_journey.errors.TimeoutError", message="No button “Publish” on this page",
            sought="a button, link or summary named “Publish”", where="“Integration testing” http://testserver/articles/integration-testing/",
            nearest=("link “Edit”", "link “Articles”", "link “grace”"),
            instead='editor.click("Edit"), or give the editor the permission newsroom.publish_article',
            traceback='newsroom/journeys/test_publishing.py:31: in test_an_article_is_published\n    editor.click("Publish")\n'
            "django_journey.errors.TimeoutError: No button “Publish” on this page",
        )  # fmt: skip
        with play.step(
            "editor",
            "click",
            "“Publish”",
            html=waiting,
            url="http://testserver/articles/integration-testing/",
            title="Integration testing",
            failure=failure,
        ):
            pass
        play.end_test("failed", failure=failure)
        return
    published = page(
        "Integration testing",
        ARTICLE.format(message='<p class="message" role="status">Published</p>', button=""),
        user="grace",
    )
    with play.step(
        "editor",
        "click",
        "“Publish”",
        html=published,
        url="http://testserver/articles/integration-testing/",
        title="Integration testing",
        seconds=0.041,
    ):
        play.request(
            "POST",
            "http://testserver/articles/integration-testing/publish/",
            302,
            view="newsroom.views.publish",
            url_name="newsroom:article-publish",
            route="articles/<slug:slug>/publish/",
            kwargs={"slug": "integration-testing"},
            redirect="/articles/integration-testing/",
            user="grace",
            messages=("success: Published",),
        )
        play.note("task", "newsroom.tasks.tell_author enqueued", args=[17], queue="default")
        play.request(
            "GET",
            "http://testserver/articles/integration-testing/",
            view="newsroom.views.ArticleDetail",
            url_name="newsroom:article-detail",
            user="grace",
        )
    with play.step("", "tasks.run", "newsroom.tasks.tell_author", seconds=0.008):
        play.note("task", "newsroom.tasks.tell_author ran", seconds=0.006)
        play.mail(
            "Your article is online",
            "ada@example.org",
            text="Hello Ada,\n\n“Integration testing” is online now.\nhttp://testserver/articles/integration-testing/\n",
            html="<body style='font:15px Verdana;background:#eef'><div style='max-width:30em;margin:2em auto;background:#fff;padding:2em'><h2>Hello Ada</h2><p><b>Integration testing</b> is online now.</p><p><a href='http://testserver/articles/integration-testing/'>Read it</a></p></div></body>",
        )
    with play.step(
        "author",
        "follow",
        "“Read it” in the mail “Your article is online”",
        html=published,
        url="http://testserver/articles/integration-testing/",
        title="Integration testing",
    ):
        play.request(
            "GET",
            "http://testserver/articles/integration-testing/",
            view="newsroom.views.ArticleDetail",
            url_name="newsroom:article-detail",
            user="ada",
        )
    play.end_test("passed", seconds=0.184)


def server_error(process: Process) -> None:
    """Write a story in which a view raises."""
    play = process.test("accounts/journeys/test_profile.py::test_a_profile_is_changed", story=True)
    trace = "accounts/views.py:41: in form_valid\n    self.object.avatar.rotate()\nAttributeError: 'NoneType' object has no attribute 'rotate'"
    raised = Failure(
        type="builtins.AttributeError", message="'NoneType' object has no attribute 'rotate'", traceback=trace
    )
    form = page(
        "Your profile",
        "<h1>Your profile</h1><form><label>Phone <input value='030 1234'></label><button>Save</button></form>",
        user="mia",
    )
    with play.step(
        "Mia Lange",
        "visit",
        "profile",
        html=form,
        url="http://testserver/accounts/profile/",
        title="Your profile",
    ):
        play.request(
            "GET",
            "http://testserver/accounts/profile/",
            view="accounts.views.Profile",
            url_name="accounts:profile",
            user="mia",
        )
    with play.step(
        "Mia Lange",
        "click",
        "“Save”",
        html=form,
        url="http://testserver/accounts/profile/",
        title="Your profile",
        failure=raised,
    ):
        play.request(
            "POST",
            "http://testserver/accounts/profile/",
            500,
            view="accounts.views.Profile",
            url_name="accounts:profile",
            user="mia",
            failure=raised,
            form_errors=("birthday: Enter a valid date.",),
        )
    play.end_test("failed", failure=raised)


def killed(process: Process) -> None:
    """Write a story that stops in the middle of a step."""
    play = process.test("blog/journeys/test_upload.py::test_a_picture_is_replaced", story=True)
    with play.step(
        "author",
        "visit",
        "post-create",
        html=page("New post", "<h1>New post</h1>"),
        url="http://testserver/blog/new/",
        title="New post",
    ):
        play.request(
            "GET", "http://testserver/blog/new/", view="blog.views.PostCreate", url_name="blog:post-create"
        )
    play.begin("author", "click", "“Upload”")
    play.request(
        "POST", "http://testserver/blog/new/", 200, view="blog.views.PostCreate", url_name="blog:post-create"
    )


def suite(
    *, plain: int = 60, units: int = 160, stories: int = 12, seed: int = 7, end: bool = True
) -> Process:
    """Write a suite of a believable shape: units, tests of one view, stories, a browser, failures."""
    chance = random.Random(seed)
    process = Process()
    publishing(process)
    publishing(process, fails=True, number=2)
    server_error(process)
    for number in range(3, stories):
        publishing(process, number=number)
    for number in range(plain):
        play = process.test(f"newsroom/tests/test_views.py::ArticleTests::test_list_shows_page_{number}")
        play.request(
            "GET",
            f"http://testserver/?page={number}",
            milliseconds=chance.uniform(1, 9),
            url_name="newsroom:article-list",
            queries=QuerySummary(count=3, milliseconds=0.9, shapes=(SELECT_USER,)),
        )
        play.end_test("skipped" if number == 3 else "passed", reason="needs a phone" if number == 3 else "")
    for number in range(units):
        play = process.test(f"accounts/tests/test_forms.py::test_birthday_{number}")
        failure = Failure(
            type="builtins.AssertionError",
            message="assert 19 == 20\n  where 19 = age(…)",
            traceback="accounts/tests/test_forms.py:9: AssertionError",
        )
        play.end_test(
            "failed" if number == 5 else "passed",
            failure=failure if number == 5 else None,
            seconds=chance.uniform(0.0004, 0.004),
        )
    play = process.test(
        "blog/journeys/test_editor.py::test_letters_are_counted_while_typing",
        title="Letters are counted while one types",
        story=True,
    )
    with play.step(
        "author",
        "visit",
        "post-create",
        html=page("New post", "<h1>New post</h1><textarea>Hello</textarea><p>5 letters</p>"),
        url="http://127.0.0.1:8001/blog/new/",
        title="New post",
        seconds=0.4,
    ):
        play.request(
            "GET",
            "http://127.0.0.1:8001/blog/new/",
            view="blog.views.PostCreate",
            url_name="blog:post-create",
        )
    play.end_test("passed", driver="browser", seconds=1.21)
    if end:
        return process.finish()
    killed(process)
    return process


def ids_of(index: Path) -> list[str]:
    """Return the ids of a report's tests, in order."""
    found = re.search(r'id="data-rows">(.*?)</script>', index.read_text("utf-8"))
    assert found is not None
    return [row["id"] for row in json.loads(found[1])]


def folder_with(folder: Path, *processes: Process) -> Path:
    """Save processes as one run and return the report's folder."""
    for process in processes:
        process.save(folder)
    return folder
