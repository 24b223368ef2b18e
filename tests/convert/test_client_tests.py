"""What becomes of tests with Django's client. Each plain test is run, converted, and the story is run."""

from __future__ import annotations

import pytest
from accounts.factories import UserFactory
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from newsroom.factories import ArticleFactory

pytestmark = pytest.mark.journey(driver="inprocess")  # as the command works


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def test_paths_become_names_with_their_arguments(workbench, client, journey):
    story = workbench.story(
        """
        def test_pages(client):
            article = ArticleFactory(published=True)
            client.get("/newsroom/")
            client.get(f"/newsroom/articles/{article.slug}/")
            client.get("/newsroom/articles/%s/?page=2&q=a" % article.slug)
            client.get(reverse("article-detail", kwargs={"slug": article.slug}) + "?next=" + reverse("home"))
            client.get(reverse("article-detail", args=[article.slug]), {"page": 3})
        """,
        client,
        journey,
    )
    assert lines(story) == [
        "article = ArticleFactory(published=True)",
        "visitor = journey.visitor()",
        'visitor.visit("article-list")',
        'visitor.visit("article-detail", slug=article.slug)',
        'visitor.visit("article-detail", slug=article.slug, query={"page": "2", "q": "a"})',
        'visitor.visit("article-detail", slug=article.slug, query={"next": reverse("home")})',
        'visitor.visit("article-detail", article.slug, query={"page": 3})',
    ]


def test_a_form_of_the_page_is_filled_in_and_its_comments_are_kept(workbench, client, journey):
    story = workbench.story(
        """
        def test_a_draft(client):
            client.force_login(UserFactory())
            # What is written:
            data = {"title": "The tide", "body": "It rises."}
            response = client.post("/newsroom/write/", data)  # the draft
            article = Article.objects.get()
            assert response.status_code == 302
            assert response.url == f"/newsroom/articles/{article.slug}/"
        """,
        client,
        journey,
    )
    assert lines(story) == [
        "actor = journey.actor(UserFactory())",
        'actor.visit("article-create")',
        'actor.fill({"Title": "The tide", "Body": "It rises."})',
        'actor.click("Save draft")  # the draft',
        "article = Article.objects.get()",
        'actor.should_be_at("article-detail", slug=article.slug)',
    ]


def test_what_an_attribute_holds_is_not_taken_for_a_path(workbench, client, journey):
    story = workbench.story(
        """
        def test_pages(client):
            path = "/newsroom/"

            article = ArticleFactory.build()
            article.title = "The tide"
            client.get(path)
            client.get("/blog/")
        """,
        client,
        journey,
    )
    assert story.split("\n")[:2] == ["article = ArticleFactory.build()", 'article.title = "The tide"']
    assert lines(story)[-2:] == ['visitor.visit("article-list")', 'visitor.visit("post_list")']


def test_what_no_page_sends_is_posted(workbench, client, journey):
    story = workbench.story(
        """
        def test_publishing(client):
            article = ArticleFactory()
            client.force_login(EditorFactory())
            client.post(f"/newsroom/articles/{article.pk}/publish/", {"unknown": "1"})
            article.refresh_from_db()
            assert article.is_published
        """,
        client,
        journey,
    )
    assert 'actor.post("article-publish", pk=article.pk, data={"unknown": "1"})' in lines(story)


def test_a_button_of_the_page_that_is_open_is_clicked(workbench, client, journey):
    story = workbench.story(
        """
        def test_publishing(client):
            article = ArticleFactory()
            client.force_login(EditorFactory())
            client.get(f"/newsroom/articles/{article.slug}/")
            client.post(f"/newsroom/articles/{article.pk}/publish/")
            article.refresh_from_db()
            assert article.is_published
        """,
        client,
        journey,
    )
    assert lines(story)[2:4] == ['actor.visit("article-detail", slug=article.slug)', 'actor.click("Publish")']


def test_another_alternative_is_used_where_the_first_one_fails(workbench, client):
    body = """
        def test_a_draft(client):
            client.force_login(UserFactory())
            client.post("/newsroom/write/", {"title": "The tide", "body": "It rises."})
    """
    found = workbench.convert(body, client, test_a_draft=2)
    assert found.alternatives["test_a_draft/2"] == 3
    assert 'actor.fill({"title": "The tide", "body": "It rises."})' in found.source


