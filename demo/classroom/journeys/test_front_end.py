"""Stories of the classroom's two interfaces: pages from the server, and a JSON API behind a small front end."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from classroom.endpoints import ClassroomApi
from classroom.factories import ClassroomFactory


class TwoFacesTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.room = ClassroomFactory(name="Pottery", settings__capacity=5)

    def test_the_api_behind_the_front_end_and_the_pages_tell_the_same(self):
        """A6: changes through the API show on the server-rendered page, and the other way round."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        teacher.visit("classroom-board", pk=self.room.pk)
        # What board.js does: it reads where the API is from its page, and calls it with the page's token.
        students = teacher.page.locator("#board").get_attribute("data-students")
        token = next(cookie for cookie in teacher.context.cookies() if cookie["name"] == "csrftoken")
        answer = teacher.api.post(
            students,
            data={"first_name": "smartie", "last_name": "pants"},
            headers={
                "X-CSRFToken": token["value"],
                "Referer": teacher.page.url,
                "Accept": "application/json",
            },
        )
        self.assertEqual(answer.status, 201)

        teacher.click("Class list")
        teacher.should_be_at("classroom-detail", pk=self.room.pk)
        expect(teacher.page.get_by_role("rowheader")).to_have_text("Smartie Pants")
        teacher.fill({"First name": "lucy", "Last name": "lane"})
        teacher.click("Add student")

        listed = teacher.api.get(students).json()
        self.assertEqual([student["name"] for student in listed["students"]], ["Lucy Lane", "Smartie Pants"])
        self.assertEqual(listed["seats_left"], 3)

    def test_the_api_refuses_a_change_without_the_pages_token(self):
        """A6: the front end has to send the CSRF token of its page, like every client."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        teacher.visit("classroom-board", pk=self.room.pk)
        students = teacher.page.locator("#board").get_attribute("data-students")
        answer = teacher.api.post(students, data={"first_name": "a", "last_name": "b"})
        self.assertEqual(answer.status, 403)
        self.assertEqual(ClassroomApi(teacher, classroom_pk=self.room.pk).students().json()["count"], 0)

    def test_the_front_end_is_served_and_says_what_to_do_without_javascript(self):
        """A6: the scripts that the pages name are there; the board leads to the plain page for those without."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        for name, kwargs in (("classroom-board", {"pk": self.room.pk}), ("register", {})):
            with self.subTest(name):
                teacher.visit(name, **kwargs)
                script = teacher.page.locator("script[type=module]").get_attribute("src")
                served = teacher.api.get(script)
                self.assertEqual(served.status, 200)
                self.assertIn('from "./api.js"', served.text())
        # noscript's content is text to a browser that runs scripts, so it is looked for in the source.
        teacher.visit("classroom-board", pk=self.room.pk)
        self.assertIn("needs JavaScript", teacher.page.content())
