"""Stories of the class list, whose parts htmx replaces."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from classroom.factories import ClassroomFactory, StudentFactory
from classroom.models import ClassBookEntry
from classroom.views import ENTRIES


class ClassListTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.room = ClassroomFactory(name="Pottery", settings__capacity=5)
        for first, last in (("Lucy", "Lane"), ("Luke", "Moor"), ("Mei-Lin", "Zhou")):
            StudentFactory(classroom=cls.room, first_name=first, last_name=last)

    def test_a_teacher_finds_students_while_typing(self):
        """The list follows what is typed, and what stands in the form beside it stays there."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        teacher.visit("classroom-detail", pk=self.room.pk)
        teacher.fill("First name", "half")
        box, names = teacher.page.get_by_role("searchbox"), teacher.page.get_by_role("rowheader")
        box.press_sequentially("lu")
        expect(names).to_have_text(["Lucy Lane", "Luke Moor"])
        box.press_sequentially("ke")
        expect(names).to_have_text(["Luke Moor"])
        box.fill("nobody")
        teacher.should_see("Nobody of that name is in this class.")
        box.fill("")
        expect(names).to_have_count(3)
        expect(teacher.page.get_by_label("First name")).to_have_value("half")

    def test_the_list_is_searched_without_script_too(self):
        """The address of a search shows the same list."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        teacher.visit(f"{self.room.get_absolute_url()}?find=zh")
        expect(teacher.page.get_by_role("rowheader")).to_have_text("Mei-Lin Zhou")

    def test_a_teacher_reads_the_class_book_further_back(self):
        """Each click shows more of it, until there is no more."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        for number in range(ENTRIES + 1):
            ClassBookEntry.objects.create(
                classroom=self.room, by=self.room.teacher, action="added", student_name=f"Student {number}"
            )
        teacher.visit("classroom-detail", pk=self.room.pk)
        teacher.should_not_see("Student 0")
        teacher.click("Show earlier entries")
        teacher.should_see("Student 0")
        teacher.should_not_see("Show earlier entries")

    def test_a_student_leaves_without_a_new_page(self):
        """The list, the seats and the message change."""
        teacher = self.journey.actor(self.room.teacher, name="teacher")
        teacher.visit("classroom-detail", pk=self.room.pk)
        teacher.click("Remove Luke Moor")
        teacher.should_see("Luke Moor has left Pottery")
        teacher.should_see("2 of 5 seats taken")
        expect(teacher.page.get_by_role("rowheader")).to_have_text(["Lucy Lane", "Mei-Lin Zhou"])
        teacher.should_be_at("classroom-detail", pk=self.room.pk)
