"""What the account's forms accept and refuse."""

from django.test import TestCase

from accounts.factories import UserFactory
from accounts.forms import ProfileForm, SignUpForm

SIGN_UP = {
    "username": "ada",
    "email": "ada@example.com",
    "password1": "zebra-crossing-9",
    "password2": "zebra-crossing-9",
}


class SignUpFormTests(TestCase):
    def errors(self, **changes):
        return SignUpForm(SIGN_UP | changes).errors

    def test_a_whole_form_is_taken(self):
        self.assertEqual(self.errors(), {})

    def test_every_field_but_the_email_address_is_needed(self):
        self.assertEqual(set(SignUpForm({}).errors), set(SIGN_UP) - {"email"})
        self.assertEqual(self.errors(email=""), {})

    def test_mismatching_passwords_are_refused_at_the_second_one(self):
        self.assertEqual(
            self.errors(password2="zebra-crossing-8"),
            {"password2": ["The two password fields didn’t match."]},  # noqa: RUF001 - Django's own text
        )

    def test_a_common_password_is_refused(self):
        self.assertIn("too common", str(self.errors(password1="password1", password2="password1")))

    def test_a_password_like_the_username_is_refused(self):
        errors = self.errors(username="zebracrossing", password1="zebracrossing1", password2="zebracrossing1")
        self.assertIn("too similar to the username", str(errors))

    def test_a_username_that_is_taken_is_refused_whatever_its_case(self):
        UserFactory(username="ADA")
        self.assertIn("already exists", str(self.errors()["username"]))

    def test_an_email_address_that_is_taken_is_refused_whatever_its_case(self):
        UserFactory(email="ADA@example.com")
        self.assertEqual(self.errors(), {"email": ["Another account has this email address."]})

    def test_something_that_is_no_email_address_is_refused(self):
        self.assertEqual(set(self.errors(email="ada at example")), {"email"})


class ProfileFormTests(TestCase):
    def setUp(self):
        self.user = UserFactory(email="ada@example.com", phone_number="+447700900001")

    def form(self, **data):
        return ProfileForm(data, instance=self.user)

    def test_everything_may_be_left_empty(self):
        form = self.form()
        self.assertTrue(form.is_valid(), form.errors)
        self.assertIsNone(form.save().phone_number)

    def test_ones_own_addresses_are_not_taken(self):
        form = self.form(email="Ada@example.com", phone_number="+44 7700 900001")
        self.assertTrue(form.is_valid(), form.errors)

    def test_anothers_email_address_is_taken(self):
        UserFactory(email="eve@example.com")
        self.assertEqual(
            self.form(email="eve@example.com").errors, {"email": ["Another account has this email address."]}
        )

    def test_anothers_phone_number_is_taken_however_it_is_written(self):
        UserFactory(phone_number="+447700900002")
        self.assertEqual(
            self.form(phone_number="0044 7700-900002").errors,
            {"phone_number": ["Another account has this phone number."]},
        )

    def test_a_number_with_all_its_brackets_and_spaces_is_longer_than_what_is_kept(self):
        form = self.form(phone_number="+44 (7700) 900 - 003")
        self.assertTrue(form.is_valid(), form.errors)
        self.assertIn('maxlength="30"', str(form["phone_number"]))
        self.assertEqual(form.save().phone_number, "+447700900003")

    def test_a_birthday_in_the_future_is_refused_at_its_field(self):
        self.assertEqual(set(self.form(birthday="2999-01-01").errors), {"birthday"})


class RenderingTests(TestCase):
    def test_each_field_has_its_label_and_tells_password_managers_what_it_is(self):
        html = SignUpForm().as_p() + str(SignUpForm())
        for name, purpose in (
            ("username", "username"),
            ("email", "email"),
            ("password1", "new-password"),
            ("password2", "new-password"),
        ):
            with self.subTest(name):
                self.assertIn(f'<label for="id_{name}">', html)
                self.assertRegex(html, rf'name="{name}"[^>]*autocomplete="{purpose}"')

    def test_an_error_is_tied_to_its_field(self):
        html = str(
            ProfileForm({"phone_number": "12"}, use_required_attribute=False)["phone_number"].as_field_group()
        )
        self.assertIn('id="id_phone_number_error"', html)
        self.assertRegex(html, r'aria-describedby="id_phone_number_helptext id_phone_number_error"')
        self.assertIn('aria-invalid="true"', html)

    def test_a_date_field_is_the_browsers_own_and_keeps_its_value(self):
        html = str(ProfileForm(initial={"birthday": "2006-11-20"})["birthday"])
        self.assertInHTML(
            '<input type="date" name="birthday" value="2006-11-20" autocomplete="bday" id="id_birthday">',
            html,
        )
