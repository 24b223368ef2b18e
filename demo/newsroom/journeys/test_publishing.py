"""Stories of an article: its author, an editor and a reader."""

from __future__ import annotations

from django.test import override_settings
from django.urls import reverse
from django_journey import JourneyTestCase, expect

from accounts.factories import EditorFactory, UserFactory
from newsroom.factories import ArticleFactory, CommentFactory
from newsroom.models import Article


class PublishingTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author_user = UserFactory(username="ada", first_name="Ada", last_name="Winter")
        cls.editor_user = EditorFactory(username="edgar")

    def test_an_article_goes_from_its_author_over_the_editor_to_the_reader(self):
        """D1: three people at once; the reader sees the article only after the editor has published it."""
        author = self.journey.actor(self.author_user)
        editor = self.journey.actor(self.editor_user)
        reader = self.journey.visitor("reader")

        author.visit("article-list")
        author.click("Write an article")
        author.fill("Title", "Integration testing")
        author.fill("Summary", "Why one story is worth a thousand units.")
        author.fill("Body", "This is the content.")
        author.click("Save draft")
        author.should_be_at("article-detail", slug="integration-testing")
        author.should_see("Draft saved")

        reader.visit("article-list")
        reader.should_not_see("Integration testing")

        editor.visit("article-list")
        editor.click("Drafts")
        editor.click("Integration testing")
        editor.page.get_by_role("button", name="Publish").click()
        editor.should_be_at("article-detail", slug="integration-testing")
        expect(editor.page.get_by_role("status")).to_have_text("Published")
        expect(editor.page.get_by_role("button", name="Publish")).to_have_count(0)

        reader.page.reload()
        reader.click("Integration testing")
        reader.should_be_at("article-detail", slug="integration-testing")
        expect(reader.page).to_have_title("Integration testing · The demo site")
        reader.should_see("This is the content.")
        reader.should_see("Ada Winter")

    def test_a_draft_is_not_there_for_anybody_else(self):
        """D1: a guessed URL of a draft answers 404."""
        draft = ArticleFactory(author=self.author_user)
        for other in (self.journey.visitor(), self.journey.actor(UserFactory())):
            response = other.page.goto(draft.get_absolute_url())
            self.assertEqual(response.status, 404)
            other.should_see("There is nothing here")
            other.should_not_see(draft.title)

    def test_the_author_may_not_publish(self):
        """D1: the author sees no button, and a forged request is refused."""
        draft = ArticleFactory(author=self.author_user)
        author = self.journey.actor(self.author_user)
        author.visit("article-detail", slug=draft.slug)
        expect(author.page.get_by_role("button", name="Publish")).to_have_count(0)

        answer = author.api.post(
            reverse("article-publish", kwargs={"pk": draft.pk}),
            headers={"X-CSRFToken": csrf_token(author), "Referer": author.page.url},
        )
        self.assertEqual(answer.status, 403)
        self.assertIn("You may not do that", answer.text())
        draft.refresh_from_db()
        self.assertFalse(draft.is_published)

    def test_an_article_is_corrected_after_it_was_published(self):
        """D1: the author edits a published article; its URL stays."""
        article = ArticleFactory(author=self.author_user, published=True, title="Teh tide", slug="teh-tide")
        author, reader = self.journey.actor(self.author_user), self.journey.visitor("reader")
        author.visit("article-detail", slug="teh-tide")
        author.click("Edit")
        author.fill("Title", "The tide")
        author.click("Save changes")
        author.should_see("Changes saved")

        reader.visit("article-detail", slug="teh-tide")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text("The tide")
        self.assertEqual(Article.objects.get().pk, article.pk)

    def test_who_may_publish_publishes_with_the_form(self):
        """D1: editors publish their own articles at once; a plain author is offered no status."""
        editor, reader = self.journey.actor(self.editor_user), self.journey.visitor("reader")
        editor.visit("article-create")
        editor.fill({"Title": "From the desk", "Body": "Short."})
        editor.choose("Status", "Published")
        editor.click("Save")
        editor.should_see("Published")
        reader.visit("article-list")
        reader.should_see("From the desk")

        author = self.journey.actor(self.author_user)
        author.visit("article-create")
        expect(author.page.get_by_label("Status")).to_have_count(0)

    @override_settings(NEWSROOM_AUTHORS_PUBLISH=True)
    def test_authors_publish_their_own_where_the_setting_says_so(self):
        """D1: with the form, and with the button of a draft; never other authors' articles."""
        author = self.journey.actor(self.author_user)
        author.visit("article-create")
        author.fill({"Title": "The tide", "Body": "It rises."})
        author.click("Save")
        author.should_see("Draft saved")
        author.click("Publish")
        author.should_see("Published")
        self.assertEqual(Article.objects.get().published_by, self.author_user)

        other = self.journey.actor(UserFactory())
        other.visit("article-detail", slug="the-tide")
        expect(other.page.get_by_role("link", name="Edit")).to_have_count(0)

    def test_an_article_is_deleted_with_its_comments(self):
        """D1: the author is asked to confirm; afterwards readers get 404."""
        article = ArticleFactory(author=self.author_user, published=True)
        CommentFactory(article=article)
        author, reader = self.journey.actor(self.author_user), self.journey.visitor("reader")
        author.visit("article-detail", slug=article.slug)
        author.click("Delete")
        author.should_see("The article and its 1 comment will be deleted for good.")
        author.click("Delete the article")
        author.should_be_at("article-list")
        author.should_see("Article deleted")
        self.assertEqual(reader.page.goto(article.get_absolute_url()).status, 404)
        self.assertFalse(Article.objects.exists())

    def test_two_editors_press_the_button_at_the_same_time(self):
        """D1: the second one sees that the article is already online, and nothing changes."""
        draft = ArticleFactory(author=self.author_user)
        first, second = self.journey.actor(self.editor_user), self.journey.actor(EditorFactory())
        first.visit("article-detail", slug=draft.slug)
        second.visit("article-detail", slug=draft.slug)
        first.click("Publish")
        second.click("Publish")
        second.should_see("This article is online already.")
        draft.refresh_from_db()
        self.assertEqual(draft.published_by, self.editor_user)


def csrf_token(actor) -> str:
    """The CSRF token in the actor's cookies."""
    return next(cookie["value"] for cookie in actor.context.cookies() if cookie["name"] == "csrftoken")
