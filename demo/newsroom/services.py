"""Saves and publishes articles, for pages and API alike."""

from __future__ import annotations

from django.db import transaction

from newsroom.models import Article
from newsroom.tasks import announce


class AlreadyPublished(Exception):
    """The article is online already."""


@transaction.atomic
def save_article(article: Article, *, by) -> Article:
    """Store an article from a form or the API.

    One that is stored as published for the first time is announced to its author. Whether ``by`` may publish it
    is the caller's to check.

    Args:
        article: The article; its author is set.
        by: Who saves it.
    """
    before = Article.objects.select_for_update().filter(pk=article.pk).first() if article.pk else None
    goes_online = article.is_published and not (before and before.is_published)
    if goes_online:
        article.published_by = by
    article.save()
    if goes_online:
        # Only after the commit; and robust: an article goes online even if the broker is down.
        transaction.on_commit(lambda: announce(article.pk), robust=True)
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
    return save_article(article, by=by)
