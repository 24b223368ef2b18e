"""What happens to an article in its life, whichever page or API asks for it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from newsroom.models import Article
from newsroom.tasks import announce

SLUG_ROOM = 120  # what a number behind an ambiguous slug may still be added to


class AlreadyPublished(Exception):
    """The article is online already."""


def unique_slug(title: str) -> str:
    """Make an address from a title: ``the-title``, or ``the-title-2`` where that is taken."""
    stem = slugify(title)[:SLUG_ROOM].strip("-") or "article"
    slug, number = stem, 1
    while Article.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def save_draft(article: Article, *, author) -> Article:
    """Store a new article as its author's draft, under an address made of its title."""
    article.author = author
    article.slug = unique_slug(article.title)
    article.save()
    return article


@transaction.atomic
def publish(article: Article, *, by) -> Article:
    """Put an article online. Whether ``by`` may do that is the caller's to check.

    Args:
        article: A draft; it is read again and locked, so that two editors can't publish it twice.
        by: The editor.

    Returns:
        The published article.

    Raises:
        AlreadyPublished: It is online already.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.is_published:
        raise AlreadyPublished(article.title)
    article.status = Article.Status.PUBLISHED
    article.published_at = timezone.now()
    article.published_by = by
    article.save(update_fields=["status", "published_at", "published_by", "updated_at"])
    # Only once it is really stored; and robust: an article goes online even while the broker is away.
    transaction.on_commit(lambda: announce(article.pk), robust=True)
    return article
