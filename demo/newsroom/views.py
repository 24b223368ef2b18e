"""Pages of the newsroom."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView

from config.htmx import AnswersHtmx
from newsroom.forms import ArticleForm, CommentForm
from newsroom.models import Article, Comment
from newsroom.services import AlreadyPublished, publish, save_article


class ArticleList(ListView):
    template_name = "newsroom/article_list.html"
    context_object_name = "articles"
    paginate_by = 10

    def get_queryset(self):
        return Article.objects.published().select_related("author")


class DraftList(LoginRequiredMixin, AnswersHtmx, ListView):
    template_name = "newsroom/draft_list.html"
    part_template_name = "newsroom/drafts.html"
    context_object_name = "articles"

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user).drafts().select_related("author")


class ArticleDetail(AnswersHtmx, DetailView):
    """An article; htmx asks for its comments alone."""

    template_name = "newsroom/article_detail.html"
    part_template_name = "newsroom/comments.html"
    context_object_name = "article"

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user).select_related("author")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**_around(self.object, self.request), **kwargs)


class SavesArticle:
    """Offers the status to users who may publish, and saves the form."""

    template_name = "newsroom/article_form.html"
    form_class = ArticleForm

    def get_form_kwargs(self):
        article = self.object or Article(author=self.request.user)
        may_publish = article.may_be_published_by(self.request.user)
        return {**super().get_form_kwargs(), "instance": article, "may_publish": may_publish}

    def form_valid(self, form: ArticleForm) -> HttpResponse:
        published = form.instance.is_published and form.initial.get("status") != Article.Status.PUBLISHED
        article = save_article(form.save(commit=False), by=self.request.user)
        messages.success(self.request, "Published" if published else self.saved_message)
        return redirect(article)


class ArticleCreate(LoginRequiredMixin, SavesArticle, CreateView):
    saved_message = "Draft saved"


class OwnOrEditors(LoginRequiredMixin):
    """Finds an article for its author and for editors; other readers get 403."""

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user)

    def get_object(self, queryset=None):
        article = super().get_object(queryset)
        if not article.may_be_edited_by(self.request.user):
            raise PermissionDenied
        return article


class ArticleEdit(OwnOrEditors, SavesArticle, UpdateView):
    saved_message = "Changes saved"


class ArticleDelete(OwnOrEditors, DeleteView):
    template_name = "newsroom/confirm_delete.html"
    success_url = reverse_lazy("article-list")

    def form_valid(self, form) -> HttpResponse:
        messages.success(self.request, "Article deleted")
        return super().form_valid(form)

    def delete(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Delete a draft from the list of drafts, which htmx asks for again."""
        self.get_object().delete()
        messages.success(request, "Article deleted")
        return HttpResponse(status=303, headers={"Location": reverse("article-drafts")})


@require_POST
@login_required
def publish_article(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft online: by editors, and by its author if the settings allow it."""
    article = get_object_or_404(Article, pk=pk)
    if not article.may_be_published_by(request.user):
        raise PermissionDenied
    try:
        publish(article, by=request.user)
    except AlreadyPublished:
        messages.info(request, "This article is online already.")
    else:
        messages.success(request, "Published")
    return redirect(article)


@require_POST
@login_required
def comment_on_article(request: HttpRequest, article_pk: int) -> HttpResponse:
    """Add a comment of the signed-in person, or show the article with the form's errors."""
    article = get_object_or_404(Article.objects.published(), pk=article_pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        context = {"article": article, **_around(article, request), "comment_form": form}
        template = "comments" if request.htmx else "article_detail"
        return render(request, f"newsroom/{template}.html", context)
    form.instance.article = article
    form.instance.author = request.user
    comment = form.save()
    messages.success(request, "Thank you for your comment")
    return redirect(comment)


class OwnComments(LoginRequiredMixin):
    """Finds a comment for its author; other users get 403."""

    model = Comment

    def get_object(self, queryset=None):
        comment = super().get_object(queryset)
        if comment.author_id != self.request.user.pk:
            raise PermissionDenied
        return comment


class CommentEdit(OwnComments, UpdateView):
    template_name = "newsroom/comment_form.html"
    form_class = CommentForm

    def form_valid(self, form: CommentForm) -> HttpResponse:
        messages.success(self.request, "Comment saved")
        return super().form_valid(form)


class CommentDelete(OwnComments, DeleteView):
    template_name = "newsroom/confirm_delete.html"

    def get_success_url(self) -> str:
        return self.object.article.get_absolute_url()

    def form_valid(self, form) -> HttpResponse:
        messages.success(self.request, "Comment deleted")
        return super().form_valid(form)


def _around(article: Article, request: HttpRequest) -> dict:
    """The context of an article's page besides the article: comments, their form, permissions."""
    return {
        "comments": article.comments.select_related("author"),
        "comment_form": CommentForm(),
        "may_edit": article.may_be_edited_by(request.user),
        "may_publish": not article.is_published and article.may_be_published_by(request.user),
    }
