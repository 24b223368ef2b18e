"""Posts for tests."""

from __future__ import annotations

import factory
from django.utils.text import slugify

from accounts.factories import UserFactory
from blog.models import Post


class PostFactory(factory.django.DjangoModelFactory):
    """A draft without a picture; ``PostFactory(published=True)`` creates a published post."""

    class Meta:
        model = Post

    class Params:
        published = factory.Trait(status=Post.Status.PUBLISHED)

    title = factory.Sequence(lambda number: f"Post number {number}")
    slug = factory.LazyAttribute(lambda post: slugify(post.title))
    content = factory.Faker("text")
    author = factory.SubFactory(UserFactory)
