"""Rewrites what a test does with a response of the test client: its attributes, and assertions about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import libcst as cst

from django_journey._convert.calls import ClientCall
from django_journey._convert.targets import Target, code_of, quoted

__all__ = ["LeftError", "ResponseRewriter", "ResponseVariable", "expectation"]


class LeftError(Exception):
    """A test is left as it is; the message is the reason."""


@dataclass(slots=True)
class ResponseVariable:
    """A response, and what takes its place.

    Args:
        ref: The expression that takes its place.
        actor: The actor's variable; empty if it is a response of the API.
        latest: Whether it is still the actor's last response wherever it is read.
        calls: The calls that gave it.
        root: The variable's name, or the call itself.
    """

    ref: str
    actor: str
    latest: bool
    calls: list[ClientCall]
    root: str | cst.Call
    followed: bool = False
    page: bool = field(default=True)

    @property
    def redirected(self) -> bool:
        """Whether the plain test got the redirect, which a page follows."""
        return self.page and not self.followed and all(300 <= call.status < 400 for call in self.calls)

    def is_root(self, node: cst.CSTNode) -> bool:
        """Tell whether a node is this response."""
        if isinstance(self.root, str):
            return isinstance(node, cst.Name) and node.value == self.root
        return node is self.root


_SAME = frozenset(
    {"content", "context", "headers", "json", "resolver_match", "status", "streaming", "charset"}
)


class ResponseRewriter(cst.CSTTransformer):
    """Puts what a story has in the place of a response."""

    def __init__(self, found: ResponseVariable) -> None:
        super().__init__()
        self._found = found
        self._ref = cst.parse_expression(found.ref)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self._ref if self._found.is_root(original_node) else updated_node

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        if not self._found.is_root(original_node.value):
            return updated_node.with_changes(attr=original_node.attr)
        attr = original_node.attr.value
        if attr == "has_header":
            return updated_node  # its call is rewritten as a whole
        if self._found.page:
            return updated_node.with_changes(attr=cst.Name(self._of_page(attr)))
        return self._of_api(attr, updated_node)

    def _of_page(self, attr: str) -> str:
        if attr in ("status_code", "url") and self._found.redirected:
            self._left(attr)
        known = {
            "status_code": "status",
            "context_data": "context",
            "url": "url",
            "template_name": "templates",
        }
        if attr not in known and attr not in _SAME:
            self._left(attr)
        return known.get(attr, attr)

    def _of_api(self, attr: str, node: cst.Attribute) -> cst.BaseExpression:
        known = {
            "status_code": "status",
            "content": "body()",
            "text": "text()",
            "json": "json",
            "headers": "headers",
            "url": 'headers["location"]',
            "data": "json()",
        }
        if attr not in known:
            self._left(attr)
        return cst.parse_expression(f"{code_of(node.value)}.{known[attr]}")

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        value = original_node.value
        is_headers = isinstance(value, cst.Attribute) and value.attr.value == "headers"
        if self._found.is_root(value) or (is_headers and self._found.is_root(value.value)):  # type: ignore[attr-defined]
            key = code_of(updated_node.slice[0])
            if self._found.redirected and "location" in key.lower():
                self._left("Location")
            # Playwright's responses have the names of headers in lower case.
            key = key if self._found.page else key.lower()
            return cst.parse_expression(f"{self._found.ref}.headers[{key}]")
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if self._found.is_root(original_node):
            return self._ref
        func = original_node.func
        if (
            isinstance(func, cst.Attribute)
            and self._found.is_root(func.value)
            and func.attr.value == "has_header"
        ):
            return cst.parse_expression(
                f"({code_of(updated_node.args[0].value)} in {self._found.ref}.headers)"
            )
        if code_of(updated_node.func) == f"{self._found.ref}.body().decode":
            return cst.parse_expression(f"{self._found.ref}.text()")
        return updated_node

    def _left(self, attr: str) -> NoReturn:
        raise LeftError(f"a story has nothing like response.{attr}")


def expectation(
    node: cst.BaseSmallStatement, found: ResponseVariable, target: Callable[[cst.BaseExpression], Target]
) -> list[list[str]] | None:
    """Return what takes the place of an assertion about a response, the best first; ``None`` if it is none.

    Args:
        node: The statement.
        found: The response.
        target: Returns what ``should_be_at`` takes for the expression of a path.
    """
    compared = _compared(node)
    if compared is not None and found.redirected:
        return _about_redirect(*compared, found, target)
    call = node.value if isinstance(node, cst.Expr) else None
    if not isinstance(call, cst.Call):
        return None
    owner, name = _called(call.func)
    if not call.args or not found.is_root(call.args[0].value):
        return None
    given, named = _arguments(call.args[1:])
    if name == "assertRedirects" and given:
        return _redirects(given[0], found, target, owner)
    if name in ("assertTemplateUsed", "assertTemplateNotUsed") and given and found.page:
        inside = name == "assertTemplateUsed"
        return [[_membership(owner, code_of(given[0]), f"{found.ref}.templates", inside)]]
    if name in ("assertContains", "assertNotContains") and given:
        return _contains(call, name, given, named, found, owner)
    return None


def _called(func: cst.BaseExpression) -> tuple[str, str]:
    """Return what comes before an assertion's name, and the name."""
    if isinstance(func, cst.Attribute):
        return f"{code_of(func.value)}.", func.attr.value
    return "", code_of(func)


