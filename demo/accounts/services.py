"""What signing up does beyond storing a user."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from accounts.forms import SignUpForm
from accounts.models import User


def sign_up(form: SignUpForm, *, login_url: str) -> User:
    """Create the account, and write to the newcomer once it is really stored.

    Args:
        form: A valid form.
        login_url: The absolute URL of the login page, for the letter.
    """
    with transaction.atomic():
        user = form.save()
        # Robust: an account is not lost because the mail server is away. Django logs the callback's own
        # name then, which a partial has not.
        transaction.on_commit(lambda: send_welcome_mail(user, login_url=login_url), robust=True)
    return user


def send_welcome_mail(user: User, *, login_url: str) -> None:
    """Send the welcome letter, as text and as HTML."""
    context = {"user": user, "login_url": login_url}
    mail = EmailMultiAlternatives(
        subject=f"Welcome, {user.username}",
        body=render_to_string("accounts/mail/welcome.txt", context),
        to=[user.email],
    )
    mail.attach_alternative(render_to_string("accounts/mail/welcome.html", context), "text/html")
    mail.send()
