"""What happens to an article in its life."""

from unittest import mock

from django.test import TestCase
from django.utils import timezone

from accounts.factories import UserFactory
from newsroom.factories import ArticleFactory
from newsroom.models import Article
from newsroom.services import AlreadyPublished, publish, save_draft, unique_slug


class SlugTests(TestCase):
    def test_it_is_made_of_the_title(self):
        self.assertEqual(unique_slug("Integration testing, by hand!"), "integration-testing-by-hand")

    def test_a_taken_one_gets_the_next_number(self):
        ArticleFactory(slug="tide")
        self.assertEqual(unique_slug("Tide"), "tide-2")
        ArticleFactory(slug="tide-2")
        self.assertEqual(unique_slug("Tide"), "tide-3")

    def test_a_title_without_letters_still_gets_one(self):
        self.assertEqual(unique_slug("?!"), "article")

    def test_a_long_title_leaves_room_for_a_number(self):
        slug = unique_slug("word " * 60)
        ArticleFactory(slug=slug)
        longer = unique_slug("word " * 60)
        self.assertLessEqual(len(longer), Article._meta.get_field("slug").max_length)
        self.assertFalse(slug.endswith("-"))


class DraftTests(TestCase):
    def test_a_draft_belongs_to_its_author_and_has_an_address(self):
        author = UserFactory()
        article = save_draft(Article(title="The tide", body="…"), author=author)
        article.refresh_from_db()
        self.assertEqual((article.author, article.slug), (author, "the-tide"))
        self.assertFalse(article.is_published)


class PublishTests(TestCase):
    def test_it_is_online_from_now_on_and_remembers_the_editor(self):
        editor, before = UserFactory(), timezone.now()
        article = publish(ArticleFactory(), by=editor)
        article.refresh_from_db()
        self.assertTrue(article.is_published)
        self.assertEqual(article.published_by, editor)
        self.assertTrue(before <= article.published_at <= timezone.now())

    def test_it_can_be_published_only_once(self):
        article = ArticleFactory()
        first = publish(article, by=UserFactory())
        with self.assertRaises(AlreadyPublished):
            publish(article, by=UserFactory())
        article.refresh_from_db()
        self.assertEqual(article.published_by, first.published_by)

    def test_what_else_has_changed_meanwhile_is_kept(self):
        article = ArticleFactory(title="Old")
        Article.objects.update(title="New")
        self.assertEqual(publish(article, by=UserFactory()).title, "New")

    def test_it_goes_online_even_while_the_queue_is_away(self):
        """D3: the queue is no part of publishing; what could not be enqueued is in the log."""
        away = mock.patch("newsroom.services.announce", side_effect=ConnectionRefusedError("no broker"))
        with (
            away,
            self.assertLogs("django.test", "ERROR") as log,
            self.captureOnCommitCallbacks(execute=True),
        ):
            article = publish(ArticleFactory(), by=UserFactory())
        article.refresh_from_db()
        self.assertTrue(article.is_published)
        self.assertIn("no broker", log.output[0])
