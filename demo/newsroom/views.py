"""Pages of the newsroom."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, ListView, UpdateView

from newsroom.forms import ArticleForm, CommentForm
from newsroom.models import Article
from newsroom.services import AlreadyPublished, publish, save_draft


class ArticleList(ListView):
    template_name = "newsroom/article_list.html"
    context_object_name = "articles"
    paginate_by = 10

    def get_queryset(self):
        return Article.objects.published().select_related("author")


class DraftList(LoginRequiredMixin, ListView):
    template_name = "newsroom/draft_list.html"
    context_object_name = "articles"

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user).drafts().select_related("author")


class ArticleDetail(DetailView):
    template_name = "newsroom/article_detail.html"
    context_object_name = "article"

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user).select_related("author")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**_around(self.object, self.request), **kwargs)


class ArticleCreate(LoginRequiredMixin, CreateView):
    template_name = "newsroom/article_form.html"
    form_class = ArticleForm

    def form_valid(self, form: ArticleForm) -> HttpResponse:
        article = save_draft(form.save(commit=False), author=self.request.user)
        messages.success(self.request, "Draft saved")
        return redirect(article)


class ArticleEdit(LoginRequiredMixin, SuccessMessageMixin, UpdateView):
    template_name = "newsroom/article_form.html"
    form_class = ArticleForm
    success_message = "Changes saved"

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user)

    def get_object(self, queryset=None):
        article = super().get_object(queryset)
        if not article.may_be_edited_by(self.request.user):
            raise PermissionDenied
        return article


@require_POST
@login_required
@permission_required("newsroom.publish_article", raise_exception=True)
def publish_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a draft online: for editors alone."""
    article = get_object_or_404(Article, slug=slug)
    try:
        publish(article, by=request.user)
    except AlreadyPublished:
        messages.info(request, "This article is online already.")
    else:
        messages.success(request, "Published")
    return redirect(article)


@require_POST
@login_required
def comment_on_article(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a comment of the signed-in person, or show the article with what is wrong with it."""
    article = get_object_or_404(Article.objects.published(), slug=slug)
    form = CommentForm(request.POST)
    if not form.is_valid():
        context = {"article": article, **_around(article, request), "comment_form": form}
        return render(request, "newsroom/article_detail.html", context)
    form.instance.article = article
    form.instance.author = request.user
    comment = form.save()
    messages.success(request, "Thank you for your comment")
    return redirect(comment)


def _around(article: Article, request: HttpRequest) -> dict:
    """What an article's page shows around the article itself."""
    return {
        "comments": article.comments.select_related("author"),
        "comment_form": CommentForm(),
        "may_edit": article.may_be_edited_by(request.user),
        "may_publish": not article.is_published and request.user.has_perm("newsroom.publish_article"),
    }
