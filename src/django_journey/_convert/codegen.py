"""Rewrites what Playwright's codegen writes (Python, sync, for pytest or as a script) as a story."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import libcst as cst
import libcst.matchers as m

from django_journey._convert.facts import MARK, Choices
from django_journey._convert.site_facts import name_of_path
from django_journey._convert.targets import code_of, nodes_of, quoted
from django_journey.errors import ConfigurationError, Explanation

__all__ = ["Script", "StoryData", "script_of"]


@dataclass(frozen=True, slots=True)
class StoryData:
    """The rows that a recorded story needs.

    Args:
        imports: The imports of its first lines.
        lines: Its first lines.
        users: The expressions of users by the names that they log in with.
        signed_in: The expression of the user whom the recording began with; empty for a visitor.
    """

    imports: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    signed_in: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement of a script.

    Args:
        node: The statement.
        verb: ``goto``, or the method that is called last; empty for another statement.
        kind: The role, or ``label``, ``placeholder``, ``text``; empty for another locator.
        name: The name, label or text of the element.
        value: The source of what is filled in or chosen.
        text: That, if it is a literal; for ``goto`` the URL.
    """

    node: cst.BaseStatement
    verb: str = ""
    kind: str = ""
    name: str = ""
    value: str = ""
    text: str = ""


_LOCATORS = {"get_by_label": "label", "get_by_placeholder": "placeholder", "get_by_text": "text"}
_FIELDS = ("label", "placeholder", "textbox", "searchbox", "spinbutton", "combobox")
_NOISE = re.compile(
    r"^(?:(browser|context|page)\d* = |\w+\.(close|set_default_timeout|set_viewport_size)\()", re.MULTILINE
)


@dataclass(slots=True)
class Script:
    """A script of codegen.

    Args:
        name: The name of the story.
        steps: Its statements.
    """

    name: str
    steps: list[_Step]

    def story(self, data: StoryData, chosen: Choices, *, marks: bool = False) -> tuple[str, Choices]:
        """Return the source of the story, and how many alternatives each conversion has.

        Args:
            data: The rows that it needs.
            chosen: Which alternatives to use.
            marks: Whether each converted line is marked.
        """
        writer = _StoryWriter(data, chosen)
        writer.write(self.steps)
        body = [line if marks else line.partition(MARK)[0] for line in writer.lines]
        text = "\n".join(body)
        imports = [*data.imports, *writer.imports]
        if re.search(r"\bexpect\(", text):
            imports.append("from django_journey import expect")
        if re.search(r"\bre\.compile\(", text):
            imports.insert(0, "import re")
        head = "".join(f"{line}\n" for line in dict.fromkeys(imports))
        indented = "".join(f"    {line}\n" for line in text.split("\n"))
        return f"{head}\n\ndef {self.name}(journey):\n{indented}".lstrip("\n"), writer.alternatives


def script_of(source: str, name: str = "") -> Script:
    """Return the script in a source.

    Args:
        source: What codegen wrote.
        name: The name of the story; that of the function in the source if it is empty.

    Raises:
        ConfigurationError: Nothing was recorded.
    """
    for function in nodes_of(cst.parse_module(source), cst.FunctionDef):
        if any(code_of(node) == "page.goto" for node in nodes_of(function, cst.Attribute)):
            steps = [_step(each) for each in function.body.body if isinstance(each, cst.BaseStatement)]
            kept = [step for step in steps if not _NOISE.search(code_of(step.node).strip())]
            own = function.name.value
            return Script(name or (own if own.startswith("test") else "test_recorded"), _cleaned(kept))
    raise ConfigurationError(
        Explanation(
            "nothing was recorded", where="the script that codegen wrote", instead="open a page in its window"
        )
    )


