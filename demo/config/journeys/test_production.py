"""The story of a visit under the production settings; ``.ci/production`` runs all other stories under them too."""

from __future__ import annotations

from unittest import skipUnless

from django.conf import settings
from django_journey import JourneyTestCase

from accounts.factories import PASSWORD, UserFactory


@skipUnless(settings.SECURE_SSL_REDIRECT, "for config.settings_production and JOURNEY_HTTPS=1")
class ProductionTests(JourneyTestCase):
    def test_everything_is_as_the_public_sees_it(self):
        """F5: HTTPS only, Secure cookies, HSTS, static files by their hashed names."""
        UserFactory(username="ada")
        ada = self.journey.visitor("ada")
        response = ada.page.goto("http://testserver/accounts/login/")
        self.assertEqual(ada.page.url, "https://testserver/accounts/login/")
        self.assertIn("max-age=31536000", response.headers["strict-transport-security"])
        style = ada.page.locator("link[rel=stylesheet]").get_attribute("href")
        self.assertRegex(style, r"/static/site\.[0-9a-f]{12}\.css$")
        self.assertEqual(ada.api.get(style).status, 200)

        ada.login("ada", password=PASSWORD)
        ada.should_see("Welcome, ada")
        cookies = {cookie["name"]: cookie["secure"] for cookie in ada.context.cookies()}
        self.assertEqual(cookies, {"csrftoken": True, "sessionid": True})
        self.assertEqual(ada.page.goto("/nowhere/").status, 404)
        ada.should_see("There is nothing here")
