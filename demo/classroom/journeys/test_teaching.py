"""Stories of teachers, their settings and their students."""

from __future__ import annotations

from contextlib import contextmanager

from django.db.models.signals import pre_save
from django_journey import JourneyTestCase, expect

from classroom.endpoints import ClassroomApi
from classroom.factories import ClassroomFactory, StudentFactory
from classroom.models import ClassBookEntry, Role, Student


class TeachingTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.room = ClassroomFactory(name="Pottery", settings__capacity=3, settings__default_role=Role.GUEST)

    def api(self, actor):
        return ClassroomApi(actor, classroom_pk=self.room.pk)

    def test_a_teacher_adds_and_then_removes_a_student(self):
        """A4: one story with the count before and after each step, and what only the endpoint does."""
        actor = self.journey.actor(self.room.teacher, name="teacher")
        teacher = self.api(actor)
        self.assertEqual(teacher.students().json()["count"], 0)
        self.assertEqual(Student.objects.count(), 0)

        student = teacher.create_student(
            first_name="smartie", last_name="pants", email="smartie@example.com", role="guest"
        ).json()
        self.assertEqual(teacher.students().json()["count"], 1)
        self.assertEqual(teacher.students().json()["seats_left"], 2)
        self.assertEqual(Student.objects.count(), 1)

        # The side effects: the class book, and the welcome mail.
        entry = ClassBookEntry.objects.get()
        self.assertEqual(
            (entry.action, entry.student_name, entry.by), ("added", "Smartie Pants", self.room.teacher)
        )
        self.assertEqual(student["role"], "guest")
        mail = self.journey.mailbox("smartie@example.com").latest(subject="Welcome to Pottery")
        self.assertIn("Hello Smartie Pants,", mail.text)

        teacher.remove_student(student_id=student["id"])
        self.assertEqual(teacher.students().json()["count"], 0)
        self.assertEqual(Student.objects.count(), 0)
        self.assertEqual(
            list(ClassBookEntry.objects.values_list("action", "student_name")),
            [("removed", "Smartie Pants"), ("added", "Smartie Pants")],
        )
        actor.visit("classroom-detail", pk=self.room.pk)
        actor.should_see("0 of 3 seats taken")

    def test_a_model_factory_has_none_of_the_side_effects(self):
        """A4: this is why stories go through the endpoint."""
        StudentFactory(classroom=self.room, email="smartie@example.com")
        self.assertFalse(ClassBookEntry.objects.exists())
        self.assertEqual(len(self.journey.mailbox()), 0)

    def test_a_student_is_created_in_a_role_through_json_and_shown_in_title_case_on_the_page(self):
        """A3: the settings give the role, a JSON endpoint creates, the page shows the name in title case."""
        actor = self.journey.actor(self.room.teacher, name="teacher")
        actor.visit("classroom-settings", pk=self.room.pk)
        actor.fill("Capacity", 5)
        actor.choose("Default role", "Student")
        actor.uncheck("Welcome students by email")
        actor.click("Save settings")
        actor.should_see("Settings saved")

        teacher = self.api(actor)
        self.assertEqual(teacher.settings().json()["capacity"], 5)
        teacher.add_student(first_name="smartie", last_name="pants", email="s@example.com")
        teacher.create_student(first_name="lucy", last_name="lane", role=Role.REPRESENTATIVE)

        actor.visit("classroom-detail", pk=self.room.pk)
        rows = actor.page.get_by_role("row")
        expect(rows.filter(has_text="Smartie Pants")).to_contain_text("Student")
        expect(rows.filter(has_text="Lucy Lane")).to_contain_text("Class representative")
        actor.should_see("2 of 5 seats taken")
        self.assertEqual(len(self.journey.mailbox()), 0)

    def test_a_person_registers_by_phone_and_teaches_a_class(self):
        """A3: registered with phone number, password and birthday, a person logs in and opens a classroom."""
        otto = self.journey.visitor("otto")
        person = (
            ClassroomApi(otto)
            .register(first_name="otto", last_name="o'neil", password="zebra-crossing-9")
            .json()
        )
        self.assertEqual((person["name"], person["age"]), ("Otto O'Neil", 20))

        otto.login(person["phone_number"], password="zebra-crossing-9")
        otto.visit("profile")
        otto.should_see("Otto O'Neil")
        otto.should_see("(20 years)")

        otto.visit("classroom-list")
        otto.click("Open a classroom")
        otto.fill({"Name": "Night sky", "Capacity": 1})
        otto.choose("Default role", "Guest student")
        otto.click("Open classroom")
        otto.should_see("Classroom opened")
        otto.fill({"First name": "mei-lin", "Last name": "zhou"})
        otto.click("Add student")
        otto.should_see("Mei-Lin Zhou has joined Night sky")
        expect(otto.page.get_by_role("row").filter(has_text="Mei-Lin Zhou")).to_contain_text("Guest student")

        otto.fill({"First name": "one", "Last name": "too many"})
        otto.click("Add student")
        otto.should_see("The only seat of Night sky is taken.")

        otto.click("Remove Mei-Lin Zhou")
        otto.should_see("Mei-Lin Zhou has left Night sky")
        otto.should_see("0 of 1 seat taken")

    def test_a_person_registers_as_a_student_of_a_class(self):
        """A3: the person is linked to the student, who has the role of the settings."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        teacher.visit("classroom-detail", pk=self.room.pk)
        page = teacher.page.get_by_role("link", name="register by themselves").get_attribute("href")
        lucy = self.journey.visitor("lucy")
        lucy.visit(page)
        ClassroomApi(lucy).register(first_name="lucy", last_name="lane", classroom=self.room.pk)
        student = Student.objects.get()
        self.assertEqual((student.person.first_name, student.role), ("Lucy", Role.GUEST))

        teacher.page.reload()
        expect(teacher.page.get_by_role("row").filter(has_text="Lucy Lane")).to_contain_text("Guest student")
        lucy.login(student.person.username, password="password")
        lucy.visit("dashboard")
        lucy.should_see("Pottery")

    def test_another_teacher_can_neither_see_nor_touch_the_class(self):
        """A3: other teachers' classrooms answer 404, on the pages and in the API."""
        student = StudentFactory(classroom=self.room)
        intruder = self.journey.actor(ClassroomFactory().teacher, name="intruder")
        api = self.api(intruder)
        api.students(expect=404)
        api.add_student(expect=404)
        api.delete_student(pk=student.pk, expect=404)
        api.remove_student(student_id=student.pk, expect=404)
        intruder.visit("classroom-detail", pk=self.room.pk)
        intruder.should_see("There is nothing here")
        ClassroomApi(self.journey.visitor(), classroom_pk=self.room.pk).students(expect=401)
        self.assertEqual(Student.objects.get(), student)


