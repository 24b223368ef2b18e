"""The story of a picture with the real Cloudinary; it runs only on request.

With an account, and from the demo's folder::

    CLOUDINARY_URL=cloudinary://<key>:<secret>@<cloud> JOURNEY_LIVE=cloudinary \
        python manage.py test blog.journeys.test_cloudinary_live

One small picture is uploaded, replaced, and deleted again. ``JOURNEY_SERVICES=record`` instead of ``JOURNEY_LIVE``
records the responses beside this file, and ``JOURNEY_SERVICES=replay`` replays them without the service. With
pytest the options are ``--journey-live=cloudinary`` and ``--journey-services=record``.

Without being asked for, or without an account, the story is skipped and says what it misses.
"""

from __future__ import annotations

from django_journey import JourneyTestCase, expect
from django_journey.files import image

from accounts.factories import UserFactory
from blog.outside import Cloudinary, uploads_deleted


class CloudinaryLiveTests(JourneyTestCase):
    journey_services = [Cloudinary]

    def setUp(self):
        options = self.journey.options
        if options.services == "fake" and not {"all", Cloudinary.name} & set(options.live):
            self.skipTest("calls the real Cloudinary; ask for it with JOURNEY_LIVE=cloudinary")

    def test_a_picture_is_kept_replaced_and_deleted_by_the_real_service(self):
        """B5, B6: the live run, separate from the fake one; however it ends, nothing is left at the service."""
        cloudinary = self.journey.services[Cloudinary]
        with uploads_deleted(cloudinary):
            self.keep_replace_and_delete(cloudinary)
        self.assertEqual(
            [(call.operation, call.status) for call in cloudinary.calls],
            [("upload", 200), ("upload", 200), ("destroy", 200), ("destroy", 200)],
        )
        self.assertEqual(
            [call.reply.json["result"] for call in cloudinary.calls if call.operation == "destroy"],
            ["ok", "ok"],
        )

    def keep_replace_and_delete(self, cloudinary):
        bea = self.journey.actor(UserFactory())
        bea.visit("post_create")
        bea.fill({"Title": "Live", "Content": "From a test.", "What the image shows": "One colour"})
        bea.attach("Featured image", image("PNG", size=(8, 6)))
        bea.click("Publish")
        bea.should_see("Published")
        url = cloudinary.calls[-1].reply.json["secure_url"]
        expect(bea.page.get_by_role("img", name="One colour")).to_have_attribute("src", url)

        bea.click("Edit")
        bea.attach("Featured image", image("JPEG", size=(8, 6)))
        bea.click("Save changes")
        bea.click("Delete")
        bea.click("Delete the post")
