"""A1: the classes that are generated for the demo's apps work as they come, call after call."""

from __future__ import annotations

import os
import types
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client

from django_journey._routes.endpoints import Endpoint, Endpoints
from django_journey._routes.generate import generate

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.urls")]

CALLS = int(os.environ.get("JOURNEY_TEST_CALLS", "12"))

#: What the story has to bring along: an endpoint's URL arguments, made anew for each call.
World = dict[str, Callable[[], dict[str, Any]]]


def classroom(teacher: Any) -> World:
    from classroom.factories import ClassroomFactory, StudentFactory

    def room() -> dict[str, Any]:
        return {"pk": ClassroomFactory(teacher=teacher).pk}

    def student() -> dict[str, Any]:
        someone = StudentFactory(classroom=ClassroomFactory(teacher=teacher))
        return {"pk": someone.pk, "classroom_pk": someone.classroom.pk}

    def in_room() -> dict[str, Any]:
        return {"classroom_pk": room()["pk"]}

    def role() -> dict[str, Any]:
        room()
        return {"role": "guest"}

    return {
        "classroom-detail": room,
        "classroom-settings": room,
        "student-edit": student,
        "student-remove": student,
        "student": student,
        "students": in_room,
        "settings": in_room,
        "create-student": role,
        "remove-student": lambda: {"student_id": student()["pk"]},
    }


def blog(author: Any) -> World:
    from blog.factories import PostFactory

    def post() -> dict[str, Any]:
        return {"slug": PostFactory(author=author).slug}

    return {"post_edit": post, "post_delete": post}


def newsroom(author: Any) -> World:
    from newsroom.factories import ArticleFactory, CommentFactory

    author.user_permissions.add(Permission.objects.get(codename="publish_article"))

    def draft() -> Any:
        return ArticleFactory(author=author)

    def slug() -> dict[str, Any]:
        return {"slug": draft().slug}

    def comment() -> dict[str, Any]:
        return {"pk": CommentFactory(author=author, article__published=True).pk}

    return {
        "article-publish": lambda: {"pk": draft().pk},
        "article-edit": slug,
        "article-delete": slug,
        "api-article-detail": slug,
        "api-article-publish": slug,
        "comment-create": lambda: {"article_pk": ArticleFactory(published=True).pk},
        "comment-edit": comment,
        "comment-delete": comment,
    }


def accounts(user: Any) -> World:
    return {}


WORLDS = {"classroom": classroom, "blog": blog, "newsroom": newsroom, "accounts": accounts}


def generated(app: str) -> type[Any]:
    module = types.ModuleType(app)
    exec(compile(generate(app), f"{app}.py", "exec"), module.__dict__)
    (cls,) = (each for each in vars(module).values() if isinstance(each, type) and each.__base__ is Endpoints)
    return cls


@pytest.mark.parametrize("app", WORLDS)
def test_a1_every_call_of_every_endpoint_succeeds(app: str) -> None:
    """A1: every endpoint that changes something, with nothing given but what its URL names; CSRF checks are on.

    JOURNEY_TEST_CALLS says how many calls of each are made; all of 200 succeeded when this was written.
    """
    from accounts.factories import UserFactory

    user = UserFactory()
    world = WORLDS[app](user)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    api = generated(app)(client, seed=11)
    names = [
        name
        for name, each in vars(type(api)).items()
        if isinstance(each, Endpoint) and each.declared.method != "GET"
    ]
    assert names
    for name in names:
        declared = getattr(type(api), name).declared
        # What makes nothing up does the same each time.
        made_up = any(type(value).__name__ == "Fake" for value in (declared.body or {}).values())
        for _ in range(CALLS if made_up else 2):
            with transaction.atomic():
                by = generated_visitor(api) if name in {"post_signup", "post_register"} else api
                getattr(by, name)(**world.get(declared.name, dict)())
                transaction.set_rollback(True)


def generated_visitor(api: Any) -> Any:
    """Return the same endpoints, called by an anonymous client."""
    return type(api)(Client(enforce_csrf_checks=True))
