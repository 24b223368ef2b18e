"""Saving and publishing articles."""

from unittest import mock

from django.test import TestCase
from django.utils import timezone

from accounts.factories import UserFactory
from config.publishing import unique_slug
from newsroom.factories import ArticleFactory
from newsroom.models import Article
from newsroom.services import AlreadyPublished, publish, save_article


class SlugTests(TestCase):
    def slug(self, title):
        return unique_slug(Article, title)

    def test_it_is_made_of_the_title(self):
        self.assertEqual(self.slug("Integration testing, by hand!"), "integration-testing-by-hand")

    def test_a_taken_one_gets_the_next_number(self):
        ArticleFactory(slug="tide")
        self.assertEqual(self.slug("Tide"), "tide-2")
        ArticleFactory(slug="tide-2")
        self.assertEqual(self.slug("Tide"), "tide-3")

    def test_a_title_without_letters_still_gets_one(self):
        self.assertEqual(self.slug("?!"), "article")

    def test_a_long_title_leaves_room_for_a_number(self):
        slug = self.slug("word " * 60)
        ArticleFactory(slug=slug)
        longer = self.slug("word " * 60)
        self.assertLessEqual(len(longer), Article._meta.get_field("slug").max_length)
        self.assertFalse(slug.endswith("-"))


class SaveArticleTests(TestCase):
    def test_what_goes_online_is_announced_once_and_remembers_who_did_it(self):
        editor, article = UserFactory(), ArticleFactory()
        with mock.patch("newsroom.services.announce") as announce:
            for status in ("draft", "published", "published"):
                article.status = status
                with self.captureOnCommitCallbacks(execute=True):
                    save_article(article, by=editor)
        announce.assert_called_once_with(article.pk)
        self.assertEqual(Article.objects.get().published_by, editor)


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
        """D3: publishing does not depend on the queue; a failure to enqueue is logged."""
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
