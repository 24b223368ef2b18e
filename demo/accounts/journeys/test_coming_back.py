"""Stories of returning users: logging in, and resetting a forgotten password."""

from __future__ import annotations

from django.test import modify_settings
from django_journey import JourneyTestCase, expect

from accounts.factories import PASSWORD, UserFactory
from accounts.models import User

PROTECTED = (
    "dashboard",
    "profile",
    "profile-edit",
    "article-create",
    "article-drafts",
    "classroom-list",
    "classroom-create",
)


class LoggingInTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = UserFactory(username="ada")

    def test_a_protected_page_leads_to_the_login_page_and_back(self):
        """C2: ``login_required`` sets ``next``, and the middleware recognises the user afterwards."""
        ada = self.journey.visitor("ada")
        ada.visit("profile", query={"from": "a mail"})
        ada.should_be_at("/accounts/login/?next=/accounts/profile/%3Ffrom%3Da%2Bmail")
        ada.should_see("Please log in to see that page.")

        ada.fill({"Username": "ada", "Password": PASSWORD})
        ada.click("Log in")
        ada.should_be_at("profile", query={"from": "a mail"})
        ada.should_see(self.ada.email)

        ada.visit("dashboard")
        ada.should_see("Welcome, ada")

    def test_a_wrong_password_does_not_log_in(self):
        """B2: a wrong password does not log in; on the same page the right one does."""
        ada = self.journey.visitor("ada")
        ada.visit("login")
        ada.fill({"Username": "ada", "Password": "something else"})
        ada.click("Log in")
        ada.should_be_at("login")
        ada.should_see("Please enter a correct username and password.")
        ada.should_not_see("Log out")

        ada.fill("Password", PASSWORD)
        ada.click("Log in")
        ada.should_be_at("dashboard")

    def test_every_protected_page_leads_to_the_login_page_and_back(self):
        """B2: every protected page redirects an anonymous visitor to the login page and back."""
        for name in PROTECTED:
            with self.subTest(name):
                visitor = self.journey.visitor()
                visitor.visit(name)
                visitor.should_be_at("login")
                visitor.fill({"Username": "ada", "Password": PASSWORD})
                visitor.click("Log in")
                visitor.should_be_at(name)

    def test_after_logging_out_the_protected_page_is_closed_again(self):
        """B2: logging out is a POST of the site's own form, and ends the session."""
        ada = self.journey.actor(self.ada)
        ada.visit("dashboard")
        ada.click("Log out")
        ada.should_be_at("home")
        ada.page.go_back()
        ada.page.reload()
        ada.should_be_at("login")

    def test_two_people_in_two_browsers_do_not_get_in_each_others_way(self):
        """C2: each has their own session; when one logs out, the other stays signed in."""
        ada, bob = self.journey.actor(self.ada), self.journey.actor(UserFactory(username="bob"))
        ada.visit("dashboard")
        bob.visit("dashboard")
        ada.logout()
        bob.visit("dashboard")
        bob.should_see("Welcome, bob")
        ada.visit("dashboard")
        ada.should_be_at("login")


class WithoutMiddlewareTests(JourneyTestCase):
    # A running server would keep the middleware that it was started with.
    journey_options = {"driver": "inprocess"}

    def test_without_the_authentication_middleware_nobody_gets_in(self):
        """C2: without the authentication middleware the story above fails."""
        ada = UserFactory()
        self.journey.actor(ada).visit("dashboard")
        removed = "django.contrib.auth.middleware.AuthenticationMiddleware"
        with modify_settings(MIDDLEWARE={"remove": [removed]}), self.assertRaises(AttributeError):
            self.journey.actor(ada).visit("dashboard")


class PasswordResetTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ada = UserFactory(username="ada", email="ada@example.com")

    def test_a_forgotten_password_is_replaced_through_the_link_in_a_mail(self):
        """C4: from the page to the mail to the link to the new password; the old one no longer works."""
        ada = self.journey.visitor("ada")
        ada.visit("login")
        ada.click("Forgotten your password?")
        ada.fill("Email", "ada@example.com")
        ada.click("Send the link")
        ada.should_be_at("password_reset_done")

        mail = self.journey.mailbox("ada@example.com").latest(subject="Choose a new password")
        ada.follow(mail, "Choose a new password")
        ada.fill({"New password": "a-new-beginning-1", "New password confirmation": "a-new-beginning-1"})
        ada.click("Change password")
        ada.should_see("Your password is changed")

        ada.click("Go to the login page")
        ada.fill({"Username": "ada", "Password": PASSWORD})
        ada.click("Log in")
        ada.should_see("Please enter a correct username and password.")
        ada.fill("Password", "a-new-beginning-1")
        ada.click("Log in")
        ada.should_see("Welcome, ada")

    def test_the_link_works_once(self):
        """C4: a used link is refused, and leads to asking for a new one."""
        ada = self.journey.visitor("ada")
        ada.visit("password_reset")
        ada.fill("Email", "ada@example.com")
        ada.click("Send the link")
        mail = self.journey.mailbox("ada@example.com").latest()
        ada.follow(mail, "Choose a new password")
        ada.fill({"New password": "a-new-beginning-1", "New password confirmation": "a-new-beginning-1"})
        ada.click("Change password")
        ada.should_see("Your password is changed")

        thief = self.journey.visitor("thief")
        thief.follow(mail, "Choose a new password")
        thief.should_see("This link is no longer valid")
        expect(thief.page.get_by_label("New password")).to_have_count(0)
        thief.click("Ask for a new link")
        thief.should_be_at("password_reset")
        self.assertTrue(User.objects.get(username="ada").check_password("a-new-beginning-1"))

    def test_the_link_in_the_text_part_is_the_same(self):
        """C4: the plain-text part of the mail has the same link."""
        ada = self.journey.visitor("ada")
        ada.visit("password_reset")
        ada.fill("Email", "ADA@example.com")
        ada.click("Send the link")
        mail = self.journey.mailbox("ada@example.com").latest()
        self.assertEqual(len({link.url for link in mail.links}), 1)
        self.assertIn(mail.links[0].url, mail.text)
