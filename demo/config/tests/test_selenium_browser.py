"""The browser of the tests that use Selenium."""

import unittest

from django.test import SimpleTestCase

from config.tests.selenium_browser import open_browser


class BrowserTests(SimpleTestCase):
    def test_no_browser_is_left_where_a_test_fails(self):
        """E2: the clean-up quits it, and the driver's process ends too."""

        class FailingTests(unittest.TestCase):
            def runTest(self):  # noqa: N802 - unittest's own name
                self.browser = open_browser(self.addCleanup)
                self.driver = self.browser.service.process
                raise RuntimeError("half way")

        failing, result = FailingTests(), unittest.TestResult()
        failing.run(result)
        if result.skipped:
            self.skipTest(result.skipped[0][1])
        self.assertIn("half way", result.errors[0][1])
        left = failing.driver.poll() is None
        if left:
            failing.browser.quit()
        self.assertFalse(left, "the browser was not quit")
