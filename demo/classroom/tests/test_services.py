"""What follows from adding, changing and removing a student."""

from django.core import mail
from django.db import transaction
from django.test import TestCase, override_settings

from accounts.tests.test_mail import BROKEN_MAIL
from classroom.factories import ClassroomFactory, StudentFactory
from classroom.models import ClassBookEntry, Student
from classroom.services import ClassroomFull, add_student, change_student, remove_student


class ClassListTests(TestCase):
    def setUp(self):
        self.room = ClassroomFactory(settings__capacity=1)

    def add(self, **facts):
        student = StudentFactory.build(classroom=self.room, **facts)
        with self.captureOnCommitCallbacks(execute=True):
            return add_student(student, by=self.room.teacher, user_agent="tests")

    def written(self):
        return list(ClassBookEntry.objects.values_list("action", "student_name"))

    def test_adding_is_written_into_the_class_book(self):
        student = self.add()
        self.assertEqual(self.written(), [("added", student.name)])
        self.assertEqual(ClassBookEntry.objects.get().by, self.room.teacher)

    def test_a_student_with_an_address_is_welcomed(self):
        student = self.add(first_name="smartie", last_name="pants", email="smartie@example.com")
        (message,) = mail.outbox
        self.assertEqual(message.to, ["smartie@example.com"])
        self.assertEqual(message.subject, f"Welcome to {self.room.name}")
        self.assertIn(f"Hello {student.name},", message.body)

    def test_a_student_who_is_rolled_back_is_not_welcomed(self):
        """C5, A4: the mail waits for the commit."""
        with (
            self.captureOnCommitCallbacks(execute=True),
            self.assertRaises(RuntimeError),
            transaction.atomic(),
        ):
            add_student(
                StudentFactory.build(classroom=self.room, email="smartie@example.com"), by=self.room.teacher
            )
            raise RuntimeError
        self.assertEqual(mail.outbox, [])

    def test_a_student_is_not_lost_because_the_mail_server_is_away(self):
        """C5, A4: the error is in the log."""
        with override_settings(**BROKEN_MAIL), self.assertLogs("django.test", "ERROR") as logs:
            self.add(email="smartie@example.com")
        self.assertIn("the mail server is away", logs.output[0])
        self.assertTrue(Student.objects.exists())

    def test_nobody_is_welcomed_where_the_settings_say_so(self):
        self.room.settings.welcomes_by_mail = False
        self.room.settings.save()
        self.add(email="smartie@example.com")
        self.assertEqual(mail.outbox, [])

    def test_a_student_without_an_address_gets_no_mail(self):
        self.add(email="")
        self.assertEqual(mail.outbox, [])

    def test_a_full_classroom_takes_nobody_and_nothing_is_left_of_the_attempt(self):
        self.add()
        with self.assertRaisesMessage(ClassroomFull, "The only seat of"):
            self.add()
        self.assertEqual(Student.objects.count(), 1)
        self.assertEqual(ClassBookEntry.objects.count(), 1)

    def test_a_change_is_written_down_with_the_new_name(self):
        student = self.add()
        student.first_name = "newly"
        change_student(student, by=self.room.teacher)
        self.assertEqual(self.written()[0], ("changed", student.name))
        self.assertTrue(student.name.startswith("Newly "))

    def test_a_student_who_left_is_still_in_the_class_book(self):
        student = self.add()
        name = student.name
        remove_student(student, by=self.room.teacher)
        self.assertFalse(Student.objects.exists())
        self.assertEqual(self.written(), [("removed", name), ("added", name)])

    def test_a_very_long_user_agent_is_cut(self):
        add_student(StudentFactory.build(classroom=self.room), by=self.room.teacher, user_agent="x" * 999)
        self.assertEqual(len(ClassBookEntry.objects.get().user_agent), 200)
