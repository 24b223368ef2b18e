"""Stories of posts without a service: written, published, edited and deleted, by their author only."""

from __future__ import annotations

from django_journey import JourneyTestCase, expect

from accounts.factories import UserFactory
from blog.factories import PostFactory
from blog.models import Post


class WritingTests(JourneyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.bea_user = UserFactory(username="bea", first_name="Bea", last_name="Marsh")
        cls.otto_user = UserFactory(username="otto")

    def test_a_post_from_its_first_draft_to_its_end(self):
        """B3: create, draft, publish, detail by slug, edit, delete; the reader sees what is public at the time."""
        bea, reader = self.journey.actor(self.bea_user), self.journey.visitor("reader")
        bea.visit("post_list")
        bea.click("Write a post")
        bea.fill({"Title": "A walk by the sea", "Content": "It was further than the map had said."})
        bea.click("Save")
        bea.should_be_at("post_detail", slug="a-walk-by-the-sea")
        bea.should_see("Draft saved")

        reader.visit("post_list")
        reader.should_not_see("A walk by the sea")

        bea.click("Edit")
        bea.fill("Content", "It was exactly as far as the map had said.")
        bea.click("Publish")
        bea.should_see("Published")

        reader.visit("post_list")
        reader.click("A walk by the sea")
        reader.should_be_at("post_detail", slug="a-walk-by-the-sea")
        reader.should_see("exactly as far")
        reader.should_see("Bea Marsh")
        expect(reader.page.get_by_role("article").get_by_role("img")).to_have_count(0)

        bea.click("Edit")
        bea.fill("Title", "A walk along the sea")
        bea.click("Save changes")
        bea.should_be_at("post_detail", slug="a-walk-by-the-sea")
        reader.page.reload()
        expect(reader.page.get_by_role("heading", level=1)).to_have_text("A walk along the sea")

        bea.click("Delete")
        bea.should_see("The post will be deleted for good.")
        bea.click("Delete the post")
        bea.should_be_at("my_posts")
        bea.should_see("Post deleted")
        self.assertEqual(reader.page.reload().status, 404)
        self.assertFalse(Post.objects.exists())

    def test_the_status_is_chosen_in_the_form(self):
        """B3: published, and a draft again."""
        bea, reader = self.journey.actor(self.bea_user), self.journey.visitor("reader")
        bea.visit("post_create")
        expect(bea.page.get_by_label("Status")).to_have_value("draft")
        bea.fill({"Title": "A walk by the sea", "Content": "It was far."})
        bea.choose("Status", "Published")
        bea.click("Save")
        bea.should_see("Published")
        reader.visit("post_list")
        reader.should_see("A walk by the sea")

        bea.click("Edit")
        bea.choose("Status", "Draft")
        bea.click("Save changes")
        reader.page.reload()
        reader.should_not_see("A walk by the sea")
        bea.visit("my_posts")
        bea.should_see("A walk by the sea")

    def test_others_are_offered_nothing_and_get_nothing(self):
        """B3: only the author edits or deletes, even if others send the request without the page."""
        post = PostFactory(author=self.bea_user, published=True, slug="mine")
        otto = self.journey.actor(self.otto_user)
        otto.visit("post_detail", slug="mine")
        expect(otto.page.get_by_role("link", name="Edit")).to_have_count(0)
        expect(otto.page.get_by_role("link", name="Delete")).to_have_count(0)
        for name in ("edit", "delete"):
            self.assertEqual(otto.page.goto(f"/blog/posts/mine/{name}/").status, 403)
            otto.should_see("You may not do that")
        self.assertEqual(Post.objects.get(), post)

    def test_a_post_without_a_title_does_not_even_leave_the_page(self):
        """B3: invalid data is refused at the right layer: by the page, and by the server without it."""
        bea = self.journey.actor(self.bea_user)
        bea.visit("post_create")
        bea.fill("Content", "No title.")
        bea.click("Publish")
        bea.should_be_at("post_create")
        bea.fill("Title", "   ")
        bea.click("Publish")
        bea.should_see("This field is required.")
        expect(bea.page.get_by_label("Content")).to_have_value("No title.")
        self.assertFalse(Post.objects.exists())

    def test_two_posts_of_one_title_have_two_addresses(self):
        """B3: detail by slug."""
        PostFactory(published=True, title="Monday", slug="monday", content="The first one.")
        bea = self.journey.actor(self.bea_user)
        bea.visit("post_create")
        bea.fill({"Title": "Monday", "Content": "The second one."})
        bea.click("Publish")
        bea.should_be_at("post_detail", slug="monday-2")
        bea.visit("post_detail", slug="monday")
        bea.should_see("The first one.")