def _step(node: cst.BaseStatement) -> _Step:
    """Read a statement: ``page.goto(…)``, or a locator's method."""
    call = node.body[0].value if m.matches(node, _CALL) else None  # type: ignore[attr-defined]
    if call is None:
        return _Step(node)
    owner, verb = call.func.value, call.func.attr.value
    value = code_of(call.args[0].value) if call.args else ""
    text = _literal(call.args[0].value) if call.args else ""
    if isinstance(owner, cst.Name) and owner.value == "page":
        return _Step(node, verb, "page", "", value, text)
    if not m.matches(owner, _LOCATOR):
        return _Step(node, verb)
    method = owner.func.attr.value
    names = {arg.keyword.value: _literal(arg.value) for arg in owner.args if arg.keyword}
    first = _literal(owner.args[0].value) if owner.args else ""
    if method == "get_by_role":
        return _Step(node, verb, first, names.get("name", ""), value, text)
    return _Step(node, verb, _LOCATORS.get(method, ""), first, value, text)


_CALL = m.SimpleStatementLine(body=[m.Expr(value=m.Call(func=m.Attribute()))])
_LOCATOR = m.Call(func=m.Attribute(value=m.Name("page")))


def _literal(node: cst.BaseExpression) -> str:
    found = node.evaluated_value if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) else ""
    return found if isinstance(found, str) else ""


def _cleaned(steps: Sequence[_Step]) -> list[_Step]:
    """Leave out what only moves the focus: a click into the field that is filled in next, a press of Tab."""
    kept: list[_Step] = []
    for number, step in enumerate(steps):
        following = steps[number + 1] if number + 1 < len(steps) else None
        same = following is not None and (following.kind, following.name) == (step.kind, step.name)
        if step.verb == "click" and same and following is not None and following.verb in ("fill", "press"):
            continue
        if step.verb == "press" and step.text in ("Tab", "CapsLock", "Shift+Tab"):
            continue
        if step.verb == "fill" and same and following is not None and following.verb == "fill":
            continue
        kept.append(step)
    return kept


class _StoryWriter:
    def __init__(self, data: StoryData, chosen: Choices) -> None:
        self._data = data
        self._chosen = chosen
        self._number = 0
        self._actor = "actor" if data.signed_in else "visitor"
        self.lines: list[str] = []
        self.imports: list[str] = []
        self.alternatives: Choices = {}

    def write(self, steps: list[_Step]) -> None:
        """Write the lines of all steps."""
        self.lines += self._data.lines
        who = f"actor({self._data.signed_in})" if self._data.signed_in else "visitor()"
        login = _login_at(steps)
        opening = [step.verb for step in steps[: login or 0]]
        rest = steps
        if login is not None and opening in ([], ["goto"], ["goto", "click"]) and not self._data.signed_in:
            rest = self._begin_signed_in(steps, login)
        else:
            self._add([f"{self._actor} = journey.{who}"])
        number = 0
        while number < len(rest):
            if rest is steps and login == number and not self._data.signed_in:
                self._sign_in_later(rest[number : number + 3])
                number += 3
                continue
            self._add(*self._options(rest[number]))
            number += 1

    def _begin_signed_in(self, steps: list[_Step], login: int) -> list[_Step]:
        """Write who is signed in from the beginning; before the login stand its page, or a page that asks for it."""
        self._actor = "actor"
        rest = steps[login + 3 :]
        first = []
        if login == 1 and not _is_login_page(steps[0].text):
            first = [_visited("actor", steps[0])]
        elif not rest or rest[0].verb != "goto":
            first = [f"actor.visit({_landing(steps[0].text if login == 1 else '')})"]
        signed_in = [f"actor = journey.actor({self._user(steps[login].text)})", *first]
        plain = [self._options(step)[0][0] for step in steps[: login + 3]]
        self._add(signed_in, ["actor = journey.visitor()", *plain])
        return rest

    def _sign_in_later(self, steps: Sequence[_Step]) -> None:
        signed_in = [
            f"{self._actor}.sign_in({self._user(steps[0].text)})",
            f"{self._actor}.visit({_landing('')})",
        ]
        self._add(signed_in, [self._options(step)[0][0] for step in steps])

    def _user(self, name: str) -> str:
        if name in self._data.users:
            return self._data.users[name]
        self.imports.append("from django.contrib.auth import get_user_model")
        return f"get_user_model().objects.get_by_natural_key({quoted(name)})"

    def _options(self, step: _Step) -> list[list[str]]:
        """Return what a step becomes: a verb, and the page's own call."""
        kept = re.sub(r"\bpage\b(?=[.)])", f"{self._actor}.page", code_of(step.node).strip("\n"))
        if step.verb == "goto" and step.kind == "page":
            return [[_visited(self._actor, step)]]
        verb = _verb(step)
        if verb:
            return [[f"{self._actor}.{verb}"], [kept]]
        return [kept.split("\n")]

    def _add(self, *options: list[str]) -> None:
        self._number += 1
        key = f"story/{self._number}"
        self.alternatives[key] = len(options)
        lines = options[min(self._chosen.get(key, 0), len(options) - 1)]
        self.lines += [f"{line}{MARK}{key}" for line in lines]


