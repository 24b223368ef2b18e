"""Stories of newcomers to the blog, who are signed in as soon as they have an account."""

from __future__ import annotations

from django.test import override_settings
from django.urls import reverse
from django_journey import JourneyTestCase, expect

from accounts.factories import PASSWORD, UserFactory
from accounts.models import User
from blog.factories import PostFactory

NEWCOMER = {
    "Username": "bea",
    "Email address": "bea@example.com",
    "Password": "zebra-crossing-9",
    "Password confirmation": "zebra-crossing-9",
}


@override_settings(SIGN_UP_SIGNS_IN=True, SIGNED_UP_REDIRECT_URL="post_list")
class JoiningTests(JourneyTestCase):
    def test_a_newcomer_joins_leaves_and_comes_back(self):
        """B1: sign up, signed in at once, the post list, a protected page; log out; log in by the form; again."""
        PostFactory(published=True, title="Somebody else's walk")
        bea = self.journey.visitor("bea")
        bea.visit("signup")
        bea.fill(NEWCOMER)
        bea.click("Sign up")

        bea.should_be_at("post_list")
        bea.should_see("Somebody else's walk")
        bea.should_see("You are signed in.")
        self.assertTrue(bea.response.context["user"].is_authenticated)
        bea.click("My posts")
        bea.should_be_at("my_posts")
        bea.should_see("You have written nothing yet.")

        bea.click("Log out")
        bea.visit("my_posts")
        bea.should_be_at(f"{reverse('login')}?next={reverse('my_posts')}")
        bea.fill({"Username": "bea", "Password": "zebra-crossing-9"})
        bea.click("Log in")
        bea.should_be_at("my_posts")
        expect(bea.page.get_by_role("link", name="bea")).to_be_visible()

    def test_passwords_that_differ_make_no_account_and_no_session(self):
        """B2: the form is shown again with its error; no user is stored or signed in."""
        bea = self.journey.visitor("bea")
        bea.visit("signup")
        bea.fill(NEWCOMER | {"Password confirmation": "zebra-crossing-8"})
        bea.click("Sign up")
        bea.should_be_at("signup")
        bea.should_see("The two password fields")
        self.assertFalse(User.objects.exists())
        bea.visit("my_posts")
        bea.should_be_at(f"{reverse('login')}?next={reverse('my_posts')}")


class ComingBackTests(JourneyTestCase):
    def test_a_wrong_password_opens_no_protected_page_and_the_right_one_leads_back(self):
        """B2: a wrong password does not log in; the login page leads back to each protected page."""
        bea_user = UserFactory(username="bea")
        post = PostFactory(author=bea_user, slug="a-walk")
        pages = [("my_posts", {}), ("post_create", {}), ("post_edit", {"slug": post.slug})]
        for name, kwargs in [*pages, ("post_delete", {"slug": post.slug})]:
            with self.subTest(name):
                bea = self.journey.visitor("bea")
                bea.visit(name, **kwargs)
                bea.fill({"Username": "bea", "Password": "wrong"})
                bea.click("Log in")
                bea.should_see("Please enter a correct username and password.")
                bea.fill({"Username": "bea", "Password": PASSWORD})
                bea.click("Log in")
                bea.should_be_at(name, **kwargs)
