"""The rules for users, phone numbers and birthdays."""

import datetime
from unittest import mock

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase, skipUnlessDBFeature

from accounts.factories import PASSWORD, UserFactory
from accounts.fields import PhoneNumberField, normalize_phone_number
from accounts.models import User, age_on, validate_birthday

TODAY = datetime.date(2026, 3, 1)


def today_is_the_first_of_march():
    return mock.patch("django.utils.timezone.localdate", return_value=TODAY)


class PhoneNumberTests(SimpleTestCase):
    def test_spaces_dashes_and_brackets_are_taken_out(self):
        self.assertEqual(normalize_phone_number("+44 (7700) 900-123"), "+447700900123")

    def test_two_leading_zeros_mean_plus(self):
        self.assertEqual(normalize_phone_number("0044 7700 900123"), "+447700900123")

    def test_a_number_that_is_in_its_form_stays_as_it_is(self):
        self.assertEqual(normalize_phone_number("+447700900123"), "+447700900123")

    def test_ten_digits_need_no_country_code_whatever_they_begin_with(self):
        for typed, stored in (("555 123-4567", "5551234567"), ("0012345678", "0012345678")):
            self.assertEqual(PhoneNumberField(max_length=16).clean(typed, None), stored)

    def test_any_other_number_without_its_country_code_is_refused(self):
        for number in ("07700 900123", "123456789"):
            with self.assertRaisesMessage(ValidationError, "with its country code"):
                PhoneNumberField(max_length=16).clean(number, None)

    def test_letters_are_refused(self):
        with self.assertRaisesMessage(ValidationError, "Enter a phone number"):
            PhoneNumberField(max_length=16).clean("+44 CALL ME", None)

    def test_a_number_that_is_too_short_or_too_long_is_refused(self):
        for number in ("+12345", "+1234567890123456"):
            with self.subTest(number), self.assertRaises(ValidationError):
                PhoneNumberField(max_length=20).clean(number, None)

    def test_no_number_stays_none(self):
        self.assertIsNone(PhoneNumberField(max_length=16, null=True, blank=True).clean(None, None))


class AgeTests(SimpleTestCase):
    def test_the_day_before_the_birthday_is_still_the_old_age(self):
        self.assertEqual(age_on(datetime.date(2026, 6, 14), datetime.date(2006, 6, 15)), 19)

    def test_on_the_birthday_the_age_is_reached(self):
        self.assertEqual(age_on(datetime.date(2026, 6, 15), datetime.date(2006, 6, 15)), 20)

    def test_somebody_born_on_a_leap_day_is_older_on_the_first_of_march(self):
        leap_day = datetime.date(2004, 2, 29)
        self.assertEqual(age_on(datetime.date(2026, 2, 28), leap_day), 21)
        self.assertEqual(age_on(datetime.date(2026, 3, 1), leap_day), 22)

    def test_the_age_of_a_user_is_counted_today(self):
        with today_is_the_first_of_march():
            self.assertEqual(User(birthday=datetime.date(2006, 3, 1)).age, 20)
            self.assertEqual(User(birthday=datetime.date(2006, 3, 2)).age, 19)

    def test_without_a_birthday_the_age_is_not_known(self):
        self.assertIsNone(User().age)


class BirthdayTests(SimpleTestCase):
    def test_today_is_a_birthday(self):
        with today_is_the_first_of_march():
            validate_birthday(TODAY)

    def test_tomorrow_is_none(self):
        with (
            today_is_the_first_of_march(),
            self.assertRaisesMessage(ValidationError, "can't be in the future"),
        ):
            validate_birthday(TODAY + datetime.timedelta(days=1))

    def test_a_birthday_longer_ago_than_anybody_lives_is_none(self):
        with today_is_the_first_of_march():
            validate_birthday(datetime.date(1896, 3, 1))
            with self.assertRaisesMessage(ValidationError, "more than 130 years ago"):
                validate_birthday(datetime.date(1895, 3, 1))


class NameTests(SimpleTestCase):
    def test_the_display_name_is_the_full_name(self):
        self.assertEqual(
            User(username="ada", first_name="Ada", last_name="Winter").display_name, "Ada Winter"
        )

    def test_it_is_the_username_of_somebody_who_gave_no_name(self):
        self.assertEqual(User(username="ada").display_name, "ada")


class StoredUserTests(TestCase):
    def test_a_phone_number_is_stored_without_its_spaces(self):
        user = UserFactory(phone_number="+44 7700 900 123")
        self.assertEqual(user.phone_number, "+447700900123")
        user.refresh_from_db()
        self.assertEqual(user.phone_number, "+447700900123")

    def test_a_phone_number_belongs_to_one_person(self):
        UserFactory(phone_number="+447700900123")
        with self.assertRaises(IntegrityError), transaction.atomic():
            UserFactory(phone_number="+44 7700 900123")

    def test_many_people_may_have_no_phone_number(self):
        UserFactory.create_batch(2, phone_number=None)
        self.assertEqual(User.objects.filter(phone_number=None).count(), 2)

    @skipUnlessDBFeature("supports_partial_indexes")
    def test_an_email_address_belongs_to_one_person_whatever_its_case(self):
        UserFactory(email="ada@example.com")
        with self.assertRaises(IntegrityError), transaction.atomic():
            UserFactory(email="Ada@Example.com")

    def test_many_people_may_have_no_email_address(self):
        UserFactory.create_batch(2, email="")
        self.assertEqual(User.objects.filter(email="").count(), 2)

    def test_a_generated_person_is_valid_and_knows_their_password(self):
        person = UserFactory()
        person.full_clean()
        self.assertTrue(person.check_password(PASSWORD))
