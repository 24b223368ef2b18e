"""Each endpoint of the JSON API on its own, with nothing but Django's test client."""

from django.contrib.auth import authenticate
from django.test import Client, TestCase
from django.urls import reverse

from accounts.factories import UserFactory
from accounts.models import User
from classroom.factories import ClassroomFactory, StudentFactory
from classroom.models import ClassBookEntry, Student
from classroom.tests.test_forms import PERSON


class ApiTestCase(TestCase):
    def setUp(self):
        self.room = ClassroomFactory(settings__capacity=2)
        self.client.force_login(self.room.teacher)

    def url(self, name, **kwargs):
        return reverse(name, kwargs={"classroom_pk": self.room.pk, **kwargs})

    def send(self, method, url, data=None):
        return getattr(self.client, method)(url, data, content_type="application/json")


class StudentsTests(ApiTestCase):
    def test_the_list_tells_how_many_there_are_and_how_many_more_fit(self):
        student = StudentFactory(classroom=self.room)
        answer = self.client.get(self.url("students")).json()
        self.assertEqual((answer["count"], answer["seats_left"]), (1, 1))
        self.assertEqual(answer["students"][0]["name"], student.name)

    def test_a_new_student_is_answered_with_its_address(self):
        response = self.send("post", self.url("students"), {"first_name": "smartie", "last_name": "pants"})
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.json()["name"], "Smartie Pants")
        self.assertEqual(self.client.get(response["Location"]).json(), response.json())

    def test_what_a_form_refuses_is_told_field_by_field(self):
        response = self.send("post", self.url("students"), {"first_name": "smartie"})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(response.json(), {"errors": {"last_name": ["This field is required."]}})

    def test_a_full_classroom_is_a_conflict(self):
        StudentFactory.create_batch(2, classroom=self.room)
        response = self.send("post", self.url("students"), {"first_name": "a", "last_name": "b"})
        self.assertEqual(response.status_code, 409)
        self.assertIn("seats", response.json()["errors"]["__all__"][0])

    def test_who_did_it_and_with_what_is_in_the_class_book(self):
        self.client.post(
            self.url("students"),
            {"first_name": "a", "last_name": "b"},
            content_type="application/json",
            headers={"User-Agent": "Chalk/1.0"},
        )
        entry = ClassBookEntry.objects.get()
        self.assertEqual((entry.by, entry.user_agent), (self.room.teacher, "Chalk/1.0"))
        answer = self.client.get(self.url("class-book")).json()
        self.assertEqual(answer["entries"][0]["student"], "A B")


class OneStudentTests(ApiTestCase):
    def setUp(self):
        super().setUp()
        self.student = StudentFactory(classroom=self.room, first_name="Ann", last_name="Lee")
        self.one = self.url("student", pk=self.student.pk)

    def test_patch_changes_what_it_names(self):
        answer = self.send("patch", self.one, {"first_name": "anna"}).json()
        self.assertEqual(answer["name"], "Anna Lee")

    def test_put_needs_the_whole_student(self):
        response = self.send("put", self.one, {"first_name": "anna"})
        self.assertEqual(response.status_code, 400)
        self.assertIn("last_name", response.json()["errors"])
        answer = self.send(
            "put", self.one, {"first_name": "eve", "last_name": "moon", "role": "guest"}
        ).json()
        self.assertEqual((answer["name"], answer["role_name"]), ("Eve Moon", "Guest student"))

    def test_delete_removes_and_answers_nothing(self):
        response = self.client.delete(self.one)
        self.assertEqual((response.status_code, response.content), (204, b""))
        self.assertEqual(self.client.get(self.one).status_code, 404)

    def test_a_student_of_another_classroom_is_not_found_here(self):
        other = StudentFactory()
        response = self.client.delete(self.url("student", pk=other.pk))
        self.assertEqual(response.status_code, 404)
        self.assertIn("errors", response.json())


class SettingsTests(ApiTestCase):
    def test_settings_are_read_and_changed_one_by_one(self):
        self.assertEqual(self.client.get(self.url("settings")).json()["capacity"], 2)
        answer = self.send("patch", self.url("settings"), {"default_role": "guest"}).json()
        self.assertEqual((answer["default_role"], answer["capacity"]), ("guest", 2))

    def test_a_bad_setting_is_refused_and_nothing_is_stored(self):
        response = self.send("patch", self.url("settings"), {"capacity": 1000})
        self.assertEqual(response.status_code, 400)
        self.room.settings.refresh_from_db()
        self.assertEqual(self.room.settings.capacity, 2)