class TransactionTests(JourneyTestCase):
    def test_what_fails_half_way_leaves_nothing_behind_and_sends_no_mail(self):
        """C5: the student is rolled back with the class book, ``on_commit`` is dropped; afterwards it works."""
        room = ClassroomFactory(name="Pottery")
        teacher = self.journey.actor(room.teacher, name="teacher")
        teacher.visit("classroom-detail", pk=room.pk)
        teacher.fill({"First name": "smartie", "Last name": "pants", "Email address": "smartie@example.com"})
        with the_class_book_refusing_to_be_written(), self.assertRaisesMessage(OSError, "the pen is dry"):
            teacher.click("Add student")
        self.assertFalse(Student.objects.exists())
        self.assertFalse(ClassBookEntry.objects.exists())
        self.assertEqual(len(self.journey.mailbox()), 0)

        teacher.visit("classroom-detail", pk=room.pk)
        teacher.should_see("Nobody is in this class yet.")
        teacher.fill({"First name": "smartie", "Last name": "pants", "Email address": "smartie@example.com"})
        teacher.click("Add student")
        teacher.should_see("Smartie Pants has joined Pottery")
        self.assertEqual(len(self.journey.mailbox("smartie@example.com")), 1)


@contextmanager
def the_class_book_refusing_to_be_written():
    """Make the last of several writes fail, as on a full disk."""

    def refuse(**kwargs):
        raise OSError("the pen is dry")

    pre_save.connect(refuse, sender=ClassBookEntry, weak=False, dispatch_uid="dry pen")
    try:
        yield
    finally:
        pre_save.disconnect(sender=ClassBookEntry, dispatch_uid="dry pen")
