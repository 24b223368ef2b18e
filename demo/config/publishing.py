"""What articles and posts share: a title with its slug, and a status with its date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

NUMBER_ROOM = 20  # characters left for the number after a slug that is taken


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class PublicationQuerySet(models.QuerySet):
    def published(self) -> PublicationQuerySet:
        """Published items only."""
        return self.filter(status=Status.PUBLISHED)

    def drafts(self) -> PublicationQuerySet:
        """Drafts only."""
        return self.filter(status=Status.DRAFT)

    def visible_to(self, user) -> PublicationQuerySet:
        """Everything that this user may read: published items, and their own drafts."""
        if user.is_authenticated:
            return self.filter(Q(status=Status.PUBLISHED) | Q(author=user))
        return self.published()


class Publication(models.Model):
    """Sets its slug when it is first stored, and its date when it is first published."""

    Status = Status

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-published_at", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | Q(status="published", published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_a_date",
                violation_error_message="What is published has a date of publication, and a draft has none.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, update_fields=None, **kwargs) -> None:
        self.slug = self.slug or unique_slug(type(self), self.title)
        self.published_at = (self.published_at or timezone.now()) if self.is_published else None
        if update_fields is not None and "status" in update_fields:
            update_fields = {*update_fields, "published_at"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED


def unique_slug(model: type[Publication], title: str) -> str:
    """Make a slug from a title: ``the-title``, or ``the-title-2`` if that is taken."""
    most = model._meta.get_field("slug").max_length - NUMBER_ROOM
    stem = slugify(title)[:most].strip("-") or model._meta.model_name
    slug, number = stem, 1
    while model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug
