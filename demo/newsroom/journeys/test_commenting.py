"""Stories of people who discuss an article."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from accounts.factories import PASSWORD, UserFactory
from newsroom.factories import ArticleFactory, CommentFactory
from newsroom.models import Comment


class CommentingTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.article = ArticleFactory(published=True, title="The tide", slug="the-tide")
        cls.rita = UserFactory(username="rita", first_name="Rita", last_name="Okafor")

    def test_a_signed_in_reader_comments_and_others_see_it(self):
        """D2: a comment is stored with its author and shown on the page."""
        rita, passer_by = self.journey.actor(self.rita), self.journey.visitor()
        rita.visit("article-detail", slug="the-tide")
        rita.should_see("Nobody has said anything yet.")
        rita.fill("Your comment", "My grandfather set his watch by it.")
        rita.click("Post comment")
        rita.should_see("Thank you for your comment")

        comment = Comment.objects.get()
        self.assertEqual((comment.author, comment.article), (self.rita, self.article))

        passer_by.visit("article-detail", slug="the-tide")
        shown = passer_by.page.get_by_role("article").filter(has_text="My grandfather").last
        expect(shown).to_contain_text("Rita Okafor")

    def test_a_comment_is_edited_and_deleted_by_who_wrote_it(self):
        """D2: other users are offered neither, and may do neither."""
        comment = CommentFactory(article=self.article, author=self.rita, body="Twice a day.")
        rita, other = self.journey.actor(self.rita), self.journey.actor(UserFactory())
        other.visit("article-detail", slug="the-tide")
        expect(other.page.get_by_role("article").get_by_role("link")).to_have_count(0)
        self.assertEqual(other.page.goto(f"/newsroom/comments/{comment.pk}/edit/").status, 403)

        rita.visit("article-detail", slug="the-tide")
        rita.click("Edit your comment")
        rita.fill("Your comment", "Once a day.")
        rita.click("Save comment")
        rita.should_see("Comment saved")
        other.visit("article-detail", slug="the-tide")
        other.should_see("Once a day.")

        rita.click("Delete your comment")
        rita.should_see("Once a day.")
        rita.click("Delete the comment")
        rita.should_be_at("article-detail", slug="the-tide")
        other.page.reload()
        other.should_see("Nobody has said anything yet.")

    def test_a_stranger_logs_in_first_and_comes_back_to_the_article(self):
        """D2: only signed-in users comment; logging in leads back to the article."""
        rita = self.journey.visitor("rita")
        rita.visit("article-detail", slug="the-tide")
        expect(rita.page.get_by_label("Your comment")).to_have_count(0)
        rita.click("Log in to comment")
        rita.fill({"Username": "rita", "Password": PASSWORD})
        rita.page.get_by_role("button", name="Log in").click()
        rita.should_be_at("article-detail", slug="the-tide")
        rita.fill("Your comment", "Is it open on Thursdays?")
        rita.click("Post comment")
        rita.should_see("Is it open on Thursdays?")

    def test_a_comment_of_nothing_but_spaces_is_refused_beside_its_field(self):
        """D2: the page is shown again with the error, and nothing is stored."""
        rita = self.journey.actor(self.rita)
        rita.visit("article-detail", slug="the-tide")
        rita.fill("Your comment", "   ")
        rita.click("Post comment")
        rita.should_see("This field is required.")
        rita.should_see("The tide")
        self.assertFalse(Comment.objects.exists())