def test_texts_are_read_as_the_page_shows_them(workbench, client, journey):
    ArticleFactory(published=True, title="The tide")
    story = workbench.story(
        """
        def test_the_list(client):
            from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

            response = client.get("/newsroom/")
            assertContains(response, "The tide")
            assertNotContains(response, "A draft")
            assertTemplateUsed(response, "newsroom/article_list.html")
            assert response.status_code == 200
            assert "<title>" in response.content.decode()
            assert response.context["request"].path == "/newsroom/"
            assert response["Content-Type"].startswith("text/html")
        """,
        client,
        journey,
    )
    assert lines(story)[3:5] == ['visitor.should_see("The tide")', 'visitor.should_not_see("A draft")']
    assert lines(story)[5:] == [
        'assert "newsroom/article_list.html" in visitor.response.templates',
        "assert visitor.response.status == 200",
        'assert "<title>" in visitor.response.content.decode()',
        'assert visitor.response.context["request"].path == "/newsroom/"',
        'assert visitor.response.headers["Content-Type"].startswith("text/html")',
    ]


def test_a_response_that_is_read_after_a_later_request_is_kept(workbench, client, journey):
    story = workbench.story(
        """
        def test_two_pages(client):
            first = client.get("/newsroom/")
            second = client.get("/blog/")
            assert first.status_code == second.status_code == 200
        """,
        client,
        journey,
    )
    assert lines(story)[1:] == [
        'visitor.visit("article-list")',
        "first = visitor.response",
        'visitor.visit("post_list")',
        "assert first.status == visitor.response.status == 200",
    ]


def test_json_is_asked_of_the_api(workbench, client, journey):
    story = workbench.story(
        """
        def test_the_api(client):
            response = client.get("/api/articles/", HTTP_ACCEPT="application/json")
            assert response.status_code == 200
            assert response.json()["results"] == []
        """,
        client,
        journey,
    )
    assert lines(story)[1:] == [
        'response = visitor.api.get(reverse("api-article-list"), headers={"Accept": "application/json"})',
        "assert response.status == 200",
        'assert response.json()["results"] == []',
    ]


def test_each_client_is_an_actor(workbench, client, journey):
    story = workbench.story(
        """
        def test_two_people(client):
            ada = UserFactory()
            other = Client()
            client.login(username=ada.username, password="test")
            for page in ("/newsroom/", "/blog/"):
                other.get(page)
            client.get("/accounts/profile/")
            client.logout()
            client.get("/accounts/profile/")
        """,
        client,
        journey,
    )
    assert lines(story) == [
        "ada = UserFactory()",
        "actor = journey.actor(ada)",
        "other = journey.visitor()",
        'for page in ("/newsroom/", "/blog/"):',
        "    other.visit(page)",
        'actor.visit("profile")',
        "actor.context.clear_cookies()",
        'actor.visit("profile")',
    ]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("assert client.get('/newsroom/').wsgi_request", "a story has nothing like response.wsgi_request"),
        ("client.get('/newsroom/') if True else None", "a request within a comprehension or a lambda"),
        ("client.get('/newsroom/', secure=True)", "a request with secure"),
        ("client.get('/newsroom/'); assert client.cookies is not None", "several statements in one line"),
        (
            "client.get('/newsroom/')\n    assert not client.session.items()",
            "client.session is used otherwise",
        ),
        ("page(client)", "page() sends its requests"),
        ("if client.get('/newsroom/'):\n        pass", "a request in the head of a block"),
    ],
)
def test_what_has_no_counterpart_is_left_with_a_reason(workbench, client, statement, reason):
    body = f"def page(client):\n    client.get('/newsroom/')\n\ndef test_it(client):\n    {statement}\n"
    found = workbench.convert(body, client)
    assert not found.converted
    assert reason in found.left["test_it"]
    assert found.lines == {"test_it": 11}


def test_the_plain_tests_are_run_as_they_are(workbench, client, django_assert_num_queries):
    """A test that counts queries counts no others while its calls are recorded."""
    user = UserFactory()
    client.force_login(user)
    with workbench.watch, django_assert_num_queries(2):
        assert client.get("/accounts/profile/").status_code == 200


class ByEmail(ModelBackend):
    """Takes an e-mail address for the name."""

    def authenticate(self, request, username=None, password=None, **others):
        user = get_user_model().objects.filter(email=username).first()
        return user if user is not None and user.check_password(password) else None


def test_a_user_is_found_by_the_field_that_the_login_was_given(workbench, client, journey, settings):
    settings.AUTHENTICATION_BACKENDS = [f"{__name__}.ByEmail"]
    story = workbench.story(
        """
        def test_profile(client):
            UserFactory(email="ada@example.org", password="a word to pass")
            client.login(username="ada@example.org", password="a word to pass")
            client.get("/accounts/profile/")
        """,
        client,
        journey,
    )
    assert 'actor = journey.actor(get_user_model().objects.get(email="ada@example.org"))' in lines(story)
