"""Mail is shown on a page in development only."""

import tempfile

import django
from django.core.mail import EmailMultiAlternatives, send_mail
from django.test import SimpleTestCase, override_settings
from django.urls import reverse

MAILBOX = "config.mailbox.MailboxBackend"
TO_FILES = (
    {"MAILERS": {"default": {"BACKEND": MAILBOX}}} if django.VERSION >= (6, 1) else {"EMAIL_BACKEND": MAILBOX}
)


@override_settings(DEBUG=True, **TO_FILES)
class MailboxTests(SimpleTestCase):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(override_settings(MAIL_DIR=folder))

    def test_what_was_sent_is_listed_newest_first(self):
        self.assertContains(self.client.get(reverse("mail-list")), "Nothing has been sent yet.")
        for subject in ("First", "Second"):
            self.assertEqual(send_mail(subject, "Text", None, ["ada@example.com"]), 1)
        response = self.client.get(reverse("mail-list"))
        self.assertEqual([mail["subject"] for _, mail in response.context["mails"]], ["Second", "First"])
        self.assertContains(response, "ada@example.com")

    def test_a_mail_is_shown_as_text_and_as_html_that_runs_no_script(self):
        mail = EmailMultiAlternatives("Zoë's news", "See https://example.com/", to=["ada@example.com"])
        mail.attach_alternative("<p>See <script>alert(1)</script></p>", "text/html")
        mail.send()
        ((number, _),) = self.client.get(reverse("mail-list")).context["mails"]
        response = self.client.get(reverse("mail-detail", args=[number]))
        self.assertContains(response, "Zoë&#x27;s news")
        self.assertContains(response, 'href="https://example.com/"')
        self.assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")
        self.assertContains(response, 'sandbox="allow-top-navigation-by-user-activation"')

    def test_a_mail_that_is_not_there_is_not_found(self):
        with self.assertLogs("django.request", "WARNING"):
            self.assertEqual(self.client.get(reverse("mail-detail", args=[1])).status_code, 404)

    def test_nobody_reads_mail_on_a_site_that_is_not_in_development(self):
        send_mail("Secret", "Text", None, ["ada@example.com"])
        ((number, _),) = self.client.get(reverse("mail-list")).context["mails"]
        with override_settings(DEBUG=False):
            for url in (reverse("mail-list"), reverse("mail-detail", args=[number])):
                self.assertEqual(self.client.get(url).status_code, 404)
            self.assertNotContains(self.client.get(reverse("login")), reverse("mail-list"))
