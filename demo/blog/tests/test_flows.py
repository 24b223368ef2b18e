"""The stories of ``blog/journeys``, written with Django's own test client alone."""

from io import BytesIO
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings
from django.urls import reverse
from PIL import Image

from accounts.factories import PASSWORD, UserFactory
from accounts.models import User
from blog.models import Post

URL = "https://res.cloudinary.com/demo/image/upload/walk.jpg"
ANSWER = {
    "public_id": "walk",
    "url": URL.replace("https", "http"),
    "secure_url": URL,
    "format": "jpg",
    "width": 100,
    "height": 100,
}


def picture(name="walk.jpg", kind="JPEG") -> SimpleUploadedFile:
    """Make an image in memory."""
    content = BytesIO()
    Image.new("RGB", (100, 100), "teal").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


@override_settings(SIGN_UP_SIGNS_IN=True)
class SignUpFlowTests(TestCase):
    def test_sign_up_signed_in_log_out_log_in(self):
        """B1: signed in at once, the list of posts, the protected page; logged out; logged in through the form."""
        data = {"username": "bea", "password1": "zebra-crossing-9", "password2": "zebra-crossing-9"}
        response = self.client.post(reverse("signup"), data, follow=True)
        self.assertRedirects(response, reverse("post_list"))
        self.assertTrue(response.context["user"].is_authenticated)
        self.assertEqual(self.client.get(reverse("my_posts")).status_code, 200)

        self.client.logout()
        login = f"{reverse('login')}?next={reverse('my_posts')}"
        self.assertRedirects(self.client.get(reverse("my_posts")), login)

        response = self.client.post(login, {"username": "bea", "password": "zebra-crossing-9"}, follow=True)
        self.assertRedirects(response, reverse("my_posts"))
        self.assertTrue(response.context["user"].is_authenticated)

    def test_passwords_that_differ_make_no_account(self):
        """B2: the form is shown again with its error."""
        data = {"username": "bea", "password1": "zebra-crossing-9", "password2": "zebra-crossing-8"}
        response = self.client.post(reverse("signup"), data)
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.context["form"].errors)
        self.assertFalse(User.objects.exists())


class PostFlowTests(TestCase):
    def setUp(self):
        self.user = UserFactory(username="bea")
        self.client.login(username="bea", password=PASSWORD)

    def test_create_list_read_edit_delete(self):
        """B3: a post's whole life."""
        data = {"title": "A walk", "content": "It was far.", "status": "published"}
        response = self.client.post(reverse("post_create"), data)
        post = Post.objects.get(title="A walk")
        detail = reverse("post_detail", kwargs={"slug": post.slug})
        self.assertRedirects(response, detail)
        self.assertEqual((post.author, post.status), (self.user, "published"))
        self.assertContains(self.client.get(reverse("post_list")), "A walk")
        self.assertContains(self.client.get(detail), "It was far.")

        edit = reverse("post_edit", kwargs={"slug": post.slug})
        self.client.post(edit, {**data, "title": "A long walk"})
        post.refresh_from_db()
        self.assertEqual(post.title, "A long walk")

        response = self.client.post(reverse("post_delete", kwargs={"slug": post.slug}))
        self.assertEqual(response.status_code, 302)
        self.assertFalse(Post.objects.exists())

    def test_a_post_is_a_draft_unless_it_says_otherwise(self):
        """B3: a draft is in the author's own list, and in no other."""
        self.client.post(reverse("post_create"), {"title": "Not yet", "content": "Wait."})
        self.assertEqual(Post.objects.get().status, "draft")
        self.assertContains(self.client.get(reverse("my_posts")), "Not yet")
        self.client.logout()
        self.assertNotContains(self.client.get(reverse("post_list")), "Not yet")
        self.assertEqual(self.client.get(Post.objects.get().get_absolute_url()).status_code, 404)

    def test_what_is_published_can_become_a_draft_again(self):
        """B3: the status is a field of the form."""
        post = Post.objects.create(title="A walk", content="Far.", author=self.user, status="published")
        data = {"title": "A walk", "content": "Far.", "status": "draft"}
        self.client.post(reverse("post_edit", kwargs={"slug": post.slug}), data)
        post.refresh_from_db()
        self.assertEqual((post.status, post.published_at), ("draft", None))

    def test_only_the_author_edits_and_deletes(self):
        """B3: whatever a request says."""
        post = Post.objects.create(title="Mine", content="Text", author=self.user, status="published")
        self.client.force_login(UserFactory())
        for name in ("post_edit", "post_delete"):
            url = reverse(name, kwargs={"slug": post.slug})
            self.assertEqual(self.client.post(url, {"title": "x", "content": "x"}).status_code, 403)
        post.refresh_from_db()
        self.assertEqual(post.title, "Mine")

    def test_invalid_data_is_refused_with_a_message(self):
        """B3: the form is shown again, and nothing is stored."""
        response = self.client.post(reverse("post_create"), {"title": "", "content": "Text"})
        self.assertFormError(response.context["form"], "title", "This field is required.")
        self.assertFalse(Post.objects.exists())


