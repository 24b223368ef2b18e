"""Stories in a newsroom that fixtures have filled."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from accounts.models import User


class ArchiveTests(JourneyTestCase):
    fixtures = ["people.yaml", "archive.json"]

    def test_the_staff_of_the_fixtures_works_with_the_articles_of_the_fixtures(self):
        """C6: YAML and JSON fixtures load, and a story continues from there."""
        edgar = self.journey.actor(User.objects.get(username="edgar"))
        reader = self.journey.visitor("reader")

        reader.visit("article-list")
        reader.click("The tide clock on Harbour Street")
        reader.should_see("3 March 2026")
        reader.should_see("My grandfather used to set his watch by it.")

        edgar.visit("article-drafts")
        edgar.click("Notes on a bridge that was never built")
        edgar.click("Publish")

        reader.visit("article-list")
        titles = reader.page.get_by_role("heading", level=2)
        expect(titles).to_have_text(
            ["Notes on a bridge that was never built", "The tide clock on Harbour Street"]
        )
