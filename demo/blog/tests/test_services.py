"""Posts and their pictures stay consistent in the site's own storage, if something fails between the two."""

import errno
from unittest import mock

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings
from django_journey.files import Files, image

from accounts.factories import UserFactory
from blog.models import Post
from blog.pictures import PictureError
from blog.services import delete_post, save_post


@override_settings(CLOUDINARY_URL="")
class SavePostTests(TestCase):
    def setUp(self):
        self.files = self.enterContext(Files())
        self.author = UserFactory()

    def saved(self, post=None, **how) -> Post:
        with self.captureOnCommitCallbacks(execute=True):
            return save_post(post or Post(title="A walk", content="Far.", author=self.author), **how)

    def test_a_picture_goes_to_the_sites_own_storage_where_no_service_is_configured(self):
        """B5: with no service configured, images go to local storage."""
        post = self.saved(picture=image("PNG").uploaded())
        self.assertRegex(post.featured_image, r"^local:blog/[0-9a-f]{32}\.png$")
        self.assertEqual(self.files.stored(), [post.featured_image.removeprefix("local:")])
        self.assertEqual(post.featured_image.url, f"/media/{self.files.stored()[0]}")

    def test_another_picture_takes_the_place_of_the_first(self):
        """B4: replaced on edit."""
        post = self.saved(picture=image("PNG").uploaded())
        before = self.files.stored()
        self.saved(post, picture=image("JPEG").uploaded())
        self.assertEqual(self.files.stored(), [post.featured_image.removeprefix("local:")])
        self.assertNotEqual(self.files.stored(), before)

    def test_a_picture_can_be_taken_away(self):
        post = self.saved(picture=image().uploaded())
        self.saved(post, remove_picture=True)
        self.assertEqual((post.featured_image, self.files.stored()), ("", []))

    def test_an_edit_without_a_picture_keeps_the_present_one(self):
        post = self.saved(picture=image().uploaded())
        self.saved(post)
        self.assertEqual(len(self.files.stored()), 1)
        self.assertTrue(default_storage.exists(post.featured_image.removeprefix("local:")))

    def test_a_post_that_is_not_stored_leaves_no_picture_behind(self):
        """B3, B6: what fails in the database leaves nothing in the storage."""
        with self.assertRaises(IntegrityError), transaction.atomic():
            save_post(Post(title="", content="Far.", author=self.author), picture=image().uploaded())
        self.assertEqual(self.files.stored(), [])

    def test_a_change_that_is_rolled_back_keeps_the_old_picture(self):
        """C5: the old picture is dropped after commit, and only then."""
        post = self.saved(picture=image().uploaded())
        with self.captureOnCommitCallbacks() as callbacks:
            save_post(post, remove_picture=True)
            self.assertEqual(len(self.files.stored()), 1)
        self.assertEqual(len(callbacks), 1)
        callbacks[0]()
        self.assertEqual(self.files.stored(), [])

    def test_a_full_storage_stores_neither_picture_nor_post(self):
        """B3: ENOSPC is reported as a full disk."""
        with self.files.full(), self.assertRaises(PictureError) as refused:
            self.saved(picture=image().uploaded())
        self.assertEqual(refused.exception.__cause__.errno, errno.ENOSPC)
        self.assertFalse(Post.objects.exists())

    def test_deleting_a_post_deletes_its_picture_too(self):
        """B4: gone on delete."""
        post = self.saved(picture=image().uploaded())
        with self.captureOnCommitCallbacks(execute=True):
            delete_post(post)
        self.assertEqual(self.files.stored(), [])

    def test_a_picture_that_cannot_be_dropped_is_told_and_does_not_keep_the_post(self):
        post = self.saved(picture=image().uploaded())
        with (
            mock.patch.object(type(default_storage._wrapped), "delete", side_effect=OSError("busy")),
            self.assertLogs("blog.services", "WARNING") as logs,
            self.captureOnCommitCallbacks(execute=True),
        ):
            delete_post(post)
        self.assertIn("is left behind: busy", logs.output[0])
        self.assertFalse(Post.objects.exists())

    def test_publishing_sets_the_date_once(self):
        """B3: drafts and published."""
        post = self.saved(Post(title="A walk", content="Far.", author=self.author, status="published"))
        first = post.published_at
        self.saved(post)
        self.assertEqual(Post.objects.get().published_at, first)
