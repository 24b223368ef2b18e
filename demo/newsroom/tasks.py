"""The newsroom's background task: the mail to an author whose article was published."""

from __future__ import annotations

import django
from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from newsroom.models import Article

if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task  # its backport


def announce(article_pk: int) -> None:
    """Enqueue the mail in the queue that the settings name."""
    if settings.TASK_QUEUE == "django":
        announce_by_django.enqueue(article_pk)
    else:
        announce_by_celery.delay(article_pk)


def send_announcement(article_pk: int) -> None:
    """Write to the author that the article is online."""
    article = Article.objects.select_related("author", "published_by").get(pk=article_pk)
    context = {"article": article, "url": f"{settings.SITE_URL}{article.get_absolute_url()}"}
    message = EmailMultiAlternatives(
        subject=f"Your article is online: {article.title}",
        body=render_to_string("newsroom/mail/published.txt", context),
        to=[article.author.email],
    )
    message.attach_alternative(render_to_string("newsroom/mail/published.html", context), "text/html")
    message.send()


@shared_task(
    name="newsroom.announce", autoretry_for=(OSError,), max_retries=3, retry_backoff=60, retry_jitter=False
)
def announce_by_celery(article_pk: int) -> None:
    """Send the mail; if the mail server is unreachable, retry three times with growing delays."""
    send_announcement(article_pk)


@task()
def announce_by_django(article_pk: int) -> None:
    """Send the mail."""
    send_announcement(article_pk)
