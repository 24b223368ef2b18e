"""The post model: what the database refuses, and who sees which posts."""

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import timezone

from accounts.factories import UserFactory
from blog.factories import PostFactory
from blog.models import Post


class PostTests(TestCase):
    def refused(self, **facts):
        with self.assertRaises(IntegrityError), transaction.atomic():
            PostFactory(**facts)

    def test_the_database_refuses_what_no_form_may_let_through(self):
        """B3: invalid data leaves the database consistent, also without a form."""
        self.refused(title="")
        self.refused(content="")
        PostFactory(slug="taken")
        self.refused(slug="taken")
        for facts in ({"status": Post.Status.PUBLISHED}, {"published_at": timezone.now()}):
            with self.assertRaises(IntegrityError), transaction.atomic():
                Post.objects.update(**facts)

    def test_the_model_gives_an_address_and_a_date(self):
        """B3: ``Post.objects.create`` needs neither."""
        facts = {"title": "A walk", "content": "Far.", "author": UserFactory()}
        draft, post = Post.objects.create(**facts), Post.objects.create(status="published", **facts)
        self.assertEqual([draft.slug, post.slug], ["a-walk", "a-walk-2"])
        self.assertEqual((draft.published_at, post.published_at is None), (None, False))

    def test_a_draft_is_seen_by_its_author_alone(self):
        """B3: drafts and published posts."""
        draft, published = PostFactory(), PostFactory(published=True)
        for person in (AnonymousUser(), UserFactory()):
            self.assertEqual(list(Post.objects.visible_to(person)), [published])
        self.assertCountEqual(Post.objects.visible_to(draft.author), [draft, published])

    def test_the_latest_post_comes_first(self):
        first, second = PostFactory(published=True), PostFactory(published=True)
        self.assertEqual(list(Post.objects.published()), [second, first])

    def test_a_post_without_a_picture_has_no_address_of_one(self):
        """B4: a post without an image works."""
        self.assertEqual(PostFactory().featured_image.url, "")
