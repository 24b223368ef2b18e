"""The stories of ``newsroom/journeys``, written with Django's own test client and DRF's ``APIClient`` alone."""

from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import call_command
from django.test import TestCase, TransactionTestCase, override_settings
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.factories import EditorFactory, UserFactory
from accounts.models import User
from newsroom.models import Article, Comment

DRAFT = {"title": "The tide", "body": "It rises.", "status": "draft"}


class NewsroomTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = User.objects.create_user("ada", "ada@example.com", "test", is_staff=True)
        cls.editor = User.objects.create_user("edgar", "edgar@example.com", "test", is_staff=True)
        cls.editor.user_permissions.add(Permission.objects.get(codename="publish_article"))
        cls.reader = User.objects.create_user("rita", "rita@example.com", "test")

    def write(self, **changes) -> Article:
        self.client.post(reverse("article-create"), {**DRAFT, **changes})
        return Article.objects.get()


class PublishingFlowTests(NewsroomTestCase):
    def test_draft_publish_read(self):
        """D1: the author drafts, the editor publishes, the reader reads."""
        self.client.login(username="ada", password="test")
        article = self.write()
        self.assertEqual((article.author, article.status), (self.author, "draft"))
        self.client.logout()

        self.client.login(username="rita", password="test")
        self.assertNotContains(self.client.get(reverse("article-list")), "The tide")
        self.client.logout()

        self.client.login(username="edgar", password="test")
        response = self.client.post(reverse("article-publish", kwargs={"pk": article.pk}))
        self.assertEqual(response.status_code, 302)
        article.refresh_from_db()
        self.assertEqual(article.status, "published")
        self.client.logout()

        self.client.login(username="rita", password="test")
        self.assertContains(self.client.get(reverse("article-list")), "The tide")
        detail = self.client.get(reverse("article-detail", kwargs={"slug": article.slug}))
        self.assertContains(detail, "It rises.")

    def test_a_plain_author_may_not_publish(self):
        """D1: neither by the URL nor by the form; it stays a draft."""
        self.client.force_login(self.author)
        article = self.write(status="published")
        self.assertEqual(article.status, "draft")
        response = self.client.post(reverse("article-publish", kwargs={"pk": article.pk}))
        self.assertEqual(response.status_code, 403)
        article.refresh_from_db()
        self.assertEqual(article.status, "draft")

    def test_who_may_publish_publishes_at_once_with_the_form(self):
        """D1: ``status=published`` of an editor; a draft stays one."""
        self.client.force_login(self.editor)
        article = self.write(status="published")
        self.assertEqual((article.status, article.published_by), ("published", self.editor))
        self.assertIsNotNone(article.published_at)

    @override_settings(NEWSROOM_AUTHORS_PUBLISH=True)
    def test_authors_publish_their_own_where_the_setting_says_so(self):
        """D1: by the form and by the URL, their own articles only."""
        self.client.force_login(self.author)
        self.assertEqual(self.write(status="published").status, "published")
        others = Article.objects.create(title="Another", body="Text", author=self.editor)
        url = reverse("article-publish", kwargs={"pk": others.pk})
        self.assertEqual(self.client.post(url).status_code, 403)

    def test_the_author_is_told_by_mail(self):
        """D3: after the commit, by the queue."""
        article = Article.objects.create(title="The tide", body="It rises.", author=self.author)
        self.client.force_login(self.editor)
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(reverse("article-publish", kwargs={"pk": article.pk}))
        self.assertEqual([message.to for message in mail.outbox], [["ada@example.com"]])

    def test_an_article_is_edited_and_deleted_by_its_author_and_by_editors(self):
        """D1: other users may do neither."""
        for person, status in ((self.reader, 403), (self.author, 302), (self.editor, 302)):
            article = Article.objects.create(
                title="The tide", body="Text", author=self.author, status="published"
            )
            self.client.force_login(person)
            with self.subTest(person.username):
                edit = reverse("article-edit", kwargs={"slug": article.slug})
                data = {"title": "The tides", "body": "Text", "status": "published"}
                self.assertEqual(self.client.post(edit, data).status_code, status)
                delete = reverse("article-delete", kwargs={"slug": article.slug})
                self.assertEqual(self.client.post(delete).status_code, status)
                self.assertEqual(Article.objects.filter(pk=article.pk).exists(), status == 403)


