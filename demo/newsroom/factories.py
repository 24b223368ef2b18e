"""Articles and comments for tests."""

from __future__ import annotations

import factory
from django.utils.text import slugify

from accounts.factories import UserFactory
from newsroom.models import Article, Comment


class ArticleFactory(factory.django.DjangoModelFactory):
    """A draft; ``ArticleFactory(published=True)`` creates a published article."""

    class Meta:
        model = Article

    class Params:
        published = factory.Trait(status=Article.Status.PUBLISHED)

    title = factory.Sequence(lambda number: f"Article number {number}")
    slug = factory.LazyAttribute(lambda article: slugify(article.title))
    summary = factory.Faker("sentence")
    body = factory.Faker("text")
    author = factory.SubFactory(UserFactory)


class CommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Comment

    article = factory.SubFactory(ArticleFactory, published=True)
    author = factory.SubFactory(UserFactory)
    body = factory.Faker("sentence")
