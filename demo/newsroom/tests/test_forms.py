"""What the newsroom's forms accept and refuse."""

from django.test import SimpleTestCase

from newsroom.forms import ArticleForm, CommentForm
from newsroom.models import Article


class ArticleFormTests(SimpleTestCase):
    def errors(self, **changes):
        return ArticleForm({"title": "Title", "body": "Body", **changes}).errors

    def test_the_summary_may_be_left_out(self):
        self.assertEqual(self.errors(), {})

    def test_a_title_is_needed_and_spaces_are_none(self):
        self.assertEqual(self.errors(title="   "), {"title": ["This field is required."]})

    def test_a_body_is_needed(self):
        self.assertEqual(set(self.errors(body="")), {"body"})

    def test_a_title_longer_than_its_column_is_refused(self):
        self.assertIn("at most 120 characters", str(self.errors(title="x" * 121)))

    def test_who_may_publish_chooses_the_status(self):
        form = ArticleForm({"title": "T", "body": "B", "status": "published"}, may_publish=True)
        self.assertTrue(form.is_valid(), form.errors)
        self.assertTrue(form.instance.is_published)

    def test_without_a_status_it_is_a_draft_or_stays_what_it_is(self):
        self.assertFalse(ArticleForm({"title": "T", "body": "B"}, may_publish=True).instance.is_published)
        online = Article(title="T", body="B", status="published")
        form = ArticleForm({"title": "T", "body": "B"}, may_publish=True, instance=online)
        self.assertTrue(form.is_valid(), form.errors)
        self.assertTrue(form.instance.is_published)

    def test_status_and_author_can_not_be_sent_along(self):
        form = ArticleForm({"title": "T", "body": "B", "status": "published", "author": "1", "slug": "s"})
        self.assertTrue(form.is_valid())
        self.assertEqual(form.instance.status, Article.Status.DRAFT)
        self.assertEqual(form.instance.slug, "")


class CommentFormTests(SimpleTestCase):
    def test_something_must_be_said(self):
        self.assertEqual(CommentForm({"body": " \n "}).errors, {"body": ["This field is required."]})

    def test_a_novel_is_not_a_comment(self):
        self.assertIn("at most 2000 characters", str(CommentForm({"body": "x" * 2001}).errors))
