"""Cloudinary for the site's tests: the operations that the blog uses, and a fake that is as strict."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from cloudinary.utils import api_sign_request
from django.conf import settings
from django_journey import Service, operation
from PIL import Image, UnidentifiedImageError

from blog.pictures import CloudinaryPictures

TEST_URL = "cloudinary://123456789012345:a-secret-of-the-tests@demo-cloud"
UNSIGNED = ("signature", "api_key", "file")


class Cloudinary(Service):
    """The upload API; ``state`` holds each asset's bytes by its public id."""

    base_url = "https://api.cloudinary.com/v1_1"
    credentials = ("CLOUDINARY_URL",)

    def refuse(self, request):
        """Check the signature as Cloudinary does: with the account's secret, over all but a few fields."""
        secret = settings.CLOUDINARY_URL.rpartition("@")[0].rpartition(":")[2]
        signed = {name: value for name, value in request.form.items() if name not in UNSIGNED}
        if request.form.get("signature") != api_sign_request(signed, secret):
            return 401, {"error": {"message": f"Invalid Signature {request.form.get('signature')}."}}
        return None

    @operation("POST", "/{cloud}/image/upload")
    def upload(self, request, cloud):
        content = request.files["file"].content
        try:
            with Image.open(BytesIO(content)) as picture:
                facts = {"format": (picture.format or "").lower().replace("jpeg", "jpg")}
                facts |= {"width": picture.width, "height": picture.height}
        except UnidentifiedImageError:
            return 400, {"error": {"message": "Invalid image file"}}
        name = f"{request.form['folder']}/{uuid.uuid4().hex[:20]}"
        version = 1_700_000_000 + len(self.state)
        path = f"{cloud}/image/upload/v{version}/{name}.{facts['format']}"
        self.state[name] = content
        return facts | {
            "public_id": name,
            "version": version,
            "resource_type": "image",
            "type": "upload",
            "bytes": len(content),
            "created_at": "2026-11-20T10:00:00Z",
            "url": f"http://res.cloudinary.com/{path}",
            "secure_url": f"https://res.cloudinary.com/{path}",
        }

    @operation("POST", "/{cloud}/image/destroy")
    def destroy(self, request, cloud):
        gone = self.state.pop(request.form["public_id"], None)
        return {"result": "not found" if gone is None else "ok"}


@contextmanager
def uploads_deleted(cloudinary: Cloudinary) -> Iterator[None]:
    """Delete what the block uploaded and left, even if the block fails."""
    try:
        yield
    finally:
        answered = [call for call in cloudinary.calls if call.status == 200]
        deleted = {call.asked.form["public_id"] for call in answered if call.operation == "destroy"}
        for call in answered:
            if call.operation == "upload" and call.reply.json["public_id"] not in deleted:
                CloudinaryPictures(settings.CLOUDINARY_URL).drop(f"{call.reply.json['public_id']} ")
