"""The made-up defaults of the endpoint factories."""

import datetime
from unittest import mock

from django.test import SimpleTestCase

from classroom.endpoints import twenty_years_ago


class BirthdayTests(SimpleTestCase):
    def on(self, day):
        with mock.patch("django.utils.timezone.localdate", return_value=day):
            return twenty_years_ago()

    def test_it_is_the_same_day_twenty_years_before(self):
        self.assertEqual(self.on(datetime.date(2026, 11, 20)), datetime.date(2006, 11, 20))

    def test_there_is_one_on_a_leap_day_too(self):
        self.assertEqual(self.on(datetime.date(2028, 2, 29)), datetime.date(2008, 2, 29))
