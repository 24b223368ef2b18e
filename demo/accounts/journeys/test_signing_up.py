"""Stories of newcomers: from the sign-up page to their own dashboard."""

from __future__ import annotations

from django.test import override_settings
from django_journey import JourneyTestCase, expect

from accounts.factories import UserFactory
from accounts.models import User

NEWCOMER = {
    "Username": "ada",
    "Email address": "ada@example.com",
    "Password": "zebra-crossing-9",
    "Password confirmation": "zebra-crossing-9",
}


class SigningUpTests(JourneyTestCase):
    def test_a_newcomer_signs_up_logs_in_and_is_welcomed(self):
        """C1: sign up, be redirected to the login page, log in, be greeted by name, and see the data in the profile."""
        ada = self.journey.visitor("ada")
        ada.visit("home")
        ada.click("Create an account")
        ada.should_be_at("signup")
        ada.fill(NEWCOMER)
        ada.click("Sign up")

        ada.should_be_at("login")
        ada.should_see("Your account is ready. Please log in.")
        ada.fill({"Username": "ada", "Password": "zebra-crossing-9"})
        ada.click("Log in")

        ada.should_be_at("dashboard")
        expect(ada.page.get_by_role("heading", level=1)).to_have_text("Welcome, ada")

        ada.visit("profile")
        ada.should_see("ada@example.com")
        ada.click("Edit profile")
        ada.fill({"First name": "Ada", "Phone number": "+44 (7700) 900-123", "Birthday": "1991-12-10"})
        ada.click("Save profile")
        ada.should_be_at("profile")
        ada.should_see("Profile saved")
        ada.should_see("+447700900123")
        ada.should_see("10 December 1991")

    def test_an_email_address_is_optional(self):
        """C1, C3: without an address, a newcomer gets an account and no mail."""
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER | {"Email address": ""})
        ada.click("Sign up")
        ada.should_be_at("login")
        self.assertEqual(User.objects.get().email, "")
        self.assertEqual(len(self.journey.mailbox()), 0)

    def test_a_weak_password_is_refused(self):
        """B2: Django's own validators run, and no account is created."""
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER | {"Password": "password", "Password confirmation": "password"})
        ada.click("Sign up")
        ada.should_see("This password is too common.")
        self.assertFalse(User.objects.exists())

    def test_mismatching_passwords_show_the_form_again_until_they_match(self):
        """B2: mismatching passwords re-display the form with an error and create no user; the second try works."""
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER | {"Password confirmation": "zebra-crossing-8"})
        ada.click("Sign up")

        ada.should_be_at("signup")
        ada.should_see("The two password fields didn’t match.")  # noqa: RUF001 - Django's own text
        expect(ada.page.get_by_label("Username")).to_have_value("ada")
        self.assertFalse(User.objects.filter(username="ada").exists())

        ada.fill({"Password": "zebra-crossing-9", "Password confirmation": "zebra-crossing-9"})
        ada.click("Sign up")
        ada.should_be_at("login")
        self.assertTrue(User.objects.filter(username="ada").exists())

    def test_an_address_that_is_taken_is_refused_at_its_field(self):
        """B2: an address that another account has is refused, with the message at its field."""
        UserFactory(email="ada@example.com")
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER | {"Email address": "Ada@Example.com"})
        ada.click("Sign up")
        field = ada.page.get_by_label("Email address")
        expect(field).to_have_attribute("aria-invalid", "true")
        ada.should_see("Another account has this email address.")


@override_settings(SIGN_UP_SIGNS_IN=True, SIGNED_UP_REDIRECT_URL="article-list")
class SignedInAtOnceTests(JourneyTestCase):
    def test_a_newcomer_is_signed_in_at_once_where_the_setting_says_so(self):
        """B1 (sign-up variant): signed in at once, a protected page, log out, log in by the form, the page again."""
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER)
        ada.click("Sign up")

        ada.should_be_at("article-list")
        ada.should_see("You are signed in.")
        ada.visit("article-drafts")
        ada.should_be_at("article-drafts")

        ada.logout()
        ada.should_be_at("home")
        ada.visit("article-drafts")
        ada.should_be_at("/accounts/login/?next=/newsroom/drafts/")

        ada.login("ada", password="zebra-crossing-9")
        ada.should_be_at("article-drafts")
        expect(ada.page.get_by_role("button", name="Log out")).to_be_visible()


class WelcomeMailTests(JourneyTestCase):
    def test_a_mail_of_welcome_arrives_and_leads_to_the_login_page(self):
        """C3: registration sends one mail, with the right subject and recipient and the username in its body."""
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER)
        ada.click("Sign up")

        mail = self.journey.mailbox("ada@example.com").latest(subject="Welcome, ada")
        self.assertEqual(len(self.journey.mailbox()), 1)
        self.assertEqual(mail.recipients, ["ada@example.com"])
        self.assertIn("Hello ada,", mail.text)
        self.assertIn("Hello ada,", mail.html)

        ada.follow(mail, "Log in and look around")
        ada.should_be_at("login")

    def test_a_form_that_is_refused_sends_nothing(self):
        """C3: no account, no mail."""
        ada = self.journey.visitor("ada")
        ada.visit("signup")
        ada.fill(NEWCOMER | {"Password confirmation": "another"})
        ada.click("Sign up")
        self.assertEqual(len(self.journey.mailbox()), 0)
