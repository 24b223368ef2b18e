"""Pages of the account: sign up, dashboard, profile."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.generic import FormView, TemplateView, UpdateView

from accounts.forms import ProfileForm, SignUpForm
from accounts.models import User
from accounts.services import sign_up


class SignUp(FormView):
    template_name = "accounts/sign_up.html"
    form_class = SignUpForm

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return redirect("dashboard")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponseRedirect:
        user = sign_up(form, login_url=self.request.build_absolute_uri(reverse("login")))
        if settings.SIGN_UP_SIGNS_IN:
            login(self.request, user)
            messages.success(self.request, f"Your account is ready, {user.username}. You are signed in.")
            return redirect(settings.SIGNED_UP_REDIRECT_URL or "post_list")
        messages.success(self.request, "Your account is ready. Please log in.")
        return redirect(settings.SIGNED_UP_REDIRECT_URL or "login")


class Dashboard(LoginRequiredMixin, TemplateView):
    template_name = "accounts/dashboard.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            drafts=user.articles.drafts(),
            published_count=user.articles.published().count(),
            posts=user.posts.all()[:5],
            classrooms=user.classrooms.all(),
            seats=user.seats.select_related("classroom"),
            comments=user.comments.filter(article__status="published")
            .select_related("article")
            .order_by("-created_at")[:3],
            **kwargs,
        )


class Profile(LoginRequiredMixin, TemplateView):
    template_name = "accounts/profile.html"


class ProfileEdit(LoginRequiredMixin, SuccessMessageMixin, UpdateView):
    template_name = "accounts/profile_edit.html"
    form_class = ProfileForm
    success_url = reverse_lazy("profile")
    success_message = "Profile saved"

    def get_object(self, queryset=None):
        # A copy: values that the form refuses must not show up in the page's header.
        return User.objects.get(pk=self.request.user.pk)
