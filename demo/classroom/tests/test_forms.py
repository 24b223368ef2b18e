"""What the classroom's forms accept and refuse; the JSON API validates with them too."""

import datetime

from django.test import TestCase

from accounts.factories import UserFactory
from classroom.factories import ClassroomFactory, StudentFactory
from classroom.forms import PersonForm, SettingsForm, StudentForm
from classroom.models import Classroom, Role

PERSON = {
    "first_name": "otto",
    "last_name": "o'neil",
    "phone_number": "+44 7700 900777",
    "birthday": "2006-11-20",
    "password": "zebra-crossing-9",
}


class StudentFormTests(TestCase):
    def setUp(self):
        self.room = ClassroomFactory(settings__default_role=Role.GUEST)

    def form(self, instance=None, **changes):
        data = {"first_name": "smartie", "last_name": "pants", **changes}
        return StudentForm(data, classroom=self.room, instance=instance)

    def test_the_classroom_decides_on_the_role_where_none_was_chosen(self):
        form = self.form()
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(form.save().role, Role.GUEST)

    def test_a_chosen_role_is_kept(self):
        self.assertEqual(self.form(role=Role.REPRESENTATIVE).save().role, Role.REPRESENTATIVE)

    def test_a_student_who_is_changed_keeps_their_role_where_none_was_chosen(self):
        student = StudentFactory(classroom=self.room, role=Role.REPRESENTATIVE)
        self.assertEqual(self.form(instance=student).save().role, Role.REPRESENTATIVE)

    def test_a_role_that_nobody_knows_is_refused(self):
        self.assertIn("ghost is not one of the available choices", str(self.form(role="ghost").errors))

    def test_the_name_is_in_title_case_already_before_it_is_stored(self):
        form = self.form()
        self.assertTrue(form.is_valid())
        self.assertEqual(form.instance.name, "Smartie Pants")

    def test_a_name_that_is_taken_is_refused_whatever_its_case(self):
        StudentFactory(classroom=self.room, first_name="Smartie", last_name="Pants")
        self.assertEqual(
            self.form().errors, {"__all__": ["A student of this name is in the classroom already."]}
        )

    def test_both_names_are_needed(self):
        self.assertEqual(set(self.form(first_name=" ", last_name="").errors), {"first_name", "last_name"})


class SettingsFormTests(TestCase):
    def setUp(self):
        self.room = ClassroomFactory(name="Pottery", settings__capacity=5)

    def form(self, **changes):
        data = {"name": "Pottery", "capacity": 5, "default_role": Role.STUDENT, **changes}
        return SettingsForm(data, classroom=self.room)

    def test_a_classroom_can_not_shrink_below_its_students(self):
        StudentFactory.create_batch(3, classroom=self.room)
        self.assertTrue(self.form(capacity=3).is_valid())
        self.assertEqual(
            self.form(capacity=2).errors, {"capacity": ["3 students are in the classroom already."]}
        )

    def test_a_teacher_has_each_name_once(self):
        ClassroomFactory(name="Night sky", teacher=self.room.teacher)
        self.assertEqual(
            self.form(name="Night sky").errors, {"name": ["You have a classroom of this name already."]}
        )

    def test_another_teacher_may_have_the_same_name(self):
        ClassroomFactory(name="Night sky")
        self.assertTrue(self.form(name="Night sky").is_valid())

    def test_a_new_classroom_has_no_students_to_mind(self):
        data = {"name": "New", "capacity": 1, "default_role": Role.STUDENT}
        form = SettingsForm(data, classroom=Classroom(teacher=UserFactory()))
        self.assertTrue(form.is_valid(), form.errors)


class PersonFormTests(TestCase):
    def errors(self, **changes):
        return PersonForm(PERSON | changes).errors

    def test_a_person_is_stored_with_the_phone_number_as_username(self):
        person = PersonForm(PERSON).save()
        self.assertEqual(person.username, "+447700900777")
        self.assertEqual(person.display_name, "Otto O'Neil")
        self.assertEqual(person.birthday, datetime.date(2006, 11, 20))
        self.assertTrue(person.check_password("zebra-crossing-9"))

    def test_everything_but_the_email_address_is_needed(self):
        self.assertEqual(set(PersonForm({}).errors), set(PERSON))

    def test_an_email_address_that_is_taken_is_refused(self):
        UserFactory(email="otto@example.com")
        self.assertEqual(
            self.errors(email="Otto@example.com"), {"email": ["Another account has this email address."]}
        )

    def test_a_phone_number_registers_once(self):
        UserFactory(phone_number="+447700900777")
        self.assertEqual(self.errors(), {"phone_number": ["Another account has this phone number."]})

    def test_a_simple_password_is_accepted(self):
        self.assertEqual(self.errors(password="password"), {})

    def test_a_birthday_that_is_no_day_is_refused(self):
        self.assertEqual(self.errors(birthday="2006-13-01"), {"birthday": ["Enter a valid date."]})
