"""Each kind of user follows every link that is shown, and none is broken."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from django.contrib.auth import get_user_model
from django_journey import JourneyTestCase

from config.tests.seeded import SeededMixin, seed

SITE = "/"
LEAVE_ALONE = ("/admin/", "/media/")


class EveryLinkTests(SeededMixin, JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        seed()

    def test_no_link_that_anybody_is_shown_is_broken(self):
        """A stranger, an author, an editor, a reader and a teacher find no broken link on the whole site."""
        for name in ("", "ada", "edgar", "rita", "tom"):
            with self.subTest(name or "stranger"):
                broken, seen = self.walk(name)
                self.assertFalse(broken, "".join(f"\n{link}: {why}" for link, why in broken.items()))
                self.assertGreater(len(seen), 8)

    def walk(self, name: str) -> tuple[dict[str, str], set[str]]:
        """Return the broken links with their pages, and all links that were followed."""
        users = get_user_model().objects
        actor = self.journey.actor(users.get(username=name)) if name else self.journey.visitor()
        broken: dict[str, str] = {}
        seen, ahead = {SITE}, [(SITE, "the address bar")]
        while ahead:
            path, origin = ahead.pop()
            response = actor.page.goto(path)
            if response.status >= 400:
                broken[path] = f"{response.status}, linked from {origin}"
                continue
            for link in actor.page.locator("a[href]").all():
                target = self.within_the_site(actor.page.url, link.get_attribute("href"))
                if target and target not in seen:
                    seen.add(target)
                    ahead.append((target, path))
        return broken, seen

    @staticmethod
    def within_the_site(page: str, href: str) -> str:
        """Return the path of a link, or nothing if it leaves the site."""
        here, there = urlsplit(page), urlsplit(urldefrag(urljoin(page, href)).url)
        if there.netloc != here.netloc or there.path.startswith(LEAVE_ALONE):
            return ""
        return f"{there.path}?{there.query}" if there.query else there.path
