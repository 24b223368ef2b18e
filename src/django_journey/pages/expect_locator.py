"""What a test may expect of a locator: every matcher of Playwright's that needs no layout and no script."""

from __future__ import annotations

from django_journey.pages.expect_base import negated
from django_journey.pages.expect_states import StateMatchers
from django_journey.pages.expect_values import ValueMatchers

__all__ = ["LocatorAssertions"]


class LocatorAssertions(StateMatchers, ValueMatchers):
    """What is expected of a locator; each matcher looks once, since nothing changes by itself here.

    Every matcher takes ``timeout`` as Playwright does, and raises ``ExpectationError`` (an ``AssertionError``)
    when it does not hold; those about one element also when several fit.
    """

    not_to_be_attached = negated(StateMatchers.to_be_attached)
    not_to_be_checked = negated(StateMatchers.to_be_checked)
    not_to_be_disabled = negated(StateMatchers.to_be_disabled)
    not_to_be_editable = negated(StateMatchers.to_be_editable)
    not_to_be_empty = negated(StateMatchers.to_be_empty)
    not_to_be_enabled = negated(StateMatchers.to_be_enabled)
    not_to_be_focused = negated(StateMatchers.to_be_focused)
    not_to_be_hidden = negated(StateMatchers.to_be_hidden)
    not_to_be_in_viewport = negated(StateMatchers.to_be_in_viewport)
    not_to_be_visible = negated(StateMatchers.to_be_visible)
    not_to_contain_class = negated(ValueMatchers.to_contain_class)
    not_to_contain_text = negated(ValueMatchers.to_contain_text)
    not_to_have_accessible_description = negated(ValueMatchers.to_have_accessible_description)
    not_to_have_accessible_error_message = negated(ValueMatchers.to_have_accessible_error_message)
    not_to_have_accessible_name = negated(ValueMatchers.to_have_accessible_name)
    not_to_have_attribute = negated(ValueMatchers.to_have_attribute)
    not_to_have_class = negated(ValueMatchers.to_have_class)
    not_to_have_count = negated(StateMatchers.to_have_count)
    not_to_have_css = negated(ValueMatchers.to_have_css)
    not_to_have_id = negated(ValueMatchers.to_have_id)
    not_to_have_js_property = negated(ValueMatchers.to_have_js_property)
    not_to_have_role = negated(ValueMatchers.to_have_role)
    not_to_have_text = negated(ValueMatchers.to_have_text)
    not_to_have_value = negated(ValueMatchers.to_have_value)
    not_to_have_values = negated(ValueMatchers.to_have_values)
    not_to_match_aria_snapshot = negated(ValueMatchers.to_match_aria_snapshot)
