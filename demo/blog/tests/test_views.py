"""Each page of the blog on its own, with nothing but Django's test client."""

from django.test import TestCase, override_settings
from django.urls import reverse
from django_journey.files import Files, bomb, disguised, image, text

from accounts.factories import UserFactory
from blog.factories import PostFactory
from blog.models import Post

POST = {"title": "A walk by the sea", "content": "It was far.", "image_text": ""}


class PostListTests(TestCase):
    def test_it_shows_published_posts_alone(self):
        """B3: list; drafts are not in it."""
        draft, published = PostFactory(title="Not yet"), PostFactory(published=True)
        response = self.client.get(reverse("post_list"))
        self.assertContains(response, published.title)
        self.assertNotContains(response, draft.title)

    def test_an_empty_blog_says_so(self):
        self.assertContains(self.client.get(reverse("post_list")), "Nothing has been published yet.")

    def test_it_has_pages_and_a_fixed_number_of_queries(self):
        PostFactory.create_batch(14, published=True)
        with self.assertNumQueries(2):
            response = self.client.get(reverse("post_list"))
        self.assertContains(response, "Page 1 of 2")
        self.assertEqual(len(self.client.get(reverse("post_list"), {"page": 2}).context["posts"]), 2)


class PostDetailTests(TestCase):
    def test_it_is_found_by_its_slug(self):
        """B3: detail by slug."""
        post = PostFactory(published=True, slug="a-walk")
        response = self.client.get("/blog/posts/a-walk/")
        self.assertEqual(response.context["post"], post)
        self.assertContains(response, post.title)

    def test_a_draft_is_not_there_for_anybody_but_its_author(self):
        """B3: drafts."""
        draft = PostFactory()
        self.assertEqual(self.client.get(draft.get_absolute_url()).status_code, 404)
        self.client.force_login(UserFactory())
        self.assertEqual(self.client.get(draft.get_absolute_url()).status_code, 404)
        self.client.force_login(draft.author)
        self.assertContains(self.client.get(draft.get_absolute_url()), "Draft")

    def test_only_the_author_is_offered_to_edit_and_delete(self):
        """B3: only the author edits or deletes."""
        post = PostFactory(published=True)
        self.assertNotContains(
            self.client.get(post.get_absolute_url()), reverse("post_edit", args=[post.slug])
        )
        self.client.force_login(post.author)
        self.assertContains(self.client.get(post.get_absolute_url()), reverse("post_edit", args=[post.slug]))


class ProtectedPageTests(TestCase):
    def test_a_stranger_is_sent_to_the_login_page_and_back(self):
        """B2: every protected page redirects an anonymous visitor to the login page and back."""
        post = PostFactory(published=True)
        urls = [reverse("my_posts"), reverse("post_create")]
        urls += [reverse(f"post_{what}", args=[post.slug]) for what in ("edit", "delete")]
        for url in urls:
            with self.subTest(url):
                self.assertRedirects(self.client.get(url), f"{reverse('login')}?next={url}")
                self.assertRedirects(self.client.post(url, POST), f"{reverse('login')}?next={url}")
        self.assertEqual(list(Post.objects.all()), [post])

    def test_others_are_refused(self):
        """B3: only the author edits or deletes, whatever a request says."""
        post = PostFactory(published=True)
        self.client.force_login(UserFactory())
        for name in ("post_edit", "post_delete"):
            with self.subTest(name):
                self.assertEqual(self.client.post(reverse(name, args=[post.slug]), POST).status_code, 403)
        post.refresh_from_db()
        self.assertNotEqual(post.title, POST["title"])

    def test_of_others_drafts_nobody_learns_anything(self):
        draft = PostFactory()
        self.client.force_login(UserFactory())
        for name in ("post_edit", "post_delete"):
            self.assertEqual(self.client.get(reverse(name, args=[draft.slug])).status_code, 404)


