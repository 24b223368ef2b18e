"""Made-up data can be made again."""

from __future__ import annotations

import random

import factory.random
from faker import Faker
from model_bakery import baker

from django_journey._world.data import Seeded


def made_up() -> tuple[object, ...]:
    from django.contrib.auth.models import User

    user = baker.prepare(User)
    return (random.random(), Faker().name(), factory.random.randgen.random(), user.password)


def test_the_same_seed_and_test_make_the_same_data_and_others_make_other_data() -> None:
    with Seeded(7, "test_a"):
        first = made_up()
    with Seeded(7, "test_a"):
        again = made_up()
    with Seeded(7, "test_b"):
        another_test = made_up()
    with Seeded(8, "test_a"):
        another_seed = made_up()
    assert first == again
    assert not set(first) & set(another_test)
    assert not set(first) & set(another_seed)


def test_the_generators_are_put_back() -> None:
    random.seed(1)
    expected = [random.random(), random.random()]
    random.seed(1)
    random.random()
    with Seeded(7):
        random.random()
    assert random.random() == expected[1]
