"""Parses Playwright's selector language into queries; see "Other locators" in Playwright's documentation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from django_journey._dom.aria.tables import (
    CHECKABLE,
    DISABLEABLE,
    EXPANDABLE,
    LEVELLED,
    PRESSABLE,
    SELECTABLE,
)
from django_journey._dom.css.syntax import unescape
from django_journey._dom.query.parts import (
    Alternative,
    Chain,
    Has,
    Intersection,
    Nth,
    OnlyVisible,
    Part,
    Query,
    Role,
    Selector,
    TestId,
    Text,
    TextPattern,
    Unread,
    XPath,
)
from django_journey._dom.query.role_attributes import Condition, parse_attributes
from django_journey._dom.query.selector_syntax import LAYOUT, parse_css
from django_journey._dom.tree.patterns import from_javascript
from django_journey.errors import Error, Explanation, NeedsBrowser

__all__ = ["by_role", "check_role", "parse", "parse_later"]

_NAME = re.compile(r"[a-zA-Z_0-9\-+:*]+")
_ENGINE_STATES = [
    "checked",
    "description",
    "disabled",
    "expanded",
    "include-hidden",
    "level",
    "name",
    "pressed",
    "selected",
]
_ATTRIBUTE_ENGINES = frozenset({"id", "data-testid", "data-test-id", "data-test"})
_SUPPORTED = {
    "checked": CHECKABLE,
    "selected": SELECTABLE,
    "pressed": PRESSABLE,
    "expanded": EXPANDABLE,
    "level": LEVELLED,
    "disabled": DISABLEABLE,
}


def by_role(
    role: str,
    *,
    checked: bool | Literal["mixed"] | None = None,
    disabled: bool | None = None,
    expanded: bool | None = None,
    include_hidden: bool | None = None,
    level: int | None = None,
    name: TextPattern | None = None,
    pressed: bool | Literal["mixed"] | None = None,
    selected: bool | None = None,
    exact: bool | None = None,
    description: TextPattern | None = None,
) -> Role:
    """Return the query part of ``get_by_role``; conditions that are ``None`` are omitted.

    Whether the role supports the states is checked when the query runs (``check_role``), as in Playwright.
    """
    states: dict[str, Any] = {"checked": checked, "disabled": disabled, "expanded": expanded}
    states |= {"level": level, "pressed": pressed, "selected": selected}
    operator: Any = "=" if exact else "*="
    return Role(
        role,
        **states,
        include_hidden=bool(include_hidden),
        name=name,
        exact=bool(exact),
        operator=operator,
        description=description,
        description_exact=bool(exact),
        description_operator=operator,
    )


def check_role(sought: Role) -> None:
    """Check that the role supports the states of a query.

    Raises:
        Error: The role is empty, or does not support a state.
    """
    _check_states(sought.role, [state for state in _SUPPORTED if getattr(sought, state) is not None])


def _check_states(role: str, states: list[str]) -> None:
    if not role:
        raise Error("Role must not be empty")
    for state in states:
        if role not in _SUPPORTED[state]:
            known = ", ".join(f'"{supported}"' for supported in sorted(_SUPPORTED[state]))
            raise Error(
                Explanation(
                    f'"{state}" attribute is only supported for roles: {known}',
                    where=f'get_by_role("{role}")',
                    instead=f'leave {state} out, or use CSS, such as locator("[aria-{state}]")',
                )
            )


@lru_cache(maxsize=2048)
def parse(source: str) -> Selector:
    """Parse a selector: engines such as ``css=``, ``text=``, ``role=``, ``xpath=``, chained by ``>>``.

    Args:
        source: The selector.

    Raises:
        Error: The selector is invalid.
        NeedsBrowser: It is a layout selector, or enters a frame.
    """
    parts: list[Part] = []
    capture: int | None = None
    for text in _split(source):
        engine, body = _engine(text)
        if engine.startswith("*"):
            if capture is not None:
                raise Error("Only one of the selectors can capture using * modifier")
            capture = len(parts)
            engine = engine[1:]
        parts.append(_part(engine, body, text, source, first=not parts))
    return Selector(source, tuple(parts), capture)


def parse_later(source: str) -> Selector | Unread:
    """Parse a selector; an invalid one raises an error when the query runs, as in Playwright."""
    try:
        return parse(source)
    except Error:
        return Unread(source)


def _split(source: str) -> list[str]:
    """Split at ``>>``, except within quotes; quotes inside ``text=…`` do not count."""
    pieces: list[str] = []
    start = index = 0
    quoted = ""
    while index < len(source):
        char = source[index]
        if char == "\\" and index + 1 < len(source):
            index += 2
            continue
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char in "\"'`" and not re.match(r"\s*text\s*=.", source[start:index], re.DOTALL):
            quoted = char
        elif char == ">" and source[index + 1 : index + 2] == ">":
            pieces.append(source[start:index])
            index += 2
            start = index
            continue
        index += 1
    return [piece.strip() for piece in (*pieces, source[start:])]


def _engine(text: str) -> tuple[str, str]:
    name, equals, body = text.partition("=")
    if equals and _NAME.fullmatch(name.strip()):
        return name.strip(), body
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return "text", text
    if re.match(r"\(*//", text) or text.startswith(".."):
        return "xpath", text
    return "css", text


def _part(engine: str, body: str, text: str, source: str, *, first: bool) -> Part:
    light, _, suffix = engine.partition(":")
    if suffix == "light":
        engine = light  # selectors do not enter shadow trees here, so both are the same
    if engine == "css":
        return parse_css(body)
    if engine == "text":
        return text_engine(body)
    if engine == "xpath":
        return XPath(body)
    if engine == "role":
        return _role_engine(body)
    if engine == "nth":
        return _nth(body)
    if engine == "visible":
        return OnlyVisible(body == "true")
    if engine in _ATTRIBUTE_ENGINES:
        return TestId(body, engine)
    if engine in LAYOUT:
        raise NeedsBrowser(f"{engine}=", "only a browser lays out a page", where=source)
    if engine.startswith("internal:"):
        return _internal(engine, body, text, first=first)
    raise Error(
        Explanation(
            f'Unknown engine "{engine}" while parsing selector {source}',
            instead="engines are css=, text=, role=, xpath=, id=, data-testid=, nth= and visible=",
        )
    )


def _nth(body: str) -> Nth:
    try:
        return Nth(int(body))
    except ValueError:
        raise Error(f"nth={body}: the place must be a whole number, from 0; -1 is the last") from None


def text_engine(body: str) -> Text:
    """Parse the body of ``text=``: a substring, a quoted whole run of text, or a pattern ``/…/``."""
    if body[:1] == "/" and body.rfind("/") > 0:
        end = body.rfind("/")
        return Text(from_javascript(body[1:end], body[end + 1 :]))
    if len(body) > 1 and body[0] == body[-1] and body[0] in "\"'":
        return Text(unescape(body[1:-1]), exact=True, by_node=True)
    return Text(body)


def _role_engine(body: str) -> Role:
    role, conditions = parse_attributes(body, allow_unquoted=True)
    if not role:
        raise Error("Role must not be empty")
    given: dict[str, Any] = {}
    for condition in conditions:
        if condition.name not in _ENGINE_STATES:
            known = ", ".join(f'"{state}"' for state in _ENGINE_STATES)
            raise Error(f'Unknown attribute "{condition.name}", must be one of {known}.')
        if condition.name in _SUPPORTED:
            _check_states(role, [condition.name])
        given.update(_role_condition(condition))
    return Role(role, **given)


def _role_condition(condition: Condition) -> dict[str, Any]:
    name, value = condition.name, condition.value
    if name in ("checked", "pressed"):
        return {name: _one_of(condition, (True, False, "mixed"))}
    if name in ("selected", "expanded", "disabled"):
        return {name: _one_of(condition, (True, False))}
    if name == "include-hidden":
        return {"include_hidden": _one_of(condition, (True, False))}
    if name == "level":
        if isinstance(value, str) and value.strip().isdigit():
            value = int(value)
        if condition.operator != "=" or isinstance(value, bool) or not isinstance(value, int):
            raise Error('"level" attribute must be compared to a number')
        return {"level": value}
    if condition.operator == "truthy" or value == "":
        raise Error(f'"{name}" attribute must have a value')
    if not isinstance(value, str | re.Pattern):
        raise Error(f'"{name}" attribute must be a string or a regular expression')
    if name == "name":
        return {"name": value, "operator": condition.operator, "exact": condition.case_sensitive}
    return {
        "description": value,
        "description_operator": condition.operator,
        "description_exact": condition.case_sensitive,
    }


def _one_of(condition: Condition, values: tuple[Any, ...]) -> Any:
    value = True if condition.operator == "truthy" else condition.value
    if condition.operator not in ("truthy", "=") or not any(
        value is known or value == known for known in values
    ):
        known = ", ".join(f'"{known}"' if isinstance(known, str) else str(known).lower() for known in values)
        raise Error(f'"{condition.name}" must be one of {known}')
    return value


_COMPOSITE: dict[str, Callable[[Query], Part]] = {
    "internal:has": Has,
    "internal:has-not": lambda query: Has(query, negated=True),
    "internal:and": Intersection,
    "internal:or": Alternative,
    "internal:chain": Chain,
}


def _internal(engine: str, body: str, text: str, *, first: bool) -> Part:
    """Parse an internal engine that combines selectors; others are rejected, since they have public calls."""
    if engine == "internal:control":
        raise NeedsBrowser("frame_locator()", "frames are not loaded", where=text)
    composite = _COMPOSITE.get(engine)
    if composite is None:
        raise Error(
            Explanation(
                f"{text} is an engine of Playwright's own, not a public one", instead="use get_by_…()"
            )
        )
    try:
        nested = json.loads(body)
    except ValueError:
        nested = None
    if not isinstance(nested, str):
        raise Error(f"Malformed selector: {engine}={body}")
    query = Query((parse(nested),))
    if first:
        raise Error(f'"{engine}" selector cannot be first')
    return composite(query)
