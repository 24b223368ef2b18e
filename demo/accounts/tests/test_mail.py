"""The account's mails."""

from unittest import mock

import django
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import SimpleTestCase, TestCase, override_settings

from accounts.forms import SignUpForm
from accounts.models import User
from accounts.services import send_welcome_mail, sign_up
from accounts.tests.test_forms import SIGN_UP


class BrokenMail(EmailBackend):
    def send_messages(self, messages):
        raise OSError("the mail server is away")


BROKEN_MAIL = (
    {"MAILERS": {"default": {"BACKEND": f"{__name__}.BrokenMail"}}}
    if django.VERSION >= (6, 1)
    else {"EMAIL_BACKEND": f"{__name__}.BrokenMail"}
)


class WelcomeMailTests(SimpleTestCase):
    def setUp(self):
        user = User(username="ada<3", email="ada@example.com")
        send_welcome_mail(user, login_url="http://testserver/accounts/login/")
        (self.message,) = mail.outbox

    def test_it_goes_to_the_newcomer(self):
        self.assertEqual(self.message.to, ["ada@example.com"])
        self.assertEqual(self.message.subject, "Welcome, ada<3")

    def test_the_text_says_the_username_as_it_is(self):
        self.assertIn("Hello ada<3,", self.message.body)
        self.assertIn("http://testserver/accounts/login/", self.message.body)

    def test_the_html_says_the_username_with_its_markup_escaped(self):
        html, kind = self.message.alternatives[0]
        self.assertEqual(kind, "text/html")
        self.assertIn("Hello ada&lt;3,", html)
        self.assertIn('href="http://testserver/accounts/login/"', html)


class SignUpServiceTests(TestCase):
    def sign_up(self, **changes):
        form = SignUpForm(SIGN_UP | changes)
        self.assertTrue(form.is_valid(), form.errors)
        return sign_up(form, login_url="/")

    def test_the_mail_is_sent_when_the_account_is_stored(self):
        with mock.patch.object(SignUpForm, "save", side_effect=RuntimeError), self.assertRaises(RuntimeError):
            self.sign_up()
        self.assertEqual(mail.outbox, [])
        self.sign_up()
        self.assertEqual(len(mail.outbox), 1)

    def test_without_an_email_address_there_is_no_mail(self):
        self.assertEqual(self.sign_up(email="").email, "")
        self.assertEqual(mail.outbox, [])

    def test_an_account_is_not_lost_because_the_mail_server_is_away(self):
        """C3: the error is in the log."""
        with override_settings(**BROKEN_MAIL), self.assertLogs("accounts.services", "ERROR") as logs:
            self.sign_up()
        self.assertIn("the mail server is away", logs.output[0])
        self.assertTrue(User.objects.filter(username="ada").exists())
