"""Stores and deletes a post together with its picture; the two stay consistent if something fails between them."""

from __future__ import annotations

import logging

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from blog.models import Post
from blog.pictures import Picture, PictureError, store_picture

logger = logging.getLogger(__name__)


def save_post(post: Post, *, picture: UploadedFile | None = None, remove_picture: bool = False) -> Post:
    """Store a post with its picture.

    The picture goes first, so that a post never names one that is not there. Should the post fail to be stored,
    the new picture is dropped again; the one that it replaces is dropped once the post is really stored.

    Args:
        post: The post, checked by its form; its author is set.
        picture: A new picture.
        remove_picture: Whether the present picture goes.

    Raises:
        PictureError: The picture could not be stored; nothing was stored.
    """
    new = store_picture(picture) if picture else Picture()
    try:
        with transaction.atomic():
            old = _stored_picture(post)
            post.featured_image = new or ("" if remove_picture else old)
            post.save()
            if old and old != post.featured_image:
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


def _stored_picture(post: Post) -> Picture:
    """Return the picture of the stored post, and lock its row until the transaction ends."""
    stored = Post.objects.select_for_update().filter(pk=post.pk).values_list("featured_image", flat=True)
    return Picture(stored.first() or "") if post.pk else Picture()


def _drop(picture: Picture) -> None:
    """Delete a picture that no post refers to any more; if that fails, log it and leave the picture."""
    try:
        picture.drop()
    except PictureError as error:
        logger.warning("The picture %s is left behind: %s", picture.public_id, error)