def _verb(step: _Step) -> str:
    """Return the verb of a story that does what a step does, or nothing."""
    name = quoted(step.name)
    if not step.name:
        return ""
    if step.verb == "click" and step.kind in ("button", "link", "tab", "menuitem"):
        return f"click({name})"
    if step.verb == "fill" and step.kind in _FIELDS:
        return f"fill({name}, {step.value})"
    if step.verb in ("check", "uncheck") and step.kind in ("label", "checkbox", "radio"):
        return f"{step.verb}({name})"
    if step.verb == "select_option" and step.kind in ("label", "combobox", "listbox"):
        return f"choose({name}, {step.value})"
    if step.verb == "set_input_files" and step.kind in ("label", "button"):
        return f"attach({name}, {step.value})"
    return ""


def _login_at(steps: Sequence[_Step]) -> int | None:
    """Return where a name and a password are filled in and sent."""
    for number, (first, second, third) in enumerate(zip(steps, steps[1:], steps[2:], strict=False)):
        is_password = second.verb == "fill" and re.search(
            r"passw|kennwort|mot de passe|contraseña", second.name, re.I
        )
        sent = (third.verb == "click" and third.kind == "button") or (
            third.verb == "press" and third.text == "Enter"
        )
        if first.verb == "fill" and is_password and sent and not re.search("passw", first.name, re.I):
            return number
    return None


def _visited(actor: str, step: _Step) -> str:
    return f"{actor}.visit({_target(step.text) or step.value})"


def _target(url: str) -> str:
    """Return what ``visit`` takes for a URL: its name with its arguments where it has one."""
    parts = urlsplit(url)
    path = parts.path or "/"
    name, args, kwargs = name_of_path(path)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not name:
        return quoted(path + (f"?{parts.query}" if parts.query else ""))
    said = [
        quoted(name),
        *map(_argument, args),
        *(f"{key}={_argument(value)}" for key, value in kwargs.items()),
    ]
    if pairs:
        said.append(
            "query={" + ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in pairs.items()) + "}"
        )
    return ", ".join(said)


def _argument(value: str) -> str:
    return value if re.fullmatch(r"0|[1-9]\d*", value) else quoted(value)


def _is_login_page(url: str) -> bool:
    from django.conf import settings
    from django.shortcuts import resolve_url

    return urlsplit(url).path == urlsplit(str(resolve_url(settings.LOGIN_URL))).path


def _landing(url: str) -> str:
    """Return what ``visit`` takes for the page after a login."""
    from django.conf import settings
    from django.shortcuts import resolve_url

    asked = dict(parse_qsl(urlsplit(url).query)).get("next")
    return _target(asked or str(resolve_url(settings.LOGIN_REDIRECT_URL)))