def _arguments(args: Iterable[cst.Arg]) -> tuple[list[cst.BaseExpression], dict[str, cst.BaseExpression]]:
    plain, named = [], {}
    for arg in args:
        if arg.keyword is None:
            plain.append(arg.value)
        elif arg.keyword.value in ("expected_url", "text", "template_name"):
            plain.insert(0, arg.value)
        else:
            named[arg.keyword.value] = arg.value
    return plain, named


def _membership(owner: str, item: str, of: str, inside: bool) -> str:
    if owner == "self.":
        return f"self.assert{'' if inside else 'Not'}In({item}, {of})"
    return f"assert {item} {'' if inside else 'not '}in {of}"


def _contains(
    call: cst.Call,
    name: str,
    given: Sequence[cst.BaseExpression],
    named: dict[str, cst.BaseExpression],
    found: ResponseVariable,
    owner: str,
) -> list[list[str]]:
    text = code_of(given[0])
    if not found.page:
        if set(named) - {"status_code"} or len(given) > 1:
            raise LeftError(f"{name} with other arguments than a text, of a response that is no page")
        return [[_membership(owner, text, f"{found.ref}.text()", name == "assertContains")]]
    kept = code_of(call.visit(ResponseRewriter(found)))  # type: ignore[arg-type]
    choices = [[kept]]
    if found.redirected:
        raise LeftError(f"{name} reads the body of a redirect, which a page does not show")
    if len(given) == 1 and found.latest and not set(named) - {"status_code"} and _is_plain(given[0], name):
        verb = "should_see" if name == "assertContains" else "should_not_see"
        status = named.get("status_code")
        lines = [f"{found.actor}.{verb}({text})"]
        if status is not None and code_of(status) != "200":
            equal = f"self.assertEqual({found.ref}.status, {code_of(status)})"
            lines.insert(0, equal if owner == "self." else f"assert {found.ref}.status == {code_of(status)}")
        choices.insert(0, lines)
    return choices


def _is_plain(node: cst.BaseExpression, name: str) -> bool:
    """Tell whether a text is one that a page would show to its reader."""
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        text = node.evaluated_value
        return bool(text.strip()) and not set(text) & set('<>="&') and "/" not in text
    # should_not_see of a text that is never shown would pass whatever the page holds.
    return name == "assertContains" and not isinstance(node, (cst.SimpleString, cst.ConcatenatedString))


def _redirects(
    url: cst.BaseExpression,
    found: ResponseVariable,
    target: Callable[[cst.BaseExpression], Target],
    owner: str,
) -> list[list[str]]:
    if found.page:
        if not found.latest:
            raise LeftError("a redirect is checked after a later request")
        return [[f"{found.actor}.should_be_at({target(url).code})"]]
    location = f'{found.ref}.headers["location"]'
    equal = f"self.assertEqual({location}, {code_of(url)})"
    return [[equal if owner == "self." else f"assert {location} == {code_of(url)}"]]


def _compared(node: cst.BaseSmallStatement) -> tuple[cst.BaseExpression, cst.BaseExpression] | None:
    """Return the two sides of ``assertEqual`` or ``assert … == …``."""
    if isinstance(node, cst.Assert) and isinstance(node.test, cst.Comparison):
        (first, *more) = node.test.comparisons
        if not more and isinstance(first.operator, (cst.Equal, cst.In)):
            return node.test.left, first.comparator
    call = node.value if isinstance(node, cst.Expr) else None
    known = ("assertEqual", "assertEquals", "assertURLEqual", "assertIn")
    if isinstance(call, cst.Call) and len(call.args) in (2, 3) and _called(call.func)[1] in known:
        return call.args[0].value, call.args[1].value
    return None


def _about_redirect(
    left: cst.BaseExpression,
    right: cst.BaseExpression,
    found: ResponseVariable,
    target: Callable[[cst.BaseExpression], Target],
) -> list[list[str]] | None:
    for side, other in ((left, right), (right, left)):
        what = _redirect_part(side, found)
        if what and not found.latest:
            raise LeftError("a redirect is checked after a later request")
        if what == "url":
            return [[f"{found.actor}.should_be_at({target(other).code})"]]
        if what == "status":
            return [_landed(found)]
    return None


def _landed(found: ResponseVariable) -> list[str]:
    """Return the lines that say where a redirect led, of which the plain test knew the status alone."""
    first = found.calls[0]
    if any((call.redirect_name) != first.redirect_name for call in found.calls) or not first.redirect_name:
        raise LeftError("the status of a redirect is checked, and where it leads has no name")
    if first.redirect_args or first.redirect_kwargs:
        match = f"{found.ref}.resolver_match.view_name"
        return [f"assert {match} == {quoted(first.redirect_name)}"]
    return [f"{found.actor}.should_be_at({quoted(first.redirect_name)})"]


def _redirect_part(node: cst.BaseExpression, found: ResponseVariable) -> str:
    """Return ``url`` or ``status`` where a node is that part of the response."""
    if isinstance(node, cst.Attribute) and found.is_root(node.value):
        return {"url": "url", "status_code": "status"}.get(node.attr.value, "")
    if isinstance(node, cst.Subscript) and "location" in code_of(node.slice[0]).lower():
        value = node.value
        owner = value.value if isinstance(value, cst.Attribute) and value.attr.value == "headers" else value
        return "url" if found.is_root(owner) else ""
    return ""
