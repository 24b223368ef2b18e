"""What a snapshot's key holds of a value."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from django_journey._world.snapshots.digests import text_of


def test_translations_are_told_apart_without_being_made() -> None:
    assert text_of(gettext_lazy("one")) == text_of(gettext_lazy("one"))
    assert text_of(gettext_lazy("one")) != text_of(gettext_lazy("two"))
