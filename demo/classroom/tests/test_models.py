"""Classrooms and students, and what the database itself refuses."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase

from accounts.factories import UserFactory
from accounts.models import User
from classroom.factories import ClassroomFactory, ClassroomSettingsFactory, StudentFactory, TeacherFactory
from classroom.models import ClassBookEntry, Classroom, ClassroomSettings, Role


class ClassroomTests(SimpleTestCase):
    def test_its_address_is_made_of_its_number(self):
        self.assertEqual(Classroom(pk=3).get_absolute_url(), "/classroom/3/")

    def test_it_is_called_by_its_name(self):
        self.assertEqual(str(Classroom(name="Pottery")), "Pottery")

    def test_a_new_one_seats_plain_students_and_welcomes_them(self):
        settings = ClassroomSettings()
        self.assertEqual((settings.default_role, settings.welcomes_by_mail), (Role.STUDENT, True))

    def test_a_capacity_out_of_reason_is_refused_with_the_limit(self):
        for capacity, limit in ((0, "greater than or equal to 1"), (61, "less than or equal to 60")):
            with self.subTest(capacity), self.assertRaisesMessage(ValidationError, limit):
                ClassroomSettings(capacity=capacity).clean_fields()


class ClassBookEntryTests(SimpleTestCase):
    def test_it_reads_as_a_sentence(self):
        entry = ClassBookEntry(by=User(username="tom"), action="removed", student_name="Smartie Pants")
        self.assertEqual(str(entry), "tom removed Smartie Pants")


class StoredTests(TestCase):
    def test_seats_are_left_until_students_take_them(self):
        room = ClassroomFactory(settings__capacity=3)
        StudentFactory.create_batch(2, classroom=room)
        self.assertEqual(room.seats_left, 1)

    def test_a_name_is_stored_in_title_case_whoever_stores_it(self):
        student = StudentFactory(first_name="smartie", last_name="pants")
        self.assertEqual(student.name, "Smartie Pants")
        student.refresh_from_db()
        self.assertEqual(student.name, "Smartie Pants")

    def test_a_generated_student_and_classroom_are_valid(self):
        student = StudentFactory()
        student.full_clean()
        student.classroom.full_clean()
        student.classroom.settings.full_clean()

    def test_a_generated_teacher_has_a_class_under_the_settings_given(self):
        settings = ClassroomSettingsFactory(capacity=3)
        teacher = TeacherFactory(classroom_settings=settings)
        self.assertEqual((teacher.classroom_settings, teacher.classroom.teacher), (settings, teacher.user))
        self.assertEqual(User.objects.get(), teacher)
        self.assertEqual(TeacherFactory().classroom.seats_left, 24)

    def test_somebody_who_is_there_already_becomes_a_teacher(self):
        user = UserFactory()
        self.assertEqual(TeacherFactory(user=user), user)
        self.assertEqual(user.classrooms.count(), 1)


class ConstraintTests(TestCase):
    def refused(self):
        return self.assertRaises(IntegrityError)

    def test_two_students_of_one_name_in_a_classroom(self):
        first = StudentFactory(first_name="Ann", last_name="Lee")
        with self.refused(), transaction.atomic():
            StudentFactory(classroom=first.classroom, first_name="ann", last_name="lee")

    def test_the_same_name_in_another_classroom_is_no_trouble(self):
        StudentFactory(first_name="Ann", last_name="Lee")
        self.assertEqual(StudentFactory(first_name="Ann", last_name="Lee").name, "Ann Lee")

    def test_a_role_that_nobody_knows(self):
        with self.refused(), transaction.atomic():
            StudentFactory(role="ghost")

    def test_a_classroom_without_a_seat(self):
        with self.refused(), transaction.atomic():
            ClassroomFactory(settings__capacity=0)

    def test_two_classrooms_of_one_name_and_teacher(self):
        room = ClassroomFactory()
        with self.refused(), transaction.atomic():
            ClassroomFactory(name=room.name, teacher=room.teacher)
