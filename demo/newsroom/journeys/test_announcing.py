"""Stories of the mail that a worker sends when an article goes online."""

from __future__ import annotations

from django.db import transaction
from django.test import override_settings
from django_journey import JourneyTestCase
from django_journey.errors import WorldError

from accounts.factories import EditorFactory, UserFactory
from accounts.tests.test_mail import BROKEN_MAIL
from newsroom.factories import ArticleFactory
from newsroom.models import Article
from newsroom.services import publish


class AnnouncingTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author_user = UserFactory(username="ada", first_name="Ada", last_name="Winter")
        cls.editor_user = EditorFactory(username="edgar")
        cls.article = ArticleFactory(author=cls.author_user, title="The tide", slug="the-tide")

    def test_the_author_gets_a_mail_from_the_worker_and_follows_its_link(self):
        """D3, D5: the request sends nothing; the worker sends the mail, whose link opens the article."""
        author = self.journey.actor(self.author_user)
        editor = self.journey.actor(self.editor_user)
        editor.visit("article-detail", slug="the-tide")
        editor.click("Publish")
        editor.should_see("Published")
        self.assertEqual(len(author.mailbox), 0)
        self.assertEqual([task.args for task in self.journey.tasks.pending], [(self.article.pk,)])

        self.journey.tasks.run()
        mail = author.mailbox.latest(subject="Your article is online")
        self.assertEqual(mail.to, [self.author_user.email])
        self.assertIn("Hello Ada Winter", mail.text)
        author.follow(mail, "Read it")
        author.should_be_at("article-detail", slug="the-tide")
        author.should_see("The tide")

    def test_no_mail_is_left_to_the_worker_where_publishing_is_rolled_back(self):
        """D3, C5: the task is enqueued after the commit, so a rollback enqueues nothing."""
        tasks = self.journey.tasks
        with self.assertRaises(RuntimeError), transaction.atomic():
            publish(self.article, by=self.editor_user)
            raise RuntimeError
        self.assertEqual(tasks.pending, [])
        self.assertFalse(Article.objects.published().exists())
        with transaction.atomic():
            publish(self.article, by=self.editor_user)
            self.assertEqual(tasks.pending, [])
        self.assertEqual(len(tasks.pending), 1)

    def test_a_mail_to_nobody_fails_in_the_workers_turn_and_says_why(self):
        """D3: when a task fails, ``journey.tasks.run()`` fails too, with the task's error as the cause."""
        tasks = self.journey.tasks
        with transaction.atomic():
            publish(ArticleFactory(slug="gone"), by=self.editor_user)
        Article.objects.filter(slug="gone").delete()
        with self.assertRaisesRegex(WorldError, "1 of 1 tasks failed") as caught:
            tasks.run()
        self.assertIsInstance(caught.exception.__cause__, Article.DoesNotExist)


@override_settings(TASK_QUEUE="celery")  # Django's own tasks framework does not retry
class RetryingTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author_user = UserFactory(username="ada")
        cls.editor_user = EditorFactory(username="edgar")
        cls.article = ArticleFactory(author=cls.author_user, title="The tide", slug="the-tide")

    def test_a_mail_server_that_is_away_is_tried_again_later(self):
        """D3: the first run of the task fails and is retried; an hour later the mail is sent."""
        editor = self.journey.actor(self.editor_user)
        editor.visit("article-detail", slug="the-tide")
        editor.click("Publish")
        with override_settings(**BROKEN_MAIL):
            (first,) = self.journey.tasks.run()
        self.assertTrue(first.retrying)
        self.journey.tasks.run()
        self.assertEqual(len(self.journey.mailbox()), 0)

        self.journey.clock.travel(hours=1)
        self.journey.tasks.run()
        self.journey.mailbox(self.author_user.email).latest(subject="Your article is online")
