"""Stories of the JavaScript front end, which need a real browser."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from accounts.models import User
from classroom.factories import ClassroomFactory, StudentFactory
from classroom.models import ClassBookEntry


class LiveBoardTests(JourneyTestCase):
    journey_options = {"driver": "browser"}

    @classmethod
    def setUpTestData(cls):
        cls.room = ClassroomFactory(name="Pottery", settings__capacity=2)

    def setUp(self):
        super().setUp()
        self.teacher = self.journey.actor(self.room.teacher, name="teacher")

    def test_students_come_and_go_without_loading_the_page_anew(self):
        """A6: the front end adds and removes through the JSON API; the plain page agrees, side effects included."""
        teacher = self.teacher
        teacher.visit("classroom-board", pk=self.room.pk)
        teacher.should_see("Nobody is in this class yet.")
        teacher.fill({"First name": "smartie", "Last name": "pants"})
        teacher.choose("Role", "Class representative")
        teacher.click("Add student")

        expect(teacher.page.get_by_role("status")).to_have_text("Smartie Pants has joined")
        row = teacher.page.get_by_role("listitem").filter(has_text="Smartie Pants")
        expect(row).to_contain_text("Class representative")
        teacher.should_see("1 of 2 seats taken")
        expect(teacher.page.get_by_label("First name")).to_be_focused()
        self.assertEqual(ClassBookEntry.objects.get().action, "added")

        teacher.click("Remove Smartie Pants")
        expect(teacher.page.get_by_role("status")).to_have_text("Smartie Pants has left")
        teacher.should_see("0 of 2 seats taken")
        teacher.click("Class list")
        teacher.should_see("Smartie Pants was removed by")

    def test_what_the_api_refuses_is_shown_where_the_plain_page_shows_it(self):
        """A6: errors of the API stand at their fields; what belongs to no field stands on top."""
        StudentFactory.create_batch(2, classroom=self.room)
        teacher = self.teacher
        teacher.visit("classroom-board", pk=self.room.pk)
        teacher.should_see("2 of 2 seats taken")
        teacher.fill({"First name": "smartie", "Email address": "no address"})
        teacher.click("Add student")
        last_name = teacher.page.get_by_label("Last name")
        expect(last_name).to_have_accessible_description("This field is required.")
        expect(last_name).to_be_focused()
        expect(teacher.page.get_by_label("Email address")).to_have_attribute("aria-invalid", "true")

        teacher.fill({"Last name": "pants", "Email address": ""})
        teacher.click("Add student")
        teacher.should_see("All 2 seats of Pottery are taken.")
        expect(last_name).not_to_have_attribute("aria-invalid", "true")

    def test_a_person_registers_and_logs_in(self):
        """A6: the registration form talks to the API too; the new person logs in on the plain page."""
        otto = self.journey.visitor("otto")
        otto.visit("register")
        otto.fill(
            {
                "First name": "otto",
                "Last name": "o'neil",
                "Phone number": "+44 7700 900-777",
                "Birthday": "2006-11-20",
                "Password": "zebra-crossing-9",
            }
        )
        otto.click("Register")
        expect(otto.page.get_by_role("status")).to_contain_text("Welcome, Otto O'Neil.")
        otto.login("+447700900777", password="zebra-crossing-9")
        otto.should_see("Welcome, +447700900777")
        self.assertTrue(User.objects.filter(phone_number="+447700900777").exists())
