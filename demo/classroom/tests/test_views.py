"""Each page of the classroom on its own, with nothing but Django's test client."""

from django.test import TestCase
from django.urls import reverse

from accounts.factories import UserFactory
from classroom.factories import ClassroomFactory, StudentFactory
from classroom.models import Classroom, Student


class TeacherTestCase(TestCase):
    def setUp(self):
        self.room = ClassroomFactory(name="Pottery", settings__capacity=2)
        self.teacher = self.room.teacher
        self.client.force_login(self.teacher)

    def url(self, name, **kwargs):
        return reverse(name, kwargs=kwargs or {"pk": self.room.pk})


class ListTests(TeacherTestCase):
    def test_it_shows_ones_own_classrooms_with_their_seats(self):
        StudentFactory(classroom=self.room)
        others = ClassroomFactory(name="Somebody else's")
        response = self.client.get(reverse("classroom-list"))
        self.assertContains(response, "1 of 2 seats taken")
        self.assertNotContains(response, others.name)

    def test_who_teaches_nothing_is_told_so(self):
        self.client.force_login(UserFactory())
        self.assertContains(self.client.get(reverse("classroom-list")), "You teach no class yet.")


class ForeignClassroomTests(TeacherTestCase):
    def test_the_pages_of_anothers_classroom_do_not_exist(self):
        student = StudentFactory(classroom=self.room)
        self.client.force_login(UserFactory())
        pages = [self.url(f"classroom-{page}") for page in ("detail", "settings", "board")]
        pages.append(self.url("student-edit", classroom_pk=self.room.pk, pk=student.pk))
        for url in pages:
            with self.subTest(url):
                self.assertEqual(self.client.get(url).status_code, 404)
        remove = self.url("student-remove", classroom_pk=self.room.pk, pk=student.pk)
        self.assertEqual(self.client.post(remove).status_code, 404)
        self.assertTrue(Student.objects.filter(pk=student.pk).exists())

    def test_strangers_are_asked_to_log_in(self):
        self.client.logout()
        for name in ("classroom-detail", "classroom-settings", "classroom-board"):
            with self.subTest(name):
                url = self.url(name)
                self.assertRedirects(self.client.get(url), f"{reverse('login')}?next={url}")


class ClassListTests(TeacherTestCase):
    def add(self, **data):
        return self.client.post(self.room.get_absolute_url(), data, follow=True)

    def test_a_student_is_added_and_shown_in_title_case(self):
        response = self.add(first_name="smartie", last_name="pants")
        self.assertRedirects(response, self.room.get_absolute_url())
        self.assertContains(response, "Smartie Pants has joined Pottery")
        self.assertContains(response, '<th scope="row">Smartie Pants</th>')

    def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(self):
        response = self.add(first_name="smartie", last_name="")
        self.assertFormError(response.context["form"], "last_name", "This field is required.")
        self.assertContains(response, 'value="smartie"')

    def test_a_full_classroom_says_so(self):
        StudentFactory.create_batch(2, classroom=self.room)
        response = self.add(first_name="smartie", last_name="pants")
        self.assertFormError(response.context["form"], None, "All 2 seats of Pottery are taken.")
        self.assertEqual(self.room.students.count(), 2)

    def test_a_student_is_removed_by_post_alone(self):
        student = StudentFactory(classroom=self.room)
        url = self.url("student-remove", classroom_pk=self.room.pk, pk=student.pk)
        self.assertEqual(self.client.get(url).status_code, 405)
        self.assertContains(self.client.post(url, follow=True), f"{student.name} has left Pottery")
        self.assertFalse(self.room.students.exists())

    def test_a_student_is_changed(self):
        student = StudentFactory(classroom=self.room)
        url = self.url("student-edit", classroom_pk=self.room.pk, pk=student.pk)
        self.client.post(url, {"first_name": "new", "last_name": "name"})
        student.refresh_from_db()
        self.assertEqual(student.name, "New Name")

    def test_a_refused_change_is_not_shown_as_the_students_name(self):
        student = StudentFactory(classroom=self.room, first_name="Ann", last_name="Lee")
        url = self.url("student-edit", classroom_pk=self.room.pk, pk=student.pk)
        response = self.client.post(url, {"first_name": "", "last_name": "Changed"})
        self.assertContains(response, "<title>Edit Ann Lee")


class SettingsTests(TeacherTestCase):
    def test_a_classroom_is_opened_for_its_teacher(self):
        data = {"name": "Night sky", "capacity": 9, "default_role": "guest"}
        response = self.client.post(reverse("classroom-create"), data, follow=True)
        self.assertContains(response, "Classroom opened")
        room = Classroom.objects.get(name="Night sky")
        self.assertEqual((room.teacher, room.settings.welcomes_by_mail), (self.teacher, False))

    def test_a_refused_name_is_not_shown_as_the_classrooms_name(self):
        response = self.client.post(self.url("classroom-settings"), {"name": "New", "capacity": 0})
        self.assertContains(response, "<h1>Pottery</h1>")
        self.assertContains(response, "greater than or equal to 1")


class FrontEndTests(TeacherTestCase):
    def test_the_live_board_knows_where_its_api_is_and_has_its_token(self):
        response = self.client.get(self.url("classroom-board"))
        students = reverse("students", kwargs={"classroom_pk": self.room.pk})
        self.assertContains(response, f'data-students="{students}"')
        self.assertIn("csrftoken", response.cookies)

    def test_the_registration_page_knows_where_its_api_is(self):
        self.client.logout()
        response = self.client.get(reverse("register"))
        self.assertContains(response, f'data-register="{reverse("register")}"')
        self.assertIn("csrftoken", response.cookies)
