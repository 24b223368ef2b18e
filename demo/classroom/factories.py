"""Classrooms, their teachers and students for tests."""

from __future__ import annotations

import factory

from accounts.factories import UserFactory
from classroom.models import Classroom, Role, Student


class ClassroomFactory(factory.django.DjangoModelFactory):
    """A teacher's classroom with its settings; makes the teacher too."""

    class Meta:
        model = Classroom

    name = factory.Sequence(lambda number: f"Class {number}")
    teacher = factory.SubFactory(UserFactory)
    capacity = 24
    default_role = Role.STUDENT


class StudentFactory(factory.django.DjangoModelFactory):
    """A student in the database, without anything else that the endpoint does."""

    class Meta:
        model = Student

    classroom = factory.SubFactory(ClassroomFactory)
    first_name = factory.Faker("first_name")
    last_name = factory.Sequence(lambda number: f"Student-{number}")
