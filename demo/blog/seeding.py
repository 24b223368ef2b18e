"""Posts with pictures to browse."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from blog.models import Post
from blog.services import save_post

SIZE = (960, 540)
POSTS = (
    (
        "The long way round the bay",
        "Eleven kilometres, three gates, one very determined goose.\n\n"
        "The map calls it a footpath. The sea disagrees twice a day, and it is the sea that one should ask. "
        "We left at low water and had the whole strand to ourselves, all the way to the light.",
        ("A bay under an evening sky", "#f3b27a", "#7c5c86", "#2f5d73"),
    ),
    (
        "Bread, the third attempt",
        "The first loaf was a brick and the second a puddle. This one has a crust that sings.\n\n"
        "What changed? Less water, more night. Dough has all the time in the world, and it likes to be left "
        "alone with it.",
        None,
    ),
    (
        "What grows behind the station",
        "Between the rails and the wall there is a strip that nobody owns, and so everything lives there.\n\n"
        "Last Sunday I counted forty-one kinds of plants before the ten past four drove them flat. They were "
        "up again before I was.",
        ("Green hills under a pale sky", "#dfe9e3", "#a9c7a0", "#3f6b4f"),
    ),
)
DRAFT = ("Notes for the next walk", "Ask at the farm about the bull. Take the older map.")


def plant(*, author) -> None:
    """Add the posts that are not there yet."""
    for title, content, scene in POSTS:
        if not Post.objects.filter(title=title).exists():
            post = Post(title=title, content=content, author=author, status=Post.Status.PUBLISHED)
            post.image_text = scene[0] if scene else ""
            save_post(post, picture=_painted(*scene[1:]) if scene else None)
    title, content = DRAFT
    if not Post.objects.filter(title=title).exists():
        save_post(Post(title=title, content=content, author=author))


def _painted(sky: str, hills: str, land: str) -> SimpleUploadedFile:
    """Paint a small landscape: a sky, a sun, hills and the land before them."""
    width, height = SIZE
    picture = Image.new("RGB", SIZE, sky)
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((width * 0.66, height * 0.16, width * 0.78, height * 0.373), fill="#fff6df")
    drawing.ellipse((-width * 0.2, height * 0.5, width * 0.62, height * 1.6), fill=hills)
    drawing.ellipse((width * 0.4, height * 0.56, width * 1.3, height * 1.7), fill=hills)
    drawing.ellipse((-width * 0.5, height * 0.72, width * 1.5, height * 2.2), fill=land)
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return SimpleUploadedFile("landscape.jpg", out.getvalue(), "image/jpeg")
