"""The blog and Cloudinary: its real SDK runs against the fake, or against a recording."""

import tempfile
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, override_settings
from django_journey import faults
from django_journey.files import image
from django_journey.services import Network, Services, check_contract, drifts

from blog.outside import TEST_URL, Cloudinary
from blog.pictures import CloudinaryPictures, Picture, PictureError
from blog.recording import CASSETTES, ask_everything, record_from_the_fake

RECORDING = CASSETTES / "cloudinary.yaml"


@override_settings(CLOUDINARY_URL=TEST_URL)
class CloudinaryPicturesTests(SimpleTestCase):
    def setUp(self):
        network = self.enterContext(Network())
        self.services = self.enterContext(Services([Cloudinary], network=network))
        self.cloudinary = self.services[Cloudinary]
        self.pictures = CloudinaryPictures(TEST_URL)

    def test_a_picture_is_uploaded_named_and_found_where_the_service_says(self):
        """B4: upload through the real SDK; the reference has the URL that the service returned."""
        made = image("PNG", size=(30, 20))
        name = self.pictures.store(made.uploaded())
        self.assertEqual(list(self.cloudinary.state.values()), [made.content])
        reply = self.cloudinary.calls[0].reply.json
        self.assertEqual((reply["width"], reply["height"], reply["format"]), (30, 20, "png"))
        self.assertEqual(self.pictures.url(name), reply["secure_url"])

    def test_a_dropped_picture_is_gone_and_dropping_it_again_is_no_mistake(self):
        """B4: gone on delete, the remote asset too."""
        name = self.pictures.store(image().uploaded())
        self.pictures.drop(name)
        self.assertEqual(self.cloudinary.state, {})
        self.pictures.drop(name)
        self.assertEqual([call.operation for call in self.cloudinary.calls], ["upload", "destroy", "destroy"])

    def test_requests_are_signed_and_a_wrong_secret_is_refused(self):
        """B5: the fake is as strict as the service."""
        with self.assertRaisesMessage(PictureError, "Invalid Signature"):
            CloudinaryPictures(TEST_URL.replace("a-secret", "another")).store(image().uploaded())
        self.assertEqual(self.cloudinary.state, {})

    def test_no_secret_is_in_what_is_noted_of_a_call(self):
        """B5: what the trace records of a call."""
        self.pictures.store(image().uploaded())
        call = self.cloudinary.calls[0]
        self.assertEqual(call.url, "https://api.cloudinary.com/v1_1/demo-cloud/image/upload")
        self.assertNotIn("a-secret-of-the-tests", repr(call))

    def test_each_way_to_fail_is_one_error(self):
        """B5: time-out, refused connection, 500, 429, a truncated body."""
        for fault in (
            faults.time_out(patience=20),
            faults.refused(),
            faults.server_error(),
            faults.too_many_requests(30),
            faults.cut_off(),
        ):
            with self.subTest(fault.name):
                self.cloudinary.fail(fault, times=None)
                with self.assertRaises(PictureError):
                    self.pictures.store(image().uploaded())
                self.cloudinary.recover()
        self.assertRegex(self.pictures.store(image().uploaded()), r"^blog/\w+ https://\S+\.png$")

    def test_an_answer_that_lacks_what_is_needed_is_the_services_error(self):
        """B4: no ``KeyError``; a URL without TLS is taken where there is no other."""
        whole = {
            "public_id": "blog/a",
            "url": "http://c.example/a.png",
            "secure_url": "https://c.example/a.png",
        }
        for missing, found in (("secure_url", "http://c.example/a.png"), ("url", "https://c.example/a.png")):
            answer = {name: value for name, value in whole.items() if name != missing}
            with mock.patch("cloudinary.uploader.upload", return_value=answer):
                self.assertEqual(self.pictures.url(self.pictures.store(image().uploaded())), found)
        for answer in ({}, {"public_id": "blog/a"}, {"secure_url": "https://c.example/a.png"}):
            with (
                mock.patch("cloudinary.uploader.upload", return_value=answer),
                self.assertRaisesMessage(PictureError, "lacks public_id or secure_url"),
            ):
                self.pictures.store(image().uploaded())


class ConfigurationTests(SimpleTestCase):
    def test_a_url_that_is_none_is_told(self):
        for url in ("demo-cloud", "cloudinary://demo-cloud", "https://key:secret@demo-cloud"):
            with self.subTest(url), self.assertRaises(ImproperlyConfigured):
                CloudinaryPictures(url)

    def test_older_pictures_are_found_after_the_site_has_left_the_service(self):
        """B5: a reference names the place of its picture, whatever is configured now."""
        url = "https://res.cloudinary.com/demo-cloud/image/upload/v1700000000/blog/abc.png"
        picture = Picture(f"cloudinary:blog/abc {url}")
        with override_settings(CLOUDINARY_URL=""):
            self.assertEqual((picture.url, picture.public_id), (url, "blog/abc"))
            with self.assertRaisesMessage(PictureError, "no account of Cloudinary is configured"):
                picture.drop()


class RecordingTests(SimpleTestCase):
    """The recording in ``cassettes`` was made from the fake, since there was no account; see its README."""

    def test_a_recorded_run_is_played_without_the_service(self):
        """B5: a recorded run can be replayed."""
        cloud = _cloud_of_the_recording()
        url = f"cloudinary://123456789012345:any-secret@{cloud}"
        with (
            override_settings(CLOUDINARY_URL=url),
            Network() as network,
            Services([Cloudinary], network=network, mode="replay", cassettes=CASSETTES) as services,
        ):
            found = ask_everything(url)
            self.assertEqual([call.mode for call in services[Cloudinary].calls], ["replay"] * 5)
        self.assertEqual(len(set(found)), 2)
        self.assertTrue(all(place.startswith(f"https://res.cloudinary.com/{cloud}/") for place in found))

    def test_the_fake_answers_in_the_shape_of_the_recording(self):
        """B5: the contract between the fake and what was recorded."""
        check_contract(Cloudinary, RECORDING)

    def test_a_fake_that_drifts_is_found(self):
        """B5: the contract check can fail."""

        class Drifting(Cloudinary):
            def upload(self, request, cloud):
                return super().upload(request, cloud) | {"version": "1700000000"}

            upload.journey_operation = Cloudinary.upload.journey_operation

        self.assertIn("$.version", [drift.place for drift in drifts(Drifting, RECORDING)])

    def test_the_recording_holds_no_secret(self):
        text = RECORDING.read_text()
        for secret in ("a-secret-of-the-tests", "123456789012345", TEST_URL):
            self.assertNotIn(secret, text)

    def test_it_can_be_made_again(self):
        """B5: recording, through real sockets and the real SDK, from the fake served on loopback."""
        with tempfile.TemporaryDirectory() as folder:
            record_from_the_fake(Path(folder))
            self.assertEqual(drifts(Cloudinary, Path(folder) / "cloudinary.yaml"), [])

    def test_recording_from_an_account_needs_one(self):
        with self.assertRaisesMessage(CommandError, "set CLOUDINARY_URL"), self.modify_environment():
            call_command("record_cloudinary")

    def modify_environment(self):
        return mock.patch.dict("os.environ", {"CLOUDINARY_URL": ""})


def _cloud_of_the_recording() -> str:
    from django_journey.services import Cassette, Secrets

    calls = Cassette(RECORDING, Secrets(), match_on=Cloudinary.match_on, anew=False).calls
    return urlsplit(calls[0][0].url).path.split("/")[2]
