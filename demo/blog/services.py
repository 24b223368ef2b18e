"""What happens to a post and its picture; the two are kept in step, whatever fails between them."""

from __future__ import annotations

import logging

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from blog.models import Post
from blog.pictures import PictureError, drop_picture, keep_picture

logger = logging.getLogger(__name__)

SLUG_ROOM = 120  # what a number behind an ambiguous slug may still be added to


def save_post(
    post: Post, *, picture: UploadedFile | None = None, remove_picture: bool = False, publish: bool = False
) -> Post:
    """Store a post with its picture.

    The picture goes first, so that a post never names one that is not there. Should the post fail to be stored,
    the new picture is dropped again; the one that it replaces is dropped once the post is really stored.

    Args:
        post: The post, checked by its form; its author is set.
        picture: A new picture.
        remove_picture: Whether the present picture goes.
        publish: Whether everybody may read it from now on.

    Raises:
        PictureError: The picture could not be kept; nothing was stored.
    """
    new = keep_picture(picture) if picture else ""
    try:
        with transaction.atomic():
            old = _stored_picture(post)
            post.picture = new or ("" if remove_picture else old)
            if not post.slug:
                post.slug = unique_slug(post.title)
            if publish and not post.is_published:
                post.status, post.published_at = Post.Status.PUBLISHED, timezone.now()
            post.save()
            if old and old != post.picture:
                transaction.on_commit(lambda: _drop(old), robust=True)
    except BaseException:
        _drop(new)
        raise
    return post


@transaction.atomic
def delete_post(post: Post) -> None:
    """Delete a post, and its picture once the post is really gone."""
    picture = _stored_picture(post)
    post.delete()
    transaction.on_commit(lambda: _drop(picture), robust=True)


def unique_slug(title: str) -> str:
    """Make an address from a title: ``the-title``, or ``the-title-2`` where that is taken."""
    stem = slugify(title)[:SLUG_ROOM].strip("-") or "post"
    slug, number = stem, 1
    while Post.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _stored_picture(post: Post) -> str:
    """Return the picture that the stored post has now, and keep others from changing it meanwhile."""
    stored = Post.objects.select_for_update().filter(pk=post.pk).values_list("picture", flat=True)
    return stored.first() or "" if post.pk else ""


def _drop(reference: str) -> None:
    """Drop a picture that no post names any more; one that can't be dropped is told and left behind."""
    try:
        drop_picture(reference)
    except PictureError as error:
        logger.warning("The picture %s is left behind: %s", reference, error)
