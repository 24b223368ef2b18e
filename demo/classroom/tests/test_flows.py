"""The stories of ``classroom/journeys``, written with Django's own test client alone."""

import datetime

from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from faker import Faker

from accounts.factories import UserFactory
from accounts.models import User
from classroom.factories import ClassroomSettingsFactory, StudentFactory, TeacherFactory
from classroom.models import ClassBookEntry, Role, Student

fake = Faker()


class ClassroomEndpoints:
    """Calls the endpoints with generated data, unless a test gives a value."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def create_student(self, role="student", **said):
        student = {"first_name": fake.first_name(), "last_name": fake.last_name(), **said}
        url = reverse("create-student", kwargs={"role": role})
        return self.client.post(url, student, content_type="application/json")

    def remove_student(self, student_id):
        return self.client.delete(reverse("remove-student", kwargs={"student_id": student_id}))

    def register(self, **said):
        today = datetime.date.today()
        person = {
            "first_name": fake.first_name(),
            "last_name": fake.last_name(),
            "email": fake.unique.email(),
            "phone_number": fake.numerify("##########"),
            "password": "password",
            "birthday": today.replace(year=today.year - 20),
            **said,
        }
        return self.client.post(
            reverse("register"),
            person,
            content_type="application/json",
            headers={"User-Agent": "Chalk/1.0"},
        )


class TeacherFlowTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.settings = ClassroomSettingsFactory(default_role=Role.GUEST)
        cls.teacher = TeacherFactory(classroom_settings=cls.settings)

    def setUp(self):
        self.client.login(username=self.teacher.username, password="test")
        self.endpoints = ClassroomEndpoints(self.client)

    def test_a_teacher_adds_and_removes_a_student(self):
        """A4: with the count before and after each step, and what only the endpoint does."""
        self.assertEqual(Student.objects.count(), 0)
        with self.captureOnCommitCallbacks(execute=True):
            response = self.endpoints.create_student(
                first_name="smartie", last_name="pants", email="smartie@example.com"
            )
        self.assertEqual(response.status_code, 201)
        self.assertEqual(Student.objects.count(), 1)
        student = Student.objects.get()
        self.assertEqual((student.name, student.role), ("Smartie Pants", "student"))
        self.assertEqual(student.classroom.teacher, self.teacher)
        self.assertEqual(ClassBookEntry.objects.get().action, "added")
        self.assertEqual([message.to for message in mail.outbox], [["smartie@example.com"]])

        self.assertEqual(self.endpoints.remove_student(student.pk).status_code, 204)
        self.assertEqual(Student.objects.count(), 0)
        self.assertEqual(ClassBookEntry.objects.count(), 2)

    def test_a_student_has_the_role_of_the_url(self):
        """A3: the name is shown in title case on the page."""
        self.endpoints.create_student("representative", first_name="smartie", last_name="pants")
        self.assertEqual(Student.objects.get().role, Role.REPRESENTATIVE)
        self.assertContains(self.client.get(self.teacher.classroom.get_absolute_url()), "Smartie Pants")

    def test_a_model_factory_has_none_of_the_side_effects(self):
        """A4: this is why the test goes through the endpoint."""
        StudentFactory(classroom=self.teacher.classroom, email="smartie@example.com")
        self.assertFalse(ClassBookEntry.objects.exists())
        self.assertEqual(mail.outbox, [])

    def test_who_is_not_the_teacher_removes_nobody(self):
        """A3: other teachers' students answer 404."""
        student = StudentFactory(classroom=self.teacher.classroom)
        self.client.force_login(UserFactory())
        self.assertEqual(self.endpoints.remove_student(student.pk).status_code, 404)
        self.assertTrue(Student.objects.exists())


class RegisterFlowTests(TestCase):
    def test_a_person_registers(self):
        """A3: phone number, e-mail address, password, and a birthday twenty years ago."""
        response = ClassroomEndpoints(self.client).register(
            first_name="smartie", last_name="pants", email="smartie@example.com", phone_number="5551234567"
        )
        self.assertEqual(response.status_code, 201)
        person = User.objects.get(email="smartie@example.com")
        self.assertEqual((person.get_full_name(), person.phone_number), ("Smartie Pants", "5551234567"))
        self.assertEqual((person.age, person.registered_with), (20, "Chalk/1.0"))
        self.assertTrue(self.client.login(username=person.username, password="password"))

    def test_generated_people_register(self):
        """A2: any ten digits, any name."""
        for _ in range(20):
            response = ClassroomEndpoints(self.client).register()
            self.assertEqual(response.status_code, 201, response.content)

    def test_who_registers_for_a_class_is_a_student_of_it(self):
        """A3: the person and the student are linked; the settings give the role."""
        teacher = TeacherFactory(classroom_settings=ClassroomSettingsFactory(default_role=Role.GUEST))
        ClassroomEndpoints(self.client).register(email="lucy@example.com", classroom=teacher.classroom.pk)
        student = Student.objects.get()
        self.assertEqual((student.person.email, student.role), ("lucy@example.com", Role.GUEST))
