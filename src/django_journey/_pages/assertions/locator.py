"""The matchers of a locator: all of Playwright's that need no layout and no script."""

from __future__ import annotations

from django_journey._pages.assertions.state_matchers import StateMatchers
from django_journey._pages.assertions.text_and_value_matchers import ValueMatchers
from django_journey._pages.assertions.verdict import negated

__all__ = ["LocatorAssertions"]


class LocatorAssertions(StateMatchers, ValueMatchers):
    """The matchers of a locator; each checks once, since no page changes by itself.

    Every matcher takes ``timeout`` as Playwright does, and raises ``ExpectationError`` (an ``AssertionError``)
    when the expectation is not met; those about one element also when several are found.
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
