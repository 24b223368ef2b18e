"""Pages of the blog."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView

from blog.forms import PostForm
from blog.models import Post
from blog.pictures import PictureError
from blog.services import delete_post, save_post


class PostList(ListView):
    template_name = "blog/post_list.html"
    context_object_name = "posts"
    paginate_by = 12

    def get_queryset(self):
        return Post.objects.published().select_related("author")


class MyPosts(LoginRequiredMixin, ListView):
    template_name = "blog/my_posts.html"
    context_object_name = "posts"

    def get_queryset(self):
        return Post.objects.filter(author=self.request.user)


class PostDetail(DetailView):
    template_name = "blog/post_detail.html"
    context_object_name = "post"

    def get_queryset(self):
        return Post.objects.visible_to(self.request.user).select_related("author")


class SavesPost:
    """Saves the form, or shows it again if the picture could not be stored."""

    def form_valid(self, form: PostForm) -> HttpResponse:
        form.instance.author = self.request.user
        published = form.instance.is_published and form.initial.get("status") != Post.Status.PUBLISHED
        try:
            post = save_post(
                form.instance,
                picture=form.cleaned_data["featured_image"],
                remove_picture=form.cleaned_data.get("remove_image", False),
            )
        except PictureError:
            form.add_error(
                "featured_image", "The image could not be stored just now. Nothing was saved; try again."
            )
            return self.form_invalid(form)
        messages.success(self.request, "Published" if published else self.saved_message)
        return redirect(post)


class PostCreate(LoginRequiredMixin, SavesPost, CreateView):
    template_name = "blog/post_form.html"
    form_class = PostForm
    saved_message = "Draft saved"


class AuthorsOnly(LoginRequiredMixin):
    """Finds a post for its author; other readers get 403, and users who may not read it get 404."""

    def get_queryset(self):
        return Post.objects.visible_to(self.request.user)

    def get_object(self, queryset=None) -> Post:
        post = super().get_object(queryset)
        if post.author_id != self.request.user.pk:
            raise PermissionDenied
        return post


class PostEdit(AuthorsOnly, SavesPost, UpdateView):
    template_name = "blog/post_form.html"
    form_class = PostForm
    saved_message = "Changes saved"


class PostDelete(AuthorsOnly, DeleteView):
    template_name = "blog/post_confirm_delete.html"
    context_object_name = "post"
    success_url = reverse_lazy("my_posts")

    def form_valid(self, form) -> HttpResponse:
        delete_post(self.object)
        messages.success(self.request, "Post deleted")
        return redirect(self.success_url)
