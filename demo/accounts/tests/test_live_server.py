"""The story of ``accounts/journeys/test_selenium.py`` with Django's own live server."""

from http.client import HTTPConnection

from django.test import LiveServerTestCase
from django.urls import reverse
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as conditions
from selenium.webdriver.support.wait import WebDriverWait

from accounts.factories import PASSWORD, UserFactory
from config.tests.selenium_browser import open_browser

PATIENCE = 20  # seconds


class PageTests(LiveServerTestCase):
    def test_a_page_and_what_it_links_are_answered(self):
        """E1: the live server needs ``STATIC_ROOT``, and nothing else."""
        connection = HTTPConnection(self.server_thread.host, self.server_thread.port)
        self.addCleanup(connection.close)
        for path, status in ((reverse("login"), 200), ("/static/no-such-file.css", 404)):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, status)


class SeleniumLoginTests(LiveServerTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.selenium = open_browser(cls.addClassCleanup)

    def test_login(self):
        """E2: type into the fields by name, submit, wait for the URL, read the page."""
        UserFactory(username="ada")
        self.selenium.get(self.live_server_url + reverse("login"))
        self.selenium.find_element(By.NAME, "username").send_keys("ada")
        self.selenium.find_element(By.NAME, "password").send_keys(PASSWORD)
        self.selenium.find_element(By.XPATH, "//button[@type='submit']").click()
        WebDriverWait(self.selenium, PATIENCE).until(conditions.url_contains(reverse("dashboard")))
        self.assertIn("Welcome, ada", self.selenium.page_source)