class CommentFlowTests(NewsroomTestCase):
    def setUp(self):
        self.article = Article.objects.create(
            title="The tide", body="It rises.", status="published", author=self.author
        )
        self.url = reverse("comment-create", kwargs={"article_pk": self.article.pk})

    def test_comment(self):
        """D2: stored with its author, and shown on the page."""
        self.client.login(username="rita", password="test")
        response = self.client.post(self.url, {"body": "Twice a day."})
        self.assertEqual(response.status_code, 302)
        comment = Comment.objects.get()
        self.assertEqual((comment.author, comment.article), (self.reader, self.article))
        self.assertContains(self.client.get(self.article.get_absolute_url()), "Twice a day.")

    def test_strangers_log_in_first(self):
        """D2: a login is required."""
        response = self.client.post(self.url, {"body": "Twice a day."})
        self.assertRedirects(response, f"{reverse('login')}?next={self.url}")
        self.assertFalse(Comment.objects.exists())

    def test_a_comment_is_edited_and_deleted_by_who_wrote_it(self):
        """D2: other users may do neither."""
        comment = Comment.objects.create(article=self.article, author=self.reader, body="Twice a day.")
        edit, delete = (reverse(f"comment-{name}", kwargs={"pk": comment.pk}) for name in ("edit", "delete"))
        self.client.force_login(self.editor)
        self.assertEqual(self.client.post(edit, {"body": "x"}).status_code, 403)
        self.assertEqual(self.client.post(delete).status_code, 403)

        self.client.force_login(self.reader)
        self.client.post(edit, {"body": "Once a day."})
        comment.refresh_from_db()
        self.assertEqual(comment.body, "Once a day.")
        self.assertRedirects(self.client.post(delete), self.article.get_absolute_url())
        self.assertFalse(Comment.objects.exists())


class CommitTests(TransactionTestCase):
    def test_the_mail_is_sent_after_a_real_commit(self):
        """C5, D3: the hook runs without being asked for, since the view's transaction commits."""
        article = Article.objects.create(title="The tide", body="It rises.", author=UserFactory())
        editor = UserFactory()
        editor.user_permissions.add(Permission.objects.get(codename="publish_article"))
        self.client.force_login(editor)
        self.client.post(reverse("article-publish", kwargs={"pk": article.pk}))
        self.assertEqual([message.to for message in mail.outbox], [[article.author.email]])

    def test_the_editors_are_there_after_a_flush(self):
        """C5: what such a test's flush deletes is created again."""
        call_command("flush", interactive=False, verbosity=0)
        self.assertTrue(EditorFactory().has_perm("newsroom.publish_article"))


class FixtureTests(TestCase):
    fixtures = ["people.yaml", "archive.json"]

    def test_the_archive(self):
        """C6: JSON."""
        response = self.client.get(reverse("article-list"))
        self.assertContains(response, "The tide clock on Harbour Street")
        self.assertEqual(Article.objects.drafts().count(), 1)


class ApiFlowTests(NewsroomTestCase):
    def setUp(self):
        self.api = APIClient()
        self.list = reverse("api-article-list")

    def one(self, article, name="detail"):
        return reverse(f"api-article-{name}", kwargs={"slug": article.slug})

    def test_create_read_change_delete(self):
        """D4: the whole cycle as JSON; the status is read-only."""
        self.api.force_authenticate(self.author)
        response = self.api.post(self.list, {**DRAFT, "status": "published"}, format="json")
        self.assertEqual((response.status_code, response.data["status"]), (201, "draft"))
        article = Article.objects.get()
        response = self.api.patch(self.one(article), {"title": "The tides", "status": "published"})
        self.assertEqual((response.data["title"], response.data["status"]), ("The tides", "draft"))
        self.assertEqual(self.api.get(self.one(article)).data["body"], "It rises.")
        self.assertEqual(self.api.delete(self.one(article)).status_code, 204)
        self.assertFalse(Article.objects.exists())

    def test_who_may_what(self):
        """D4: strangers read what is published; only its author and editors change it; editors publish."""
        article = Article.objects.create(title="The tide", body="It rises.", author=self.author)
        self.assertEqual(self.api.get(self.list).data["results"], [])
        self.assertEqual(self.api.get(self.one(article)).status_code, 404)
        self.assertEqual(self.api.post(self.list, DRAFT).status_code, 403)

        self.api.force_authenticate(self.author)
        self.assertEqual(self.api.post(self.one(article, "publish")).status_code, 403)
        self.api.force_authenticate(self.editor)
        self.assertEqual(self.api.post(self.one(article, "publish")).data["status"], "published")

        self.api.force_authenticate(self.reader)
        self.assertEqual([found["title"] for found in self.api.get(self.list).data["results"]], ["The tide"])
        self.assertEqual(self.api.patch(self.one(article), {"title": "Mine"}).status_code, 403)
        self.assertEqual(self.api.delete(self.one(article)).status_code, 403)
        article.refresh_from_db()
        self.assertEqual(article.title, "The tide")
