"""Names of people, as a class list shows them."""

from __future__ import annotations

import re

from django.db import models

# A part of a name begins after a space, a hyphen, or the apostrophe of a single letter (O'Neil, D'Arc).
_FIRST_LETTERS = re.compile(r"(?:(?<=^)|(?<=[\s\-])|(?<=\b[^\W\d_]['\u2019]))[^\W\d_]")


def title_case(name: str) -> str:
    """Capitalise each part of a name and leave the rest as it was typed.

    Args:
        name: A name in any case and with any spacing, e.g. ``"  smartie   pants"``.

    Returns:
        The name in title case with single spaces, e.g. ``"Smartie Pants"``; ``"McKay"`` stays as it is.
    """
    return _FIRST_LETTERS.sub(lambda letter: letter.group().upper(), " ".join(name.split()))


class NameField(models.CharField):
    """A name that is always saved in title case."""

    def to_python(self, value):
        value = super().to_python(value)
        return title_case(value) if value else value

    def pre_save(self, model_instance, add):
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
