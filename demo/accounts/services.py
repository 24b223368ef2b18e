"""What signing up does besides storing a user."""

from __future__ import annotations

import logging

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.forms import SignUpForm
from accounts.models import User

logger = logging.getLogger(__name__)


def sign_up(form: SignUpForm, *, login_url: str) -> User:
    """Create the account, then write to the newcomer who gave an email address.

    Saving the form commits: the site has no ``ATOMIC_REQUESTS``, so the mail needs no hook on commit. A mail
    server that is away does not lose the account.

    Args:
        form: A valid form.
        login_url: The absolute URL of the login page, for the mail.
    """
    user = form.save()
    if user.email:
        try:
            send_welcome_mail(user, login_url=login_url)
        except OSError:  # what a server that can't be reached raises, and the errors of smtplib
            logger.exception("The welcome mail to %s was not sent", user.username)
    return user


def send_welcome_mail(user: User, *, login_url: str) -> None:
    """Send the welcome mail, as text and as HTML."""
    context = {"user": user, "login_url": login_url}
    mail = EmailMultiAlternatives(
        subject=f"Welcome, {user.username}",
        body=render_to_string("accounts/mail/welcome.txt", context),
        to=[user.email],
    )
    mail.attach_alternative(render_to_string("accounts/mail/welcome.html", context), "text/html")
    mail.send()
