"""A suite of stories as users write it, from public names alone; ``make types`` checks it, nothing runs it.

mypy and pyright check it strictly: each ``assert_type`` fails where a type is ``Any`` or unknown.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import assert_type

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.utils.translation import gettext_lazy

from django_journey import (
    Actor,
    Error,
    Journey,
    JourneyTestCase,
    JourneyTransactionTestCase,
    NeedsBrowser,
    Service,
    expect,
    faults,
    operation,
)
from django_journey.endpoints import Endpoints, fake, post
from django_journey.files import Files, MadeFile, csv, image
from django_journey.services import Asked, Network, Services
from django_journey.types import (
    APIRequestContext,
    APIResponse,
    BrowserContext,
    Clock,
    Locator,
    Mail,
    Mailbox,
    Options,
    Page,
    PageResponse,
    Response,
    Tasks,
)


class Payments(Service):
    """An outside service with two operations."""

    base_url = "https://api.payments.example/v1"

    @operation("POST", "/charges")
    def charge(self, request: Asked) -> tuple[int, dict[str, object]]:
        """Answer as the real service does."""
        return 201, {"id": "ch_1", "amount": request.json["amount"]}


class ShopApi(Endpoints):
    """An endpoint factory."""

    create_item = post("item-list", json={"name": fake.word, "price": "1.00"}, expect=201)


@pytest.fixture
def journey_services() -> tuple[type[Service], ...]:
    """Override the fixture of the plugin."""
    return (Payments,)


@pytest.mark.journey(driver="http", committed=True)
def test_a_story(journey: Journey, author_user: User) -> None:
    """What a journey and its actors give."""
    author = assert_type(journey.actor(author_user), Actor)
    reader = assert_type(journey.visitor("reader"), Actor)
    author.visit("article-detail", slug="tides", query={"page": 2})
    author.fill({"Title": "Tides"})
    author.fill("Body", "Twice a day.")
    author.choose("Topics", ["Sea", "Moon"])
    author.attach("Photo", image())
    author.attach("Photos", [Path("tides.png"), {"name": "a.txt", "mimeType": "text/plain", "buffer": b""}])
    author.click(gettext_lazy("Save draft"))
    author.should_see(re.compile("saved"))
    author.should_be_at("article-detail", slug="tides")
    reader.login("ada", password="zebra-crossing-9")
    assert_type(journey.actors, tuple[Actor, ...])
    assert_type(journey.options, Options)
    assert_type(journey.live_url, str)


def test_what_surrounds_the_site(journey: Journey, author_user: User) -> None:
    """What the world around the site gives."""
    mail = assert_type(journey.actor(author_user).mailbox.latest(subject="Welcome"), Mail)
    assert_type(journey.mailbox("a@example.com"), Mailbox)
    assert_type(mail.subject, str)
    journey.visitor().follow(mail, "Read it")
    assert_type(journey.tasks, Tasks).run()
    assert_type(journey.clock, Clock).travel(days=3)
    assert_type(journey.files, Files)
    assert_type(journey.network, Network)
    assert_type(journey.services, Services)
    payments = assert_type(journey.services[Payments], Payments)
    payments.fail(faults.time_out())


def open_article(page: Page, title: str) -> Locator:
    """Use a page as Playwright has it; helpers annotate what they take."""
    page.get_by_role("link", name=title).click()
    article = assert_type(page.get_by_role("article").filter(has_text=title).first, Locator[Page])
    assert_type(article.text_content(), str | None)
    assert_type(article.count(), int)
    assert_type(page.locator("main").get_by_label("Title").and_(page.get_by_text("T")), Locator[Page])
    return article


def test_pages(journey: Journey) -> None:
    """What pages, contexts and API requests give, on every driver."""
    visitor = journey.visitor()
    page = assert_type(visitor.page, Page)
    assert_type(page.url, str)
    assert_type(page.title(), str)
    assert_type(page.goto("/"), Response | None)
    context = assert_type(visitor.context, BrowserContext)
    assert_type(context.new_page(), Page)
    api = assert_type(visitor.api, APIRequestContext)
    response = assert_type(api.post("/api/articles/", data={"title": "Tides"}), APIResponse)
    assert_type(response.status, int)
    article = open_article(page, "Tides")
    expect(article).to_be_visible()
    expect(article).to_have_text("Tides")
    expect(page).to_have_title("Tides")
    expect(page).to_have_url(re.compile("/tides/"))
    expect(response).to_be_ok()
    last = assert_type(visitor.response, PageResponse)
    assert_type(last.status, int)
    assert_type(last.templates, list[str])
    with pytest.raises(NeedsBrowser):
        page.get_by_role("button").evaluate("button => button.remove()")
    with pytest.raises(Error, match="No URL"):
        page.goto("nowhere:")


@pytest.mark.journey(driver="browser")
def test_in_a_browser_alone(journey: Journey) -> None:
    """What only Playwright's own page gives, without a cast."""
    page = journey.visitor().browser_page
    assert_type(page.screenshot(), bytes)
    page.mouse.move(10, 20)
    expect(page.get_by_role("status")).to_have_text("Saved")


class PublishingTests(JourneyTestCase):
    """The same under unittest."""

    journey_options = {"driver": "http"}
    journey_services = [Payments]

    @override_settings(LANGUAGE_CODE="de")
    def test_an_article_is_published(self) -> None:
        """``self.journey`` is a journey."""
        author = assert_type(self.journey, Journey).actor(User.objects.create_user("ada"))
        author.visit("article-create")
        ShopApi(author).create_item(name="Lamp")


class CommittingTests(JourneyTransactionTestCase):
    """The same with real commits."""

    def test_a_file_is_uploaded(self) -> None:
        """Files are made in memory."""
        made = assert_type(csv([["a", 1]]), MadeFile)
        self.journey.visitor().attach("Table", made)
