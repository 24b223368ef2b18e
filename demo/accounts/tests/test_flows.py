"""The stories of ``accounts/journeys``, written with Django's own test client alone."""

import re

from django.contrib.auth import get_user
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import TestCase, TransactionTestCase, modify_settings
from django.urls import reverse

from accounts.factories import PASSWORD, UserFactory
from accounts.models import User

NEWCOMER = {"username": "ada", "password1": "zebra-crossing-9", "password2": "zebra-crossing-9"}


class SignUpFlowTests(TestCase):
    def test_sign_up_log_in_dashboard_profile(self):
        """C1: sign up, be redirected to the login page, log in, be greeted by name, and see the data."""
        response = self.client.post(reverse("signup"), {**NEWCOMER, "email": "ada@example.com"})
        self.assertRedirects(response, reverse("login"))
        self.assertTrue(User.objects.filter(username="ada").exists())

        response = self.client.post(reverse("login"), {"username": "ada", "password": "zebra-crossing-9"})
        self.assertRedirects(response, reverse("dashboard"))
        self.assertContains(self.client.get(reverse("dashboard")), "Welcome, ada")

        response = self.client.get(reverse("profile"))
        self.assertContains(response, "ada@example.com")
        self.assertEqual(response.context["user"].username, "ada")

    def test_an_email_address_is_optional(self):
        """C1, C3: an account without one gets no mail."""
        self.assertRedirects(self.client.post(reverse("signup"), NEWCOMER), reverse("login"))
        self.assertEqual(User.objects.get().email, "")
        self.assertEqual(mail.outbox, [])

    def test_passwords_that_differ_show_the_form_again(self):
        """B2: status 200, an error at the field, and no user."""
        response = self.client.post(reverse("signup"), {**NEWCOMER, "password2": "zebra-crossing-8"})
        self.assertEqual(response.status_code, 200)
        self.assertIn("password2", response.context["form"].errors)
        self.assertFalse(User.objects.exists())

    def test_a_weak_password_is_refused(self):
        """B2: Django's own validators run."""
        response = self.client.post(
            reverse("signup"), {**NEWCOMER, "password1": "password", "password2": "password"}
        )
        self.assertContains(response, "This password is too common.")
        self.assertFalse(User.objects.exists())

    def test_the_welcome_mail(self):
        """C3: one message, with the right subject and recipient and the username in its body."""
        self.client.post(reverse("signup"), {**NEWCOMER, "email": "ada@example.com"})
        self.assertEqual(len(mail.outbox), 1)
        message = mail.outbox[0]
        self.assertIn("Welcome", message.subject)
        self.assertEqual(message.to, ["ada@example.com"])
        self.assertIn("ada", message.body)


class LoginRequiredTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = UserFactory(username="ada")

    def test_a_protected_page_leads_to_the_login_page_and_back(self):
        """C2: ``login_required`` sets ``next``."""
        login = f"{reverse('login')}?next={reverse('profile')}"
        self.assertRedirects(self.client.get(reverse("profile")), login)
        response = self.client.post(login, {"username": "ada", "password": PASSWORD})
        self.assertRedirects(response, reverse("profile"))

    def test_a_wrong_password_does_not_log_in(self):
        """B2: the form is shown again."""
        response = self.client.post(reverse("login"), {"username": "ada", "password": "wrong"})
        self.assertEqual(response.status_code, 200)
        self.assertFalse(get_user(self.client).is_authenticated)

    def test_the_clients_own_login_opens_the_page(self):
        """C2: the session's user is on the request and in the template's context."""
        self.assertTrue(self.client.login(username="ada", password="test"))
        response = self.client.get(reverse("dashboard"))
        self.assertEqual(response.context["user"], self.user)

    def test_without_the_authentication_middleware_nobody_gets_in(self):
        """C2: the flow above needs the middleware."""
        self.client.force_login(self.user)
        removed = "django.contrib.auth.middleware.AuthenticationMiddleware"
        with modify_settings(MIDDLEWARE={"remove": [removed]}), self.assertRaises(AttributeError):
            self.client.get(reverse("dashboard"))


class PasswordResetTests(TestCase):
    def test_from_the_page_over_the_link_in_the_mail_to_the_new_password(self):
        """C4: the old password no longer works, and a used link is refused."""
        user = UserFactory(username="ada", email="ada@example.com")
        response = self.client.post(reverse("password_reset"), {"email": user.email})
        self.assertRedirects(response, reverse("password_reset_done"))
        self.assertEqual(len(mail.outbox), 1)
        link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body).group(1)

        # Django moves the token from the URL into the session, and redirects to a URL without it.
        form = self.client.get(link, follow=True)
        data = {"new_password1": "a-new-beginning-1", "new_password2": "a-new-beginning-1"}
        response = self.client.post(form.redirect_chain[-1][0], data)
        self.assertRedirects(response, reverse("password_reset_complete"))

        self.assertFalse(self.client.login(username="ada", password=PASSWORD))
        self.assertTrue(self.client.login(username="ada", password="a-new-beginning-1"))
        self.assertContains(self.client.get(link, follow=True), "This link is no longer valid")


class TransactionTests(TransactionTestCase):
    def test_what_fails_in_a_transaction_is_rolled_back(self):
        """C5: with the database's own commit and rollback."""
        UserFactory(username="ada")
        with self.assertRaises(IntegrityError), transaction.atomic():
            UserFactory(username="eve")
            UserFactory(username="ada")
        self.assertEqual(list(User.objects.values_list("username", flat=True)), ["ada"])

    def test_hooks_on_commit_run_after_the_commit_alone(self):
        """C5: none runs inside the transaction, and none after a rollback."""
        ran = []
        with transaction.atomic():
            transaction.on_commit(lambda: ran.append("committed"))
            self.assertEqual(ran, [])
        with self.assertRaises(RuntimeError), transaction.atomic():
            transaction.on_commit(lambda: ran.append("rolled back"))
            raise RuntimeError
        self.assertEqual(ran, ["committed"])


class FixtureTests(TestCase):
    fixtures = ["people.yaml"]

    def test_the_people_of_the_fixture_have_their_pages(self):
        """C6: YAML; the group of editors is loaded too."""
        edgar = User.objects.get(username="edgar")
        self.assertTrue(edgar.has_perm("newsroom.publish_article"))
        self.client.force_login(edgar)
        self.assertContains(self.client.get(reverse("dashboard")), "Welcome, edgar")
