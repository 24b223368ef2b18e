"""``actor.post`` sends a form that no page shows, on every driver, and shows what answers."""

from __future__ import annotations

import pytest
from accounts.factories import EditorFactory, UserFactory
from blog.factories import PostFactory
from blog.models import Post
from django.core.files.uploadedfile import SimpleUploadedFile
from newsroom.factories import ArticleFactory

from django_journey.files import image

DRIVERS = ("inprocess", "http", "browser")
every_driver = pytest.mark.parametrize(
    "driver", [pytest.param(name, marks=pytest.mark.journey(driver=name)) for name in DRIVERS]
)


@pytest.fixture(autouse=True)
def shop():
    """Not the shop of the other tests: the demo site."""


@every_driver
def test_a_form_is_sent_before_any_page_was_visited(journey, driver):
    article = ArticleFactory()
    editor = journey.actor(EditorFactory())
    editor.post("article-publish", pk=article.pk)
    editor.should_be_at("article-detail", slug=article.slug)
    article.refresh_from_db()
    assert article.is_published


@every_driver
def test_texts_and_files_arrive_as_from_a_form(journey, driver):
    author = journey.actor(UserFactory())
    author.visit("post_list")
    picture = SimpleUploadedFile("a walk.png", image().content, "image/png")
    data = {"title": "Wälk", "content": "one\ntwo", "featured_image": picture, "image_text": "A beach"}
    author.post("post_create", data=data)
    post = Post.objects.get()
    assert (post.title, post.content) == ("Wälk", "one\r\ntwo")
    assert post.featured_image


@every_driver
def test_the_answer_is_as_djangos_assertions_read_it(journey, driver):
    post = PostFactory()
    stranger = journey.visitor()
    stranger.post("post_delete", slug=post.slug)
    stranger.should_be_at("login")
    assert stranger.response.status_code == 200
    assert b"csrfmiddlewaretoken" in stranger.response.content


def test_an_answer_in_json_is_read(journey):
    visitor = journey.visitor()
    visitor.visit("/api/articles/?format=json")
    assert visitor.response.json()["results"] == []
