"""Articles, comments, and who may see and change them."""

from django.contrib.auth.models import AnonymousUser, Group
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from accounts.factories import EditorFactory, UserFactory
from accounts.models import User
from newsroom.factories import ArticleFactory, CommentFactory
from newsroom.models import Article, Comment


class ArticleTests(SimpleTestCase):
    def test_its_address_is_made_of_its_slug(self):
        self.assertEqual(Article(slug="the-tide").get_absolute_url(), "/newsroom/articles/the-tide/")

    def test_a_new_article_is_a_draft(self):
        self.assertFalse(Article().is_published)

    def test_a_published_one_is_none(self):
        self.assertTrue(Article(status=Article.Status.PUBLISHED).is_published)

    def test_it_is_called_by_its_title(self):
        self.assertEqual(str(Article(title="The tide")), "The tide")

    def test_its_author_may_edit_it(self):
        self.assertTrue(Article(author_id=7).may_be_edited_by(User(pk=7)))

    def test_a_stranger_may_not_edit_it(self):
        self.assertFalse(Article(author_id=7).may_be_edited_by(AnonymousUser()))

    def test_an_administrator_may_edit_it(self):
        self.assertTrue(Article(author_id=7).may_be_edited_by(User(pk=8, is_superuser=True)))


class CommentTests(SimpleTestCase):
    def test_its_address_is_a_place_on_the_articles_page(self):
        comment = Comment(pk=5, article=Article(slug="the-tide"))
        self.assertEqual(comment.get_absolute_url(), "/newsroom/articles/the-tide/#comment-5")

    def test_it_is_called_by_its_author_and_article(self):
        self.assertEqual(
            str(Comment(article=Article(title="Tide"), author=User(username="rita"))), "rita on “Tide”"
        )


class VisibilityTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.author = UserFactory()
        cls.draft = ArticleFactory(author=cls.author)
        cls.online = ArticleFactory(published=True)

    def seen_by(self, user):
        return set(Article.objects.visible_to(user))

    def test_everybody_sees_what_is_published(self):
        self.assertEqual(self.seen_by(AnonymousUser()), {self.online})

    def test_other_members_do_not_see_drafts(self):
        self.assertEqual(self.seen_by(UserFactory()), {self.online})

    def test_authors_see_their_own_drafts(self):
        self.assertEqual(self.seen_by(self.author), {self.online, self.draft})

    def test_editors_see_every_draft(self):
        self.assertEqual(self.seen_by(EditorFactory()), {self.online, self.draft})

    def test_drafts_and_published_articles_are_told_apart(self):
        self.assertEqual(set(Article.objects.drafts()), {self.draft})
        self.assertEqual(set(Article.objects.published()), {self.online})


class StoredTests(TestCase):
    def create(self, **facts):
        return Article.objects.create(title="The tide", body="Text", author=UserFactory(), **facts)

    def test_the_model_gives_an_address_to_each_article(self):
        self.assertEqual([self.create().slug, self.create().slug], ["the-tide", "the-tide-2"])

    def test_the_model_dates_what_is_published(self):
        """D1: ``Article.objects.create(status="published", ...)`` sets the date."""
        self.assertIsNone(self.create().published_at)
        article = self.create(status="published")
        self.assertEqual(Article.objects.published().get().published_at, article.published_at)

    def test_the_date_stays_while_it_is_online_and_goes_when_it_is_a_draft_again(self):
        article = self.create(status="published")
        first = article.published_at
        article.save()
        self.assertEqual(article.published_at, first)
        article.status = "draft"
        article.save(update_fields=["status"])
        article.refresh_from_db()
        self.assertIsNone(article.published_at)


class PublishRightTests(TestCase):
    def setUp(self):
        self.article = ArticleFactory()

    def test_editors_may_publish_and_authors_may_not(self):
        self.assertTrue(self.article.may_be_published_by(EditorFactory()))
        self.assertFalse(self.article.may_be_published_by(self.article.author))

    @override_settings(NEWSROOM_AUTHORS_PUBLISH=True)
    def test_authors_publish_their_own_where_the_setting_says_so(self):
        self.assertTrue(self.article.may_be_published_by(self.article.author))
        for other in (UserFactory(), AnonymousUser()):
            self.assertFalse(self.article.may_be_published_by(other))


class EditorsTests(TestCase):
    def test_there_is_a_group_that_may_publish(self):
        codenames = Group.objects.get(name="Editors").permissions.values_list("codename", flat=True)
        self.assertIn("publish_article", codenames)

    def test_members_of_the_group_have_the_permission_and_others_have_not(self):
        self.assertTrue(EditorFactory().has_perm("newsroom.publish_article"))
        self.assertFalse(UserFactory().has_perm("newsroom.publish_article"))


class ConstraintTests(TestCase):
    """What the database itself refuses, also without the model's checks."""

    def refused(self):
        return self.assertRaises(IntegrityError)

    def test_a_published_article_without_a_date(self):
        article = ArticleFactory(published=True)
        with self.refused(), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(published_at=None)

    def test_a_draft_with_a_date_of_publication(self):
        article = ArticleFactory()
        with self.refused(), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(published_at=timezone.now())

    def test_an_empty_comment(self):
        with self.refused(), transaction.atomic():
            CommentFactory(body="")

    def test_two_articles_at_one_address(self):
        ArticleFactory(slug="the-tide")
        with self.refused(), transaction.atomic():
            ArticleFactory(slug="the-tide")
