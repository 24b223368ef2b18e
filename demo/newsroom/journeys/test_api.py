"""Stories in which API clients and users work on the same articles."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect
from django_journey.endpoints import Endpoints, fake, get, patch, post

from accounts.factories import EditorFactory, UserFactory
from newsroom.factories import ArticleFactory


class NewsroomApi(Endpoints):
    csrf_page = "article-list"

    articles = get("api-article-list")
    article = get("api-article-detail")
    write = post(
        "api-article-list",
        json={"title": fake.sentence, "body": fake.text},
        optional=("summary",),
        expect=201,
    )
    change = patch("api-article-detail", optional=("title", "summary", "body"))
    publish = post("api-article-publish")


class ApiTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author_user = UserFactory(username="ada")
        cls.editor_user = EditorFactory(username="edgar")

    def test_an_article_written_by_a_program_is_published_on_a_page_and_read_by_both(self):
        """D4: one story through serializers, viewsets and permissions, and through the pages."""
        author = self.journey.actor(self.author_user)
        editor = self.journey.actor(self.editor_user)
        anybody = self.journey.visitor()
        program = NewsroomApi(author)

        draft = program.write(title="Tides for machines", body="They rise, too.").json()
        self.assertEqual((draft["status"], draft["author"]), ("draft", "ada"))
        self.assertEqual(NewsroomApi(anybody).articles().json()["results"], [])
        program.change(slug=draft["slug"], summary="Water, mostly.")

        editor.visit(draft["url"])
        editor.should_see("Water, mostly.")
        editor.click("Publish")

        listed = NewsroomApi(anybody).articles().json()["results"]
        self.assertEqual([article["title"] for article in listed], ["Tides for machines"])
        anybody.visit("article-list")
        anybody.click("Tides for machines")
        anybody.should_see("They rise, too.")

    def test_an_editor_publishes_by_the_api_and_the_author_may_not(self):
        """D4, D1: the API checks the permission too; publishing twice is a conflict."""
        ArticleFactory(author=self.author_user, title="The tide", slug="the-tide")
        author = NewsroomApi(self.journey.actor(self.author_user))
        editor = NewsroomApi(self.journey.actor(self.editor_user))

        refused = author.publish(slug="the-tide", expect=403)
        self.assertEqual(refused.json()["detail"], "Only editors may publish.")
        self.assertEqual(editor.publish(slug="the-tide", expect=200).json()["status"], "published")
        editor.publish(slug="the-tide", expect=409)

        reader = self.journey.visitor()
        reader.visit("article-list")
        expect(reader.page.get_by_role("link", name="The tide")).to_be_visible()

    def test_a_stranger_reads_but_neither_writes_nor_sees_drafts(self):
        """D4: anonymous requests; bad input is answered field by field."""
        ArticleFactory(slug="a-draft")
        stranger = NewsroomApi(self.journey.visitor())
        stranger.write(expect=403)
        stranger.article(slug="a-draft", expect=404)
        author = NewsroomApi(self.journey.actor(self.author_user))
        self.assertEqual(
            author.write(title="", expect=400).json(), {"title": ["This field may not be blank."]}
        )
