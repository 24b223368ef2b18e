"""Articles and the comments under them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from config.publishing import Publication, PublicationQuerySet


class ArticleQuerySet(PublicationQuerySet):
    def visible_to(self, user) -> ArticleQuerySet:
        """Everything that this user may read: published articles, their own drafts, and for editors all drafts."""
        return self.all() if user.has_perm("newsroom.publish_article") else super().visible_to(user)


class Article(Publication):
    summary = models.CharField(
        max_length=240, blank=True, help_text="One or two sentences for the list of articles."
    )
    body = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="articles")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ArticleQuerySet.as_manager()

    class Meta(Publication.Meta):
        permissions = [("publish_article", "Can publish articles")]

    def get_absolute_url(self) -> str:
        return reverse("article-detail", kwargs={"slug": self.slug})

    def may_be_edited_by(self, user) -> bool:
        """Authors edit and delete their own articles, and editors every article."""
        return user.is_authenticated and (
            self.author_id == user.pk or user.has_perm("newsroom.publish_article")
        )

    def may_be_published_by(self, user) -> bool:
        """Editors publish every article, and authors their own where ``NEWSROOM_AUTHORS_PUBLISH`` lets them."""
        return user.has_perm("newsroom.publish_article") or (
            settings.NEWSROOM_AUTHORS_PUBLISH and user.is_authenticated and self.author_id == user.pk
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
