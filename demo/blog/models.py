"""Posts of the blog."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.query_utils import DeferredAttribute
from django.urls import reverse

from blog.pictures import Picture
from config.publishing import Publication, PublicationQuerySet


class PictureAttribute(DeferredAttribute):
    """Turns every assigned value into a ``Picture``."""

    def __set__(self, post: Post, reference: str | None) -> None:
        post.__dict__[self.field.attname] = Picture(reference or "")


class PictureReferenceField(models.CharField):
    """The place of a picture; the attribute is a ``Picture``, which knows its URL."""

    descriptor_class = PictureAttribute


class Post(Publication):
    content = models.TextField()
    featured_image = PictureReferenceField(max_length=500, blank=True, editable=False)
    image_text = models.CharField(
        "what the image shows",
        max_length=200,
        blank=True,
        help_text="Read out to those who don't see it. Leave it empty for a mere ornament.",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")

    objects = PublicationQuerySet.as_manager()

    class Meta(Publication.Meta):
        constraints = [
            *Publication.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(content=""),
                name="blog_post_says_something",
                violation_error_message="A post needs a title and content.",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("post_detail", kwargs={"slug": self.slug})
