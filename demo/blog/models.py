"""Posts of the blog."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from blog.pictures import picture_url


class PostQuerySet(models.QuerySet):
    def published(self) -> PostQuerySet:
        """Only what everybody may read."""
        return self.filter(status=Post.Status.PUBLISHED)

    def visible_to(self, user) -> PostQuerySet:
        """What this person may read: published posts, and their own drafts."""
        if user.is_authenticated:
            return self.filter(Q(status=Post.Status.PUBLISHED) | Q(author=user))
        return self.published()


class Post(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    body = models.TextField()
    picture = models.CharField(max_length=255, blank=True, editable=False)
    picture_text = models.CharField(
        "what the picture shows",
        max_length=200,
        blank=True,
        help_text="Read out to those who don't see it. Leave it empty for a mere ornament.",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="posts")
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False, db_index=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | Q(status="published", published_at__isnull=False),
                name="blog_post_published_has_a_date",
                violation_error_message="Published posts have a date of publication, drafts have none.",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""),
                name="blog_post_says_something",
                violation_error_message="A post needs a title and a text.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("post-detail", kwargs={"slug": self.slug})

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def picture_url(self) -> str:
        """Where the picture is found, or an empty string for a post without one."""
        return picture_url(self.picture)