@override_settings(CLOUDINARY_URL="")
class WritingTests(TestCase):
    def setUp(self):
        self.files = self.enterContext(Files())
        self.author = UserFactory()
        self.client.force_login(self.author)

    def test_a_post_without_a_picture_is_saved_as_a_draft(self):
        """B3, B4: create; a post without an image works."""
        response = self.client.post(reverse("post_create"), POST, follow=True)
        post = Post.objects.get()
        self.assertRedirects(response, post.get_absolute_url())
        self.assertContains(response, "Draft saved")
        self.assertEqual(
            (post.author, post.slug, post.is_published), (self.author, "a-walk-by-the-sea", False)
        )

    def test_publish_is_a_button_of_its_own(self):
        """B3: published."""
        self.client.post(reverse("post_create"), POST | {"status": "published"})
        self.assertTrue(Post.objects.get().is_published)
        mine = self.client.get(reverse("my_posts"))
        self.assertContains(mine, "Published on")

    def test_what_is_refused_is_shown_beside_its_field_and_stores_nothing(self):
        """B3, B4: invalid data is refused with a readable message and leaves the database consistent."""
        refused = {
            "title": ({"title": ""}, "This field is required."),
            "content": ({"content": "  "}, "This field is required."),
            "featured_image": ({"featured_image": disguised(text("words")).uploaded()}, None),
        }
        for field, (data, message) in refused.items():
            with self.subTest(field):
                response = self.client.post(reverse("post_create"), POST | data)
                self.assertEqual(response.status_code, 200)
                self.assertFormError(
                    response.context["form"],
                    field,
                    message
                    or "Upload a valid image. The file you uploaded was either not an image or a corrupted image.",
                )
        self.client.post(reverse("post_create"), POST | {"featured_image": bomb().uploaded()})
        self.assertFalse(Post.objects.exists())
        self.assertEqual(self.files.stored(), [])

    def test_the_picture_is_shown_in_the_post_and_in_the_list(self):
        """B4: the image's URL is in the detail page and in the list page."""
        data = POST | {
            "featured_image": image().uploaded(),
            "image_text": "A red square",
            "status": "published",
        }
        response = self.client.post(reverse("post_create"), data, follow=True)
        shown = f'src="{Post.objects.get().featured_image.url}" alt="A red square"'
        self.assertContains(response, shown)
        self.assertContains(self.client.get(reverse("post_list")), shown)

    def test_a_full_disk_is_told_at_the_field_and_nothing_is_saved(self):
        """B3: what the storage refuses does not end in a server error."""
        with self.files.full():
            response = self.client.post(reverse("post_create"), POST | {"featured_image": image().uploaded()})
        self.assertContains(response, "The image could not be stored just now. Nothing was saved; try again.")
        self.assertContains(response, "It was far.")
        self.assertFalse(Post.objects.exists())

    def test_editing_keeps_the_address_and_the_author(self):
        """B3: edit."""
        post = PostFactory(author=self.author, slug="first")
        response = self.client.post(reverse("post_edit", args=["first"]), POST, follow=True)
        self.assertContains(response, "Changes saved")
        post.refresh_from_db()
        self.assertEqual((post.title, post.slug), ("A walk by the sea", "first"))

    def test_deleting_asks_first(self):
        """B3: delete."""
        post = PostFactory(author=self.author)
        url = reverse("post_delete", args=[post.slug])
        self.assertContains(self.client.get(url), f"Delete “{post.title}”?")
        self.assertRedirects(self.client.post(url), reverse("my_posts"))
        self.assertFalse(Post.objects.exists())


class AdminTests(TestCase):
    def test_the_admin_lists_edits_and_deletes_posts(self):
        self.client.force_login(UserFactory(is_staff=True, is_superuser=True))
        post = PostFactory(published=True)
        self.assertContains(self.client.get(reverse("admin:blog_post_changelist")), post.title)
        self.assertContains(self.client.get(reverse("admin:blog_post_change", args=[post.pk])), post.slug)
        new = {
            "title": "By the admin",
            "content": "Here.",
            "image_text": "",
            "author": post.author_id,
            "status": "draft",
        }
        self.client.post(reverse("admin:blog_post_add"), new)
        self.assertEqual(Post.objects.get(title="By the admin").slug, "by-the-admin")
        self.client.post(reverse("admin:blog_post_delete", args=[post.pk]), {"post": "yes"})
        self.assertFalse(Post.objects.filter(pk=post.pk).exists())
