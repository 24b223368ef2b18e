"""Names in title case."""

from django.test import SimpleTestCase

from classroom.models import Student
from classroom.names import title_case


class TitleCaseTests(SimpleTestCase):
    def test_each_part_begins_with_a_capital(self):
        self.assertEqual(title_case("smartie pants"), "Smartie Pants")

    def test_parts_after_a_hyphen_too(self):
        self.assertEqual(title_case("jean-luc"), "Jean-Luc")

    def test_and_after_the_apostrophe_of_a_single_letter(self):
        self.assertEqual(title_case("o'neil d\u2019arc"), "O'Neil D\u2019Arc")

    def test_a_longer_word_before_the_apostrophe_does_not_count(self):
        self.assertEqual(title_case("ada's"), "Ada's")

    def test_capitals_within_a_name_stay(self):
        self.assertEqual(title_case("mcKay McKay"), "McKay McKay")

    def test_letters_of_other_scripts_have_capitals_too(self):
        self.assertEqual(title_case("éloïse ольга"), "Éloïse Ольга")

    def test_spaces_are_tidied(self):
        self.assertEqual(title_case("  smartie \t pants "), "Smartie Pants")

    def test_nothing_stays_nothing(self):
        self.assertEqual(title_case(""), "")

    def test_a_students_name_is_both_names(self):
        self.assertEqual(str(Student(first_name="Smartie", last_name="Pants")), "Smartie Pants")
