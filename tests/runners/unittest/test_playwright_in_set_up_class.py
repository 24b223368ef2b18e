"""A ``JourneyTestCase`` whose ``setUpClass`` starts a Playwright of its own, under Django's runner."""

from __future__ import annotations

from tests.runners.projects import Project

TESTS = """
    import asyncio

    from django.contrib.auth import get_user_model
    from django_journey import JourneyTestCase
    from playwright.sync_api import sync_playwright


    class OwnPlaywright(JourneyTestCase):
        @classmethod
        def setUpClass(cls):
            super().setUpClass()
            cls.playwright = sync_playwright().start()

        @classmethod
        def tearDownClass(cls):
            asyncio.get_running_loop()  # as Playwright left it: it is needed to stop it
            cls.playwright.stop()
            super().tearDownClass()

        def test_the_orm_works(self):
            assert not get_user_model().objects.exists()
            self.journey.visitor().visit("/hello/ada/")
            request = self.playwright.request.new_context(base_url=self.journey.live_url)
            assert request.get("/hello/bob/").ok
            request.dispose()
            assert not get_user_model().objects.exists()

        def test_the_orm_works_again(self):
            assert not get_user_model().objects.exists()
"""


def test_the_orm_works_beside_a_playwright_that_set_up_class_starts(project: Project) -> None:
    project.write("test_own.py", TESTS)
    done = project.manage("test", "test_own")
    assert "Ran 2 tests" in done.stderr
    assert done.stderr.rstrip().endswith("OK") or "\nOK\n" in done.stderr, done.stderr