class OwnClassTests(ApiTestCase):
    """``create-student`` and ``remove-student``, which name no classroom."""

    def create(self, role="student", **student):
        student = {"first_name": "smartie", "last_name": "pants", **student}
        return self.send("post", reverse("create-student", kwargs={"role": role}), student)

    def remove(self, student):
        return self.client.delete(reverse("remove-student", kwargs={"student_id": student.pk}))

    def test_a_student_is_created_in_the_role_of_the_url_in_the_teachers_own_class(self):
        response = self.create("guest")
        self.assertEqual(response.status_code, 201)
        student = Student.objects.get()
        self.assertEqual(
            (student.classroom, student.role, student.name), (self.room, "guest", "Smartie Pants")
        )

    def test_the_own_class_is_the_one_that_was_taught_longest(self):
        ClassroomFactory(teacher=self.room.teacher)
        self.create()
        self.assertEqual(Student.objects.get().classroom, self.room)

    def test_a_role_that_nobody_knows_is_refused(self):
        self.assertEqual(list(self.create("ghost").json()["errors"]), ["role"])
        self.assertFalse(Student.objects.exists())

    def test_who_teaches_no_class_creates_nobody(self):
        self.client.force_login(UserFactory())
        self.assertEqual(self.create().status_code, 404)

    def test_strangers_sign_in_first(self):
        self.client.logout()
        self.assertEqual(self.create().status_code, 401)
        self.assertEqual(self.remove(StudentFactory(classroom=self.room)).status_code, 401)

    def test_a_student_is_removed_by_delete_alone(self):
        student = StudentFactory(classroom=self.room)
        url = reverse("remove-student", kwargs={"student_id": student.pk})
        self.assertEqual(self.client.post(url).status_code, 405)
        self.assertEqual(self.remove(student).status_code, 204)
        self.assertFalse(Student.objects.exists())

    def test_another_teachers_student_stays(self):
        student = StudentFactory()
        self.assertEqual(self.remove(student).status_code, 404)
        self.assertTrue(Student.objects.filter(pk=student.pk).exists())


class RegisterTests(TestCase):
    def register(self, **changes):
        return self.client.post(reverse("register"), PERSON | changes, content_type="application/json")

    def test_a_person_registers_and_may_log_in_from_then_on(self):
        response = self.register()
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.json()["name"], "Otto O'Neil")
        self.assertIsNotNone(authenticate(username="+447700900777", password=PERSON["password"]))

    def test_the_answer_does_not_tell_the_password(self):
        self.assertNotIn(PERSON["password"], self.register().content.decode())

    def test_ten_digits_and_a_simple_password_are_enough(self):
        response = self.register(phone_number="0012345678", password="password")
        self.assertEqual(response.json()["phone_number"], "0012345678")
        self.assertIsNotNone(authenticate(username="0012345678", password="password"))

    def test_the_email_address_and_the_user_agent_are_stored(self):
        self.client.post(
            reverse("register"),
            PERSON | {"email": "otto@example.com"},
            content_type="application/json",
            headers={"User-Agent": "Chalk/1.0"},
        )
        person = User.objects.get()
        self.assertEqual((person.email, person.registered_with), ("otto@example.com", "Chalk/1.0"))

    def test_who_names_a_class_is_a_student_of_it_in_its_default_role(self):
        room = ClassroomFactory(settings__default_role="guest")
        self.register(classroom=room.pk)
        student = room.students.get()
        self.assertEqual(
            (student.person, student.role), (User.objects.get(username="+447700900777"), "guest")
        )

    def test_a_full_class_stores_nobody(self):
        room = ClassroomFactory(settings__capacity=1)
        StudentFactory(classroom=room)
        self.assertEqual(self.register(classroom=room.pk).status_code, 409)
        self.assertFalse(User.objects.filter(username="+447700900777").exists())

    def test_a_class_that_is_closed_and_a_name_that_is_taken_are_refused(self):
        closed = ClassroomFactory(settings__registration_open=False)
        self.assertEqual(list(self.register(classroom=closed.pk).json()["errors"]), ["classroom"])
        taken = StudentFactory(first_name="Otto", last_name="O'Neil").classroom
        self.assertEqual(list(self.register(classroom=taken.pk).json()["errors"]), ["__all__"])

    def test_a_bad_person_is_refused(self):
        response = self.register(phone_number="12")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(list(response.json()["errors"]), ["phone_number"])
        self.assertFalse(User.objects.exists())


class BadRequestTests(ApiTestCase):
    """Every problem is answered in JSON, with the status that fits."""

    def problem(self, response, status):
        self.assertEqual(response.status_code, status)
        return response.json()["errors"]["__all__"][0]

    def test_a_stranger(self):
        self.client.logout()
        self.assertEqual(self.problem(self.client.get(self.url("students")), 401), "Sign in first.")

    def test_another_teacher(self):
        self.client.force_login(UserFactory())
        for name in ("students", "settings", "class-book"):
            with self.subTest(name):
                self.assertIn("not yours", self.problem(self.client.get(self.url(name)), 404))

    def test_a_body_that_is_not_json(self):
        response = self.client.post(self.url("students"), "{", content_type="application/json")
        self.assertIn("not valid JSON", self.problem(response, 400))

    def test_a_body_that_is_no_object(self):
        self.assertEqual(
            self.problem(self.send("post", self.url("students"), [1]), 400), "Send a JSON object."
        )

    def test_a_form_body(self):
        response = self.client.post(self.url("students"), {"first_name": "a"})
        self.assertIn("application/json", self.problem(response, 415))

    def test_a_method_that_is_not_there(self):
        self.assertEqual(self.client.delete(self.url("students")).status_code, 405)

    def test_values_of_the_wrong_kind_are_refused_or_read_as_text(self):
        response = self.send("post", self.url("students"), {"first_name": None, "last_name": 7})
        self.assertEqual(list(response.json()["errors"]), ["first_name"])

    def test_a_change_needs_the_token_of_the_site(self):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.room.teacher)
        with self.assertLogs("django.security.csrf", "WARNING"):
            response = strict.post(self.url("students"), {}, content_type="application/json")
        self.assertEqual(response.status_code, 403)
