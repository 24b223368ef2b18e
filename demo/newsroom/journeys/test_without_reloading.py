"""Stories of the newsroom's parts that htmx replaces: the page stays, and what was written elsewhere on it too."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from accounts.factories import UserFactory
from newsroom.factories import ArticleFactory
from newsroom.models import Article, Comment


class CommentingInPlaceTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.article = ArticleFactory(published=True, title="The tide", slug="the-tide")
        cls.rita = UserFactory(username="rita")

    def test_a_reader_comments_twice_without_leaving_the_page(self):
        """The comments and their form are replaced, and the address stays as it is."""
        rita = self.journey.actor(self.rita)
        rita.visit("article-detail", slug="the-tide")
        for words in ("High water at nine.", "And at half past."):
            rita.fill("Your comment", words)
            rita.click("Post comment")
            rita.should_see(words)
            expect(rita.page.get_by_role("textbox", name="Your comment")).to_have_value("")
        expect(rita.page.locator(".comment")).to_have_count(2)
        expect(rita.page.get_by_role("status")).to_have_text("Thank you for your comment")
        rita.should_be_at("article-detail", slug="the-tide")
        self.assertEqual(Comment.objects.count(), 2)

    def test_the_error_of_an_empty_comment_goes_with_the_next_one(self):
        """The form comes back with its error, then without it."""
        rita = self.journey.actor(self.rita)
        rita.visit("article-detail", slug="the-tide")
        rita.fill("Your comment", "   ")
        rita.click("Post comment")
        rita.should_see("This field is required.")
        rita.fill("Your comment", "It was empty.")
        rita.click("Post comment")
        rita.should_see("It was empty.")
        rita.should_not_see("This field is required.")


class DraftTests(JourneyTestCase):
    def test_an_author_deletes_a_draft_only_after_confirming_it(self):
        """Saying no keeps the draft; saying yes takes it off the list without a new page."""
        draft = ArticleFactory(title="Half a thought")
        author = self.journey.actor(draft.author)
        author.visit("article-drafts")
        author.page.once("dialog", lambda dialog: dialog.dismiss())
        author.click("Delete Half a thought")
        author.should_see("Half a thought")
        self.assertTrue(Article.objects.exists())

        asked = []

        def accept(dialog):
            asked.append(dialog.message)
            dialog.accept()

        author.page.once("dialog", accept)
        author.click("Delete Half a thought")
        author.should_see("Article deleted")
        author.should_see("No draft is waiting.")
        self.assertEqual(asked, ["Delete “Half a thought” for good?"])
        self.assertFalse(Article.objects.exists())
