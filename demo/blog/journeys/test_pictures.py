"""Stories of posts with pictures at Cloudinary: its real SDK runs, and the fake answers at the wire."""

from __future__ import annotations

from django.test import override_settings
from django_journey import JourneyTestCase, expect, faults
from django_journey.files import bomb, disguised, image, text, truncated

from accounts.factories import UserFactory
from blog.models import Post
from blog.outside import TEST_URL, Cloudinary, uploads_deleted


@override_settings(CLOUDINARY_URL=TEST_URL)
class PicturesTests(JourneyTestCase):
    journey_services = [Cloudinary]

    @classmethod
    def setUpTestData(cls):
        cls.bea_user = UserFactory(username="bea")

    def setUp(self):
        self.cloudinary = self.journey.services[Cloudinary]
        self.bea = self.journey.actor(self.bea_user)

    def write(self, picture=None, title="A walk by the sea"):
        self.bea.visit("post_create")
        self.bea.fill({"Title": title, "Content": "It was far.", "What the image shows": "A beach"})
        if picture is not None:
            self.bea.attach("Featured image", picture)
        self.bea.click("Publish")

    def test_a_picture_from_its_upload_to_its_end(self):
        """B4: upload through the real SDK, shown in the post and in the list, replaced on edit, gone on delete."""
        first, second = image("PNG", color="teal"), image("JPEG", size=(80, 60), color="navy")
        self.write(first)
        self.bea.should_see("Published")
        self.assertEqual(list(self.cloudinary.state.values()), [first.content])
        url = self.cloudinary.calls[0].reply.json["secure_url"]
        expect(self.bea.page.get_by_role("img", name="A beach")).to_have_attribute("src", url)

        reader = self.journey.visitor("reader")
        reader.visit("post_list")
        expect(reader.page.get_by_role("img", name="A beach")).to_have_attribute("src", url)

        self.bea.click("Edit")
        self.bea.attach("Featured image", second)
        self.bea.click("Save changes")
        self.bea.should_see("Changes saved")
        self.assertEqual(list(self.cloudinary.state.values()), [second.content])
        self.assertEqual([call.operation for call in self.cloudinary.calls], ["upload", "upload", "destroy"])
        reader.page.reload()
        other = self.cloudinary.calls[1].reply.json["secure_url"]
        expect(reader.page.get_by_role("img", name="A beach")).to_have_attribute("src", other)

        self.bea.click("Delete")
        self.bea.should_see("The post and its image will be deleted for good.")
        self.bea.click("Delete the post")
        self.bea.should_see("Post deleted")
        self.assertEqual(self.cloudinary.state, {})
        self.assertFalse(Post.objects.exists())

    def test_a_live_story_that_fails_half_way_deletes_what_it_uploaded(self):
        """B6: everything that is still at the service is deleted once."""
        with self.assertRaisesMessage(RuntimeError, "half way"), uploads_deleted(self.cloudinary):
            self.write(image("PNG"))
            self.bea.click("Edit")
            self.bea.attach("Featured image", image("JPEG"))
            self.bea.click("Save changes")
            self.assertEqual(len(self.cloudinary.state), 1)
            raise RuntimeError("half way")
        self.assertEqual(self.cloudinary.state, {})
        operations = [call.operation for call in self.cloudinary.calls]
        self.assertEqual(operations, ["upload", "upload", "destroy", "destroy"])

    def test_a_post_can_do_without_a_picture_and_lose_the_one_it_has(self):
        """B4: a post without an image works, and Cloudinary is not called."""
        self.write(None, title="Only words")
        self.bea.should_see("Published")
        self.assertEqual(self.cloudinary.calls, [])

        self.write(image())
        self.bea.click("Edit")
        self.bea.check("Remove the image")
        self.bea.click("Save changes")
        expect(self.bea.page.get_by_role("article").get_by_role("img")).to_have_count(0)
        self.assertEqual(self.cloudinary.state, {})

    def test_what_is_no_proper_picture_is_refused_before_the_service_is_asked(self):
        """B4: type, size and content are validated, each with a message at the field."""
        refused = (
            (disguised(text("only words")), "Upload a valid image."),
            (truncated(image("JPEG", size=(300, 200)), 0.6), "The picture is damaged."),
            (image("BMP"), "BMP pictures are not possible."),
            (bomb((10_000, 9_000)), "At most 24 million are possible."),
            (disguised(text(size=2 * 1024 * 1024 + 1)), "MB are possible."),
        )
        for file, message in refused:
            with self.subTest(message):
                self.write(file)
                self.bea.should_be_at("post_create")
                self.bea.should_see(message)
        self.assertEqual(self.cloudinary.calls, [])
        self.assertFalse(Post.objects.exists())

    def test_while_the_service_is_down_nothing_is_lost_and_nothing_is_half_saved(self):
        """B3, B5: time-out, refused connection, 500, 429, truncated response: reported at the field."""
        for fault in (
            faults.time_out(patience=20),
            faults.refused(),
            faults.server_error(),
            faults.too_many_requests(30),
            faults.cut_off(),
        ):
            with self.subTest(fault.name):
                self.cloudinary.fail(fault, times=None)
                self.write(image())
                self.bea.should_see("The image could not be stored just now. Nothing was saved; try again.")
                expect(self.bea.page.get_by_label("Content")).to_have_value("It was far.")
                self.assertFalse(Post.objects.exists())
                self.cloudinary.recover()
        self.bea.attach("Featured image", image())
        self.bea.click("Publish")
        self.bea.should_see("Published")

    def test_a_picture_that_cannot_be_deleted_now_does_not_keep_the_post(self):
        """B4: the post is gone for its author; the picture that is left at the service is named in the log."""
        self.write(image())
        self.cloudinary.fail(faults.server_error(503), operation="destroy")
        self.bea.click("Delete")
        with self.assertLogs("blog.services", "WARNING") as logs:
            self.bea.click("Delete the post")
        self.bea.should_see("Post deleted")
        self.assertIn("is left behind", logs.output[0])
        self.assertEqual(len(self.cloudinary.state), 1)


@override_settings(CLOUDINARY_URL="")
class LocalPicturesTests(JourneyTestCase):
    journey_services = [Cloudinary]

    def test_where_no_service_is_configured_pictures_lie_on_the_sites_own_disk(self):
        """B5, B6: local storage without a service; the test's files are in a separate folder."""
        bea = self.journey.actor(UserFactory())
        bea.visit("post_create")
        bea.fill({"Title": "Home", "Content": "By the fire.", "What the image shows": "A stove"})
        bea.attach("Featured image", image("WEBP"))
        bea.click("Publish")
        (stored,) = self.journey.files.stored()
        expect(bea.page.get_by_role("img", name="A stove")).to_have_attribute("src", f"/media/{stored}")
        bea.click("Delete")
        bea.click("Delete the post")
        self.assertEqual(self.journey.files.stored(), [])
        self.assertEqual(self.journey.services[Cloudinary].calls, [])
