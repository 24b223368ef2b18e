"""The parts that all apps share: home page, navigation, error pages, checks."""

from io import StringIO

from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, SimpleTestCase, TestCase, override_settings
from django.urls import path, reverse

from accounts.factories import UserFactory
from config.sections import SECTIONS, sections
from config.tests.seeded import SeededMixin, seed
from config.urls import urlpatterns as site_urls


def broken(request: HttpRequest):
    raise RuntimeError("on purpose")


urlpatterns = [*site_urls, path("broken/", broken)]


class SectionTests(SimpleTestCase):
    def test_the_section_of_a_page_is_the_one_whose_prefix_its_path_has(self):
        for section in SECTIONS:
            with self.subTest(section.title):
                context = sections(RequestFactory().get(f"{section.prefix}something/"))
                self.assertEqual(context["current_section"], section)

    def test_the_home_page_belongs_to_no_section(self):
        self.assertIsNone(sections(RequestFactory().get("/"))["current_section"])

    def test_each_section_begins_under_its_own_prefix(self):
        for section in SECTIONS:
            self.assertTrue(reverse(section.url_name).startswith(section.prefix), section)


class HomePageTests(TestCase):
    def test_it_leads_to_every_section(self):
        response = self.client.get(reverse("home"))
        for section in SECTIONS:
            self.assertContains(response, f'class="whole" href="{reverse(section.url_name)}"')

    def test_strangers_find_the_page_where_one_registers_by_phone(self):
        for page in ("home", "login", "signup"):
            self.assertContains(self.client.get(reverse(page)), f'href="{reverse("register")}"')

    def test_a_stranger_is_asked_in_and_a_member_is_not(self):
        self.assertContains(self.client.get(reverse("home")), "Create an account")
        self.client.force_login(UserFactory())
        self.assertNotContains(self.client.get(reverse("home")), "Create an account")


@override_settings(ROOT_URLCONF=__name__)
class ErrorPageTests(TestCase):
    def test_an_unknown_address_shows_the_sites_own_page(self):
        response = self.client.get("/nowhere/")
        self.assertContains(response, "There is nothing here", status_code=404)
        self.assertContains(response, 'aria-label="Sections"', status_code=404)

    def test_a_server_error_shows_a_page_that_needs_nothing_that_may_be_broken(self):
        client = Client(raise_request_exception=False)
        with self.assertLogs("django.request", "ERROR"), self.assertNumQueries(0):
            response = client.get("/broken/")
        self.assertContains(response, "Something went wrong", status_code=500)

    def test_a_form_without_its_token_shows_the_sites_own_page(self):
        with self.assertLogs("django.security.csrf", "WARNING"):
            response = Client(enforce_csrf_checks=True).post(reverse("login"), {"username": "x"})
        self.assertContains(response, "This form has expired", status_code=403)

    def test_the_page_for_bad_requests_renders_without_a_request(self):
        self.assertIn("was not understood", render_to_string("400.html"))


class ProjectTests(SeededMixin, TestCase):
    def test_no_migration_is_missing(self):
        call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())

    def test_the_system_checks_find_nothing(self):
        call_command("check", fail_level="WARNING", stdout=StringIO(), stderr=StringIO())

    def test_the_demo_can_be_seeded_twice(self):
        said = seed()
        people = get_user_model().objects.count()
        self.assertEqual(seed(), said)
        self.assertEqual(get_user_model().objects.count(), people)
        self.assertIn("Log in as ada", said)

    def test_seeding_writes_to_nobody(self):
        with self.captureOnCommitCallbacks(execute=True):
            seed()
        self.assertEqual(mail.outbox, [])


class AdminTests(SeededMixin, TestCase):
    """Every list and every form of the admin opens, with data in it."""

    @classmethod
    def setUpTestData(cls):
        seed()
        cls.boss = get_user_model().objects.get(username="admin")

    def setUp(self):
        self.client.force_login(self.boss)

    def test_lists_and_forms_open(self):
        for model in (
            "accounts_user",
            "newsroom_article",
            "newsroom_comment",
            "classroom_classroom",
            "classroom_student",
        ):
            with self.subTest(model):
                response = self.client.get(reverse(f"admin:{model}_changelist"), {"q": "o"})
                self.assertEqual(response.status_code, 200)
                self.assertEqual(self.client.get(reverse(f"admin:{model}_add")).status_code, 200)
                pk = response.context["cl"].queryset.first().pk
                change = self.client.get(reverse(f"admin:{model}_change", args=[pk]))
                self.assertEqual(change.status_code, 200)

    def test_the_class_book_can_be_read_and_not_written(self):
        self.assertContains(
            self.client.get(reverse("admin:classroom_classbookentry_changelist")), "Smartie Pants"
        )
        response = self.client.get(reverse("admin:classroom_classbookentry_add"))
        self.assertEqual(response.status_code, 403)

    def test_an_article_that_is_added_gets_its_address_and_stays_a_draft(self):
        data = {"title": "From the admin", "summary": "", "body": "Text", "author": self.boss.pk}
        formset = {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
        self.client.post(reverse("admin:newsroom_article_add"), data | formset)
        self.assertContains(self.client.get("/newsroom/articles/from-the-admin/"), "Draft")
