"""Model fields for values that people type in many ways and the site stores in one."""

from __future__ import annotations

import re

from django import forms
from django.core.validators import RegexValidator
from django.db import models

validate_phone_number = RegexValidator(
    r"^(\+[1-9][0-9]{6,14}|[0-9]{10})$",
    "Enter a phone number of ten digits, or one with its country code, e.g. +44 7700 900123.",
)

NATIONAL_DIGITS = 10
ROOM_TO_TYPE = 30  # with spaces, brackets and dashes
_SPACERS = re.compile(r"[\s().\-/]")


def normalize_phone_number(text: str) -> str:
    """Bring a phone number to one form: ``0044 (7700) 900-123`` becomes ``+447700900123``.

    Ten digits are a number without its country code, even where they begin with two zeros.
    """
    compact = _SPACERS.sub("", text)
    return f"+{compact[2:]}" if compact.startswith("00") and len(compact) > NATIONAL_DIGITS else compact


class PhoneNumberField(models.CharField):
    """A phone number, of ten digits or with its country code, stored without spaces however it was typed."""

    default_validators = [validate_phone_number]

    def to_python(self, value):
        value = super().to_python(value)
        return normalize_phone_number(value) if value else value

    def pre_save(self, model_instance, add):
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        # The typed number may be longer than the stored one; a browser would silently cut it off.
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        return super().formfield(**{"max_length": ROOM_TO_TYPE, "widget": widget, **kwargs})
