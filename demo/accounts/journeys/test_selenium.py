"""A story told with Selenium, for teams that have such tests: the same server, the same roll-back."""

from __future__ import annotations

from django.urls import reverse
from django_journey import JourneyTestCase
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as conditions
from selenium.webdriver.support.wait import WebDriverWait

from accounts.factories import PASSWORD, UserFactory
from accounts.models import User
from config.tests.selenium_browser import open_browser

PATIENCE = 20  # seconds


class SeleniumTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = UserFactory(username="ada")

    def setUp(self):
        super().setUp()
        self.live_url = self.journey.live_url
        self.journey.drives("Chromium through Selenium")
        self.browser = open_browser(self.addCleanup)

    def test_somebody_logs_in_with_selenium(self):
        """E2: type into fields by name, submit, wait for the URL, read the page; data of the test is there."""
        browser = self.browser
        browser.get(self.live_url + reverse("login"))
        browser.find_element(By.NAME, "username").send_keys("ada")
        browser.find_element(By.NAME, "password").send_keys(PASSWORD)
        browser.find_element(By.CSS_SELECTOR, "main button[type='submit']").click()
        WebDriverWait(browser, PATIENCE).until(conditions.url_to_be(self.live_url + reverse("dashboard")))
        self.assertIn("Welcome, ada", browser.find_element(By.TAG_NAME, "h1").text)
        self.assertIsNotNone(User.objects.get(username="ada").last_login)

    def test_what_one_story_did_in_selenium_another_does_not_see(self):
        """E2: what Selenium's requests wrote is rolled back with the test."""
        self.assertIsNone(User.objects.get(username="ada").last_login)
        self.browser.get(self.live_url + reverse("signup"))
        for name, value in {
            "username": "eve",
            "email": "eve@example.com",
            "password1": "zebra-crossing-9",
            "password2": "zebra-crossing-9",
        }.items():
            self.browser.find_element(By.NAME, name).send_keys(value)
        self.browser.find_element(By.CSS_SELECTOR, "main button[type='submit']").click()
        WebDriverWait(self.browser, PATIENCE).until(conditions.url_to_be(self.live_url + reverse("login")))
        self.assertEqual(set(User.objects.values_list("username", flat=True)), {"ada", "eve"})
