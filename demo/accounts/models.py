"""The site's user: Django's own, with a phone number and a birthday."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.fields import PhoneNumberField

OLDEST_AGE = 130


def validate_birthday(birthday: datetime.date) -> None:
    """Refuse a birthday in the future or too long ago."""
    today = timezone.localdate()
    if birthday > today:
        raise ValidationError("A birthday can't be in the future.", code="future")
    if age_on(today, birthday) > OLDEST_AGE:
        raise ValidationError(
            "That is more than %(years)d years ago. Check the year.",
            code="past",
            params={"years": OLDEST_AGE},
        )


def age_on(day: datetime.date, birthday: datetime.date) -> int:
    """Return the age in whole years on a day; a person born on 29 February turns a year older on 1 March."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


class User(AbstractUser):
    phone_number = PhoneNumberField(
        max_length=16,
        unique=True,
        null=True,
        blank=True,
        help_text="Ten digits, or with the country code: +44 7700 900123.",
        error_messages={"unique": "Another account has this phone number."},
    )
    registered_with = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="The User-Agent of the request that registered them.",
    )
    birthday = models.DateField(null=True, blank=True, validators=[validate_birthday])

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="accounts_user_email_unique",
                violation_error_message="Another account has this email address.",
            ),
        ]

    @property
    def age(self) -> int | None:
        """The age in whole years today, or ``None`` where the birthday is not known."""
        return age_on(timezone.localdate(), self.birthday) if self.birthday else None

    @property
    def display_name(self) -> str:
        """The full name, or the username where no name was given."""
        return self.get_full_name() or self.username
