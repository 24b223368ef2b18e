"""Each page of the newsroom on its own, with nothing but Django's test client."""

from django.test import TestCase
from django.urls import reverse

from accounts.factories import EditorFactory, UserFactory
from newsroom.factories import ArticleFactory, CommentFactory
from newsroom.models import Article, Comment


class ArticleListTests(TestCase):
    def test_it_lists_what_is_published_newest_first(self):
        """F2: a plain Django test (TestCase, client, reverse, assertContains) runs unchanged beside journeys."""
        older, newer = ArticleFactory.create_batch(2, published=True)
        response = self.client.get(reverse("article-list"))
        self.assertTemplateUsed(response, "newsroom/article_list.html")
        self.assertContains(response, older.title)
        self.assertQuerySetEqual(response.context["articles"], [newer, older])

    def test_drafts_are_not_listed(self):
        draft = ArticleFactory()
        response = self.client.get(reverse("article-list"))
        self.assertNotContains(response, draft.title)
        self.assertContains(response, "Nothing has been published yet.")

    def test_the_eleventh_article_is_on_the_second_page(self):
        ArticleFactory.create_batch(11, published=True)
        self.assertContains(self.client.get(reverse("article-list")), "Page 1 of 2")
        response = self.client.get(reverse("article-list"), {"page": 2})
        self.assertEqual(len(response.context["articles"]), 1)

    def test_its_queries_do_not_grow_with_its_articles(self):
        ArticleFactory.create_batch(8, published=True)
        with self.assertNumQueries(2):
            self.client.get(reverse("article-list"))


class ArticleDetailTests(TestCase):
    def test_it_shows_the_article_and_its_comments(self):
        comment = CommentFactory()
        response = self.client.get(comment.article.get_absolute_url())
        self.assertContains(response, comment.article.title)
        self.assertContains(response, comment.body)
        self.assertContains(response, "Log in to comment")

    def test_what_people_write_is_text_and_not_markup(self):
        comment = CommentFactory(body="<script>alert(1)</script>")
        response = self.client.get(comment.article.get_absolute_url())
        self.assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")

    def test_a_draft_does_not_exist_for_strangers_and_members(self):
        draft = ArticleFactory()
        self.assertEqual(self.client.get(draft.get_absolute_url()).status_code, 404)
        self.client.force_login(UserFactory())
        self.assertEqual(self.client.get(draft.get_absolute_url()).status_code, 404)

    def test_a_draft_exists_for_its_author_who_can_not_publish_it(self):
        draft = ArticleFactory()
        self.client.force_login(draft.author)
        response = self.client.get(draft.get_absolute_url())
        self.assertContains(response, "Edit")
        self.assertNotContains(response, ">Publish<")

    def test_editors_are_offered_to_publish_a_draft_and_not_what_is_online(self):
        self.client.force_login(EditorFactory())
        self.assertContains(self.client.get(ArticleFactory().get_absolute_url()), ">Publish<")
        online = ArticleFactory(published=True)
        self.assertNotContains(self.client.get(online.get_absolute_url()), ">Publish<")


class WritingTests(TestCase):
    def setUp(self):
        self.author = UserFactory()
        self.client.force_login(self.author)

    def test_what_is_written_is_a_draft_of_its_author(self):
        response = self.client.post(
            reverse("article-create"), {"title": "The tide", "body": "Text"}, follow=True
        )
        article = Article.objects.get()
        self.assertRedirects(response, reverse("article-detail", kwargs={"slug": "the-tide"}))
        self.assertContains(response, "Draft saved")
        self.assertEqual((article.author, article.status), (self.author, "draft"))

    def test_an_article_without_a_title_is_refused_where_it_lacks(self):
        response = self.client.post(reverse("article-create"), {"title": "", "body": "Text"})
        self.assertFormError(response.context["form"], "title", "This field is required.")
        self.assertFalse(Article.objects.exists())

    def test_authors_edit_their_own_articles_at_the_same_address(self):
        article = ArticleFactory(author=self.author)
        url = reverse("article-edit", kwargs={"slug": article.slug})
        response = self.client.post(url, {"title": "Better", "body": "Text"}, follow=True)
        self.assertRedirects(response, article.get_absolute_url())
        self.assertContains(response, "Better")

    def test_others_may_not_edit_them(self):
        online = ArticleFactory(published=True)
        url = reverse("article-edit", kwargs={"slug": online.slug})
        self.assertEqual(self.client.post(url, {"title": "Mine", "body": "x"}).status_code, 403)
        online.refresh_from_db()
        self.assertNotEqual(online.title, "Mine")

    def test_the_list_of_drafts_shows_ones_own(self):
        mine, others = ArticleFactory(author=self.author), ArticleFactory()
        response = self.client.get(reverse("article-drafts"))
        self.assertContains(response, mine.title)
        self.assertNotContains(response, others.title)


class PublishingTests(TestCase):
    def setUp(self):
        self.article = ArticleFactory()
        self.url = reverse("article-publish", kwargs={"pk": self.article.pk})

    def is_published(self):
        self.article.refresh_from_db()
        return self.article.is_published

    def test_editors_publish_by_post_and_are_led_back(self):
        self.client.force_login(EditorFactory())
        response = self.client.post(self.url, follow=True)
        self.assertRedirects(response, self.article.get_absolute_url())
        self.assertContains(response, '<p class="message message-success" role="status">Published</p>')
        self.assertTrue(self.is_published())

    def test_publishing_twice_says_so_and_changes_nothing(self):
        self.client.force_login(EditorFactory())
        self.client.post(self.url)
        self.assertContains(self.client.post(self.url, follow=True), "online already")

    def test_authors_may_not_publish_their_own(self):
        self.client.force_login(self.article.author)
        self.assertContains(self.client.post(self.url), "You may not do that", status_code=403)
        self.assertFalse(self.is_published())

    def test_strangers_are_asked_to_log_in(self):
        self.assertRedirects(self.client.post(self.url), f"{reverse('login')}?next={self.url}")
        self.assertFalse(self.is_published())

    def test_nothing_is_published_by_looking_at_it(self):
        """D1: publishing needs a POST."""
        self.client.force_login(EditorFactory())
        self.assertEqual(self.client.get(self.url).status_code, 405)
        self.assertFalse(self.is_published())


class CommentingTests(TestCase):
    def setUp(self):
        self.reader = UserFactory()
        self.client.force_login(self.reader)
        self.article = ArticleFactory(published=True)
        self.url = reverse("comment-create", kwargs={"article_pk": self.article.pk})

    def test_a_comment_is_stored_with_its_author(self):
        response = self.client.post(self.url, {"body": "Well said"})
        comment = Comment.objects.get()
        self.assertRedirects(response, comment.get_absolute_url(), fetch_redirect_response=False)
        self.assertEqual((comment.author, comment.article), (self.reader, self.article))

    def test_an_empty_comment_shows_the_article_with_what_is_wrong(self):
        response = self.client.post(self.url, {"body": ""})
        self.assertContains(response, "This field is required.")
        self.assertContains(response, self.article.title)
        self.assertFalse(Comment.objects.exists())

    def test_a_draft_can_not_be_commented_on(self):
        draft = ArticleFactory(author=self.reader)
        url = reverse("comment-create", kwargs={"article_pk": draft.pk})
        self.assertEqual(self.client.post(url, {"body": "First"}).status_code, 404)

    def test_strangers_are_asked_to_log_in(self):
        self.client.logout()
        self.assertRedirects(self.client.post(self.url, {"body": "x"}), f"{reverse('login')}?next={self.url}")
        self.assertFalse(Comment.objects.exists())
