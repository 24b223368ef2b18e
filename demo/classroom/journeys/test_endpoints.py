"""Stories through endpoint factories: an app's endpoints as methods with generated defaults."""

from __future__ import annotations

from django.test import override_settings
from django_journey import JourneyTestCase
from django_journey.errors import ExpectationError

from accounts.models import User
from classroom.endpoints import ClassroomApi, twenty_years_ago
from classroom.factories import ClassroomFactory
from classroom.models import ClassBookEntry, Student


class EndpointFactoryTests(JourneyTestCase):
    def setUp(self):
        super().setUp()
        # A2: the signed-in user comes from a model factory, with a generated name, address, phone and birthday.
        self.room = ClassroomFactory(name="Pottery")
        self.teacher = ClassroomApi(self.journey.actor(self.room.teacher), classroom_pk=self.room.pk)

    def test_a_story_says_only_what_matters_and_the_rest_is_generated(self):
        """A1: ``teacher.create_student(first_name="smartie")`` sends a whole student, by URL name, as JSON."""
        student = self.teacher.create_student(first_name="smartie").json()
        self.assertRegex(student["name"], "^Smartie ")
        self.assertTrue(student["last_name"])
        self.assertEqual(self.teacher.student(pk=student["id"]).json(), student)

    def test_every_method_has_its_wrapper(self):
        """A1: GET, POST, PUT, PATCH and DELETE of one student, each a method of the factory."""
        pk = self.teacher.create_student().json()["id"]
        self.assertEqual(self.teacher.change_student(pk=pk, first_name="anna").json()["first_name"], "Anna")
        replaced = self.teacher.replace_student(
            pk=pk, first_name="eve", last_name="moon", role="guest"
        ).json()
        self.assertEqual((replaced["name"], replaced["role"]), ("Eve Moon", "guest"))
        self.teacher.delete_student(pk=pk)
        self.teacher.student(pk=pk, expect=404)
        self.assertEqual(
            [entry["action"] for entry in self.teacher.class_book().json()["entries"]],
            ["removed", "changed", "changed", "added"],
        )

    def test_json_and_form_bodies_do_the_same(self):
        """A1: the JSON endpoint and the page's own form, with one body each."""
        self.teacher.create_student(first_name="smartie", last_name="pants")
        self.teacher.add_by_form(pk=self.room.pk, first_name="lucy", last_name="lane")
        names = {student["name"] for student in self.teacher.students().json()["students"]}
        self.assertEqual(names, {"Smartie Pants", "Lucy Lane"})

    def test_headers_are_sent_along(self):
        """A1: a ``User-Agent`` of the app, and another one for a single call."""
        app = ClassroomApi(
            self.journey.actor(self.room.teacher),
            headers={"User-Agent": "ChalkApp/2.0"},
            classroom_pk=self.room.pk,
        )
        app.create_student()
        app.create_student(headers={"User-Agent": "ChalkApp/3.0-beta"})
        agents = ClassBookEntry.objects.values_list("user_agent", flat=True)
        self.assertEqual(list(agents), ["ChalkApp/3.0-beta", "ChalkApp/2.0"])

    def test_an_answer_that_was_not_expected_is_told_with_what_the_endpoint_said(self):
        """A1: the failure quotes the endpoint's own message."""
        with self.assertRaises(ExpectationError) as caught:
            self.teacher.create_student(role="ghost")
        self.assertIn("400 Bad Request", str(caught.exception))
        self.assertIn("ghost is not one of the available choices", str(caught.exception))

    @override_settings(SECURE_SSL_REDIRECT=False)  # it speaks plain HTTP
    def test_the_same_factory_works_with_djangos_own_client(self):
        """A1: plain Django tests use it as well."""
        self.client.force_login(self.room.teacher)
        ClassroomApi(self.client, classroom_pk=self.room.pk).create_student(
            first_name="smartie", last_name="pants"
        )
        self.assertEqual(Student.objects.get().name, "Smartie Pants")

    def test_the_same_seed_generates_the_same_person(self):
        """A2: generated data is seeded, so that a failure can be repeated."""
        first, again, other = (
            ClassroomApi(self.journey.visitor(), seed=seed).register().json()["name"]
            for seed in self.with_everybody_forgotten(7, 7, 8)
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_generated_people_of_the_model_factory_are_whole_people(self):
        """A2: name, email address, phone number and birthday are there and valid."""
        teacher = self.room.teacher
        teacher.full_clean()
        self.assertTrue(all((teacher.first_name, teacher.email, teacher.phone_number, teacher.birthday)))

    def test_a_generated_person_is_twenty(self):
        """A3: a person registers with phone number, password and a birthday twenty years ago."""
        person = ClassroomApi(self.journey.visitor()).register().json()
        self.assertEqual(person["age"], 20)
        stored = User.objects.get(pk=person["id"])
        self.assertEqual(stored.birthday, twenty_years_ago())
        self.assertEqual(stored.username, person["phone_number"])
        self.assertEqual(stored.email, person["email"])
        self.assertTrue(stored.check_password("password"))

    def with_everybody_forgotten(self, *seeds):
        """Yield one seed after the other, and delete the users who registered with the one before."""
        for seed in seeds:
            yield seed
            User.objects.exclude(pk=self.room.teacher_id).delete()
