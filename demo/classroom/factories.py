"""Classrooms, teachers and students for tests."""

from __future__ import annotations

import factory

from accounts.factories import UserFactory
from classroom.models import Classroom, ClassroomSettings, Role, Student, Teacher


class ClassroomSettingsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ClassroomSettings

    capacity = 24
    default_role = Role.STUDENT


class ClassroomFactory(factory.django.DjangoModelFactory):
    """A teacher's classroom with its settings; creates the teacher too."""

    class Meta:
        model = Classroom

    name = factory.Sequence(lambda number: f"Class {number}")
    teacher = factory.SubFactory(UserFactory)
    settings = factory.SubFactory(ClassroomSettingsFactory)


class TeacherFactory(UserFactory):
    """A user who teaches a class: ``TeacherFactory(classroom_settings=ClassroomSettingsFactory())``.

    Args:
        user: An existing user, who becomes a teacher.
        classroom_settings: The settings of their class; made here where none are given.
    """

    class Meta:
        model = Teacher
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class, *args, user=None, **kwargs):
        return Teacher.objects.get(pk=user.pk) if user else super()._create(model_class, *args, **kwargs)

    @factory.post_generation
    def classroom_settings(self, create, extracted, **kwargs):
        if create:
            ClassroomFactory(teacher=self, settings=extracted or ClassroomSettingsFactory(**kwargs))


class StudentFactory(factory.django.DjangoModelFactory):
    """A student in the database, without the endpoint's side effects."""

    class Meta:
        model = Student

    classroom = factory.SubFactory(ClassroomFactory)
    first_name = factory.Faker("first_name")
    last_name = factory.Sequence(lambda number: f"Student-{number}")
