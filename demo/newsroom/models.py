"""Articles and the comments under them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse


class ArticleQuerySet(models.QuerySet):
    def published(self) -> ArticleQuerySet:
        """Only what everybody may read."""
        return self.filter(status=Article.Status.PUBLISHED)

    def drafts(self) -> ArticleQuerySet:
        """Only what waits to be published."""
        return self.filter(status=Article.Status.DRAFT)

    def visible_to(self, user) -> ArticleQuerySet:
        """What this person may read: published articles, their own drafts, and for editors all drafts."""
        if user.has_perm("newsroom.publish_article"):
            return self.all()
        if user.is_authenticated:
            return self.filter(Q(status=Article.Status.PUBLISHED) | Q(author=user))
        return self.published()


class Article(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True, editable=False)
    summary = models.CharField(
        max_length=240, blank=True, help_text="One or two sentences for the list of articles."
    )
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="articles")
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False, db_index=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-created_at", "-pk"]
        permissions = [("publish_article", "Can publish articles")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | Q(status="published", published_at__isnull=False),
                name="newsroom_article_published_has_a_date",
                violation_error_message="Published articles have a date of publication, drafts have none.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article-detail", kwargs={"slug": self.slug})

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    def may_be_edited_by(self, user) -> bool:
        """Authors edit their own articles, and editors every article."""
        return user.is_authenticated and (
            self.author_id == user.pk or user.has_perm("newsroom.publish_article")
        )


class Comment(models.Model):
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments")
    body = models.TextField("comment", max_length=2000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(body=""),
                name="newsroom_comment_says_something",
                violation_error_message="A comment can't be empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} on “{self.article}”"

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#comment-{self.pk}"
