"""The field for pictures: what it accepts, and its messages for what it refuses."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase
from django_journey.files import MadeFile, bomb, disguised, image, text, truncated

from blog.fields import MOST_BYTES, PictureField


class PictureFieldTests(SimpleTestCase):
    def refusal_of(self, file: MadeFile) -> str:
        with self.assertRaises(ValidationError) as refused:
            PictureField().clean(file.uploaded())
        return refused.exception.messages[0]

    def test_the_usual_formats_are_taken_and_can_be_read_from_their_start(self):
        """B4: real images of the usual types pass."""
        for kind in ("JPEG", "PNG", "GIF", "WEBP"):
            with self.subTest(kind):
                made = image(kind)
                taken = PictureField().clean(made.uploaded())
                self.assertEqual(taken.read(), made.content)

    def test_other_formats_are_refused(self):
        """B4: type."""
        self.assertEqual(
            self.refusal_of(image("BMP")), "BMP pictures are not possible. Choose one of JPG, PNG, GIF, WebP."
        )

    def test_what_only_claims_to_be_a_picture_is_refused(self):
        """B4: the content must be an image; name and header of the upload do not count."""
        self.assertIn("not an image", self.refusal_of(disguised(text("just words"))))

    def test_a_picture_that_breaks_off_is_refused(self):
        """B4: the image must be complete."""
        for kind in ("JPEG", "PNG"):
            with self.subTest(kind):
                message = self.refusal_of(truncated(image(kind, size=(300, 200)), 0.7))
                self.assertRegex(message, "damaged|corrupted")

    def test_a_picture_of_too_many_bytes_is_refused_before_it_is_opened(self):
        """B4: size in bytes."""
        big = disguised(text(size=MOST_BYTES + 1))
        self.assertIn("At most 2.0\xa0MB are possible", self.refusal_of(big))
        just = MadeFile("a.png", "image/png", image().content.ljust(MOST_BYTES, b"\0"))
        PictureField().clean(just.uploaded())

    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(self):
        """B4: size in pixels; a decompression bomb is refused before it is unpacked."""
        self.assertIn("not an image", self.refusal_of(bomb((50_000, 50_000))))
        self.assertIn("At most 24 million are possible", self.refusal_of(bomb((12_000, 12_000))))
        self.assertIn("At most 24 million are possible", self.refusal_of(bomb((6_000, 4_001))))

    def test_no_picture_is_no_mistake_where_none_is_needed(self):
        """B4: a post without an image works."""
        self.assertIsNone(PictureField(required=False).clean(None))

    def test_an_empty_file_is_refused(self):
        with self.assertRaisesMessage(ValidationError, "The submitted file is empty."):
            PictureField().clean(SimpleUploadedFile("a.png", b"", "image/png"))
