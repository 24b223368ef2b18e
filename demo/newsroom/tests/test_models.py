"""Articles, comments, and who may see and change them."""

from django.contrib.auth.models import AnonymousUser, Group
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase
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


class EditorsTests(TestCase):
    def test_the_migration_made_a_group_that_may_publish(self):
        codenames = Group.objects.get(name="Editors").permissions.values_list("codename", flat=True)
        self.assertIn("publish_article", codenames)

    def test_members_of_the_group_have_the_permission_and_others_have_not(self):
        self.assertTrue(EditorFactory().has_perm("newsroom.publish_article"))
        self.assertFalse(UserFactory().has_perm("newsroom.publish_article"))


class ConstraintTests(TestCase):
    """What the database itself refuses, however it is written to."""

    def refused(self):
        return self.assertRaises(IntegrityError)

    def test_a_published_article_without_a_date(self):
        with self.refused(), transaction.atomic():
            ArticleFactory(status=Article.Status.PUBLISHED)

    def test_a_draft_with_a_date_of_publication(self):
        with self.refused(), transaction.atomic():
            ArticleFactory(published_at=timezone.now())

    def test_an_empty_comment(self):
        with self.refused(), transaction.atomic():
            CommentFactory(body="")

    def test_two_articles_at_one_address(self):
        ArticleFactory(slug="the-tide")
        with self.refused(), transaction.atomic():
            ArticleFactory(slug="the-tide")
