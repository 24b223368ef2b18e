"""The endpoint factories: their generated defaults, and the class that can be generated."""

import datetime
import io
from unittest import mock

from django.core.management import call_command
from django.test import SimpleTestCase, TestCase

from classroom.endpoints import twenty_years_ago
from classroom.factories import TeacherFactory
from classroom.models import Student


class BirthdayTests(SimpleTestCase):
    def on(self, day):
        with mock.patch("django.utils.timezone.localdate", return_value=day):
            return twenty_years_ago()

    def test_it_is_the_same_day_twenty_years_before(self):
        self.assertEqual(self.on(datetime.date(2026, 11, 20)), datetime.date(2006, 11, 20))

    def test_there_is_one_on_a_leap_day_too(self):
        self.assertEqual(self.on(datetime.date(2028, 2, 29)), datetime.date(2008, 2, 29))


class GeneratedTests(TestCase):
    def test_the_class_that_the_command_writes_works_as_it_stands(self):
        """A1: ``manage.py journey endpoints classroom`` writes a class that generates every value."""
        written = io.StringIO()
        call_command("journey", "endpoints", "classroom", stdout=written)
        generated = {"__name__": "generated"}
        exec(written.getvalue(), generated)
        teacher = TeacherFactory()
        self.client.force_login(teacher)
        api = generated["ClassroomApi"](self.client)
        api.create_student(role="student")
        self.assertEqual(Student.objects.get().classroom.teacher, teacher)