@override_settings(CLOUDINARY_URL="cloudinary://key:secret@demo")
class CloudinaryFlowTests(TestCase):
    def setUp(self):
        self.client.force_login(UserFactory(username="bea"))
        self.data = {"title": "A walk", "content": "It was far.", "status": "published"}

    @patch("cloudinary.uploader.upload", return_value=ANSWER)
    def test_upload(self, upload):
        """B4: uploaded once; the image's URL is in the detail and in the list."""
        response = self.client.post(reverse("post_create"), {**self.data, "featured_image": picture()})
        post = Post.objects.get()
        self.assertRedirects(response, post.get_absolute_url())
        upload.assert_called_once()
        self.assertEqual((post.featured_image.public_id, post.featured_image.url), ("walk", URL))
        self.assertContains(self.client.get(post.get_absolute_url()), URL)
        self.assertContains(self.client.get(reverse("post_list")), URL)

    @patch("cloudinary.uploader.destroy", return_value={"result": "ok"})
    @patch("cloudinary.uploader.upload", return_value=ANSWER)
    def test_replace_and_delete(self, upload, destroy):
        """B4: a second upload on edit; pictures that no post shows any more are deleted at the service too."""
        self.client.post(reverse("post_create"), {**self.data, "featured_image": picture()})
        slug = Post.objects.get().slug
        upload.return_value = {**ANSWER, "public_id": "run", "secure_url": URL.replace("walk", "run")}
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(
                reverse("post_edit", kwargs={"slug": slug}), {**self.data, "featured_image": picture()}
            )
        self.assertEqual([call.args[0] for call in destroy.call_args_list], ["walk"])
        self.assertContains(self.client.get(reverse("post_list")), "run.jpg")

        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(reverse("post_delete", kwargs={"slug": slug}))
        self.assertEqual([call.args[0] for call in destroy.call_args_list], ["walk", "run"])
        self.assertFalse(Post.objects.exists())

    @patch("cloudinary.uploader.upload")
    def test_no_image_no_upload(self, upload):
        """B4: a post without an image works."""
        self.client.post(reverse("post_create"), self.data)
        self.assertFalse(Post.objects.get().featured_image)
        upload.assert_not_called()

    @patch("cloudinary.uploader.upload")
    def test_what_is_no_image_is_refused_before_the_service_is_asked(self, upload):
        """B4: the name and the content type count for nothing."""
        words = SimpleUploadedFile("walk.jpg", b"only words", content_type="image/jpeg")
        response = self.client.post(reverse("post_create"), {**self.data, "featured_image": words})
        self.assertIn("featured_image", response.context["form"].errors)
        upload.assert_not_called()

    @patch("cloudinary.uploader.upload", return_value={"asset_id": "1"})
    def test_an_answer_that_lacks_what_is_needed_is_told_at_the_field(self, upload):
        """B4: nothing is saved, and it is no server error."""
        response = self.client.post(reverse("post_create"), {**self.data, "featured_image": picture()})
        self.assertContains(response, "The image could not be stored just now.")
        self.assertFalse(Post.objects.exists())
