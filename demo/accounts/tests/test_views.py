"""Each page of the account on its own, with nothing but Django's test client."""

from django.contrib.auth import get_user
from django.core import mail
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from accounts.factories import PASSWORD, UserFactory
from accounts.models import User
from accounts.tests.test_forms import SIGN_UP
from blog.factories import PostFactory
from classroom.factories import StudentFactory


class SignUpViewTests(TestCase):
    def setUp(self):
        self.url = reverse("signup")

    def test_the_form_is_shown(self):
        response = self.client.get(self.url)
        self.assertContains(response, "Create an account")
        self.assertTemplateUsed(response, "accounts/sign_up.html")

    def test_signing_up_leads_to_the_login_page(self):
        response = self.client.post(self.url, SIGN_UP, follow=True)
        self.assertRedirects(response, reverse("login"))
        self.assertContains(response, "Your account is ready. Please log in.")
        self.assertFalse(get_user(self.client).is_authenticated)

    def test_where_it_leads_is_a_setting(self):
        cases = (
            (False, "", "login"),
            (True, "", "post_list"),
            (False, "home", "home"),
            (True, "/blog/", "post_list"),
        )
        for number, (signs_in, setting, page) in enumerate(cases):
            with (
                self.subTest(signs_in=signs_in, setting=setting),
                override_settings(SIGN_UP_SIGNS_IN=signs_in, SIGNED_UP_REDIRECT_URL=setting),
            ):
                response = Client().post(self.url, SIGN_UP | {"username": f"ada{number}", "email": ""})
                self.assertRedirects(response, reverse(page), fetch_redirect_response=False)

    @override_settings(SIGN_UP_SIGNS_IN=True, SIGNED_UP_REDIRECT_URL="article-list")
    def test_signing_up_signs_in_where_the_setting_says_so(self):
        response = self.client.post(self.url, SIGN_UP, follow=True)
        self.assertRedirects(response, reverse("article-list"))
        self.assertTrue(response.context["user"].is_authenticated)
        self.assertEqual(get_user(self.client).username, "ada")

    def test_mismatching_passwords_show_the_form_again_and_store_nobody(self):
        """B2: mismatching passwords re-display the form with status 200 and an error, and create no user."""
        response = self.client.post(self.url, SIGN_UP | {"password2": "something else"})
        self.assertEqual(response.status_code, 200)
        self.assertFormError(
            response.context["form"],
            "password2",
            "The two password fields didn’t match.",  # noqa: RUF001 - Django's own text
        )
        self.assertFalse(User.objects.exists())

    def test_the_welcome_mail_is_in_the_outbox_when_the_response_is_back(self):
        """C3: in a plain ``TestCase``, without executing the hooks on commit."""
        self.client.post(self.url, SIGN_UP)
        self.assertEqual([message.to for message in mail.outbox], [["ada@example.com"]])

    def test_somebody_who_is_signed_in_has_an_account_already(self):
        self.client.force_login(UserFactory())
        self.assertRedirects(self.client.get(self.url), reverse("dashboard"))


class LoginViewTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = UserFactory(username="ada")

    def log_in(self, password=PASSWORD, **more):
        return self.client.post(reverse("login"), {"username": "ada", "password": password, **more})

    def test_the_right_password_leads_to_the_dashboard(self):
        self.assertRedirects(self.log_in(), reverse("dashboard"))

    def test_a_wrong_password_does_not_log_in(self):
        response = self.log_in(password="wrong")
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, "Please enter a correct username and password")
        self.assertFalse(get_user(self.client).is_authenticated)

    def test_an_account_that_is_closed_does_not_log_in(self):
        User.objects.update(is_active=False)
        self.assertEqual(self.log_in().status_code, 200)

    def test_next_leads_on(self):
        self.assertRedirects(self.log_in(next=reverse("profile")), reverse("profile"))

    def test_next_does_not_lead_to_another_site(self):
        self.assertRedirects(self.log_in(next="https://elsewhere.example/"), reverse("dashboard"))

    def test_logging_out_needs_a_post(self):
        self.client.force_login(self.user)
        self.assertEqual(self.client.get(reverse("logout")).status_code, 405)
        self.assertRedirects(self.client.post(reverse("logout")), reverse("home"))
        self.assertFalse(get_user(self.client).is_authenticated)


class ProtectedPageTests(TestCase):
    def test_a_stranger_is_sent_to_the_login_page_and_back(self):
        for name in ("dashboard", "profile", "profile-edit"):
            with self.subTest(name):
                url = reverse(name)
                self.assertRedirects(self.client.get(url), f"{reverse('login')}?next={url}")


class ProfileViewTests(TestCase):
    def setUp(self):
        self.user = UserFactory(username="ada", first_name="Ada", last_name="Winter")
        self.client.force_login(self.user)

    def test_the_profile_shows_what_is_known(self):
        response = self.client.get(reverse("profile"))
        for fact in ("ada", "Ada Winter", self.user.email, self.user.phone_number):
            self.assertContains(response, fact)

    def test_the_dashboard_greets(self):
        self.assertContains(self.client.get(reverse("dashboard")), "Welcome, ada")

    def test_the_dashboard_shows_ones_own_posts_drafts_and_seats(self):
        draft = PostFactory(author=self.user, title="Notes")
        published, others = PostFactory(author=self.user, published=True), PostFactory(published=True)
        seat = StudentFactory(person=self.user)
        response = self.client.get(reverse("dashboard"))
        self.assertContains(response, f'href="{draft.get_absolute_url()}"')
        self.assertContains(response, published.title)
        self.assertContains(response, seat.classroom.name)
        self.assertNotContains(response, others.title)

    def test_what_is_edited_is_stored(self):
        data = {"first_name": "Augusta", "email": "augusta@example.com", "birthday": "1990-12-10"}
        response = self.client.post(reverse("profile-edit"), data, follow=True)
        self.assertRedirects(response, reverse("profile"))
        self.assertContains(response, "Profile saved")
        self.user.refresh_from_db()
        self.assertEqual(self.user.first_name, "Augusta")
        self.assertEqual(self.user.birthday.isoformat(), "1990-12-10")

    def test_what_is_refused_is_not_shown_as_if_it_were_stored(self):
        response = self.client.post(reverse("profile-edit"), {"email": "no address"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.context["user"].email, self.user.email)


class PasswordResetViewTests(TestCase):
    def test_an_unknown_address_gets_no_mail_and_the_page_does_not_say_so(self):
        response = self.client.post(reverse("password_reset"), {"email": "who@example.com"})
        self.assertRedirects(response, reverse("password_reset_done"))
        self.assertEqual(mail.outbox, [])

    def test_a_known_address_gets_a_link_in_text_and_html(self):
        user = UserFactory()
        self.client.post(reverse("password_reset"), {"email": user.email})
        (message,) = mail.outbox
        self.assertEqual(message.subject, "Choose a new password")
        self.assertIn("http://testserver/accounts/password-reset/", message.body)
        self.assertIn("http://testserver/accounts/password-reset/", message.alternatives[0].content)

    def test_a_generated_link_is_refused(self):
        response = self.client.get(reverse("password_reset_confirm", args=["MQ", "set-password"]))
        self.assertContains(response, "This link is no longer valid")
