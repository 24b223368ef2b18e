"""Writes the story that shows a finding, in the verbs of the library."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django_journey._explore.findings.finding import KINDS, Finding, Steps
from django_journey._explore.forms.values import Edit, upload

__all__ = ["STYLES", "file_name", "source", "story_name", "target_of"]

#: How controls are named: by their labels, by their names within the form, or not at all (what the form sends is
#: posted). The first that shows the finding is taken.
STYLES = ("labels", "names", "post")

_BUTTONS = "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]"
_LONG = 60


def source(finding: Finding, style: str, *, visitor: bool, seed: str = "") -> str:
    """Return a module with one story, which fails because of the finding and passes once it is mended.

    Args:
        finding: The finding.
        style: One of ``STYLES``.
        visitor: Whether the role is not signed in.
        seed: The arguments of ``site_data``.
    """
    steps = finding.steps
    who = "visitor" if visitor else re.sub(r"\W", "_", steps.role).strip("_") or "user"
    body = list(_body(steps, who, style))
    # The ending may need helpers of the public module.
    text = "\n".join(body)
    helpers = [name for name in _HELPERS if re.search(rf"\b{name}\b", text)]
    opening = [f"people = site_data({seed})", f"{who} = journey.actor(people[{steps.role!r}])"]
    if visitor:
        opening = [f"site_data({seed})", f"{who} = journey.visitor()"]
    title = _sentence(finding)
    images = ["from django_journey.files import image"] if "image()" in text else []
    lines = [
        f'"""{title}"""',
        "",
        f"from django_journey.explore import {', '.join(sorted([*helpers, 'site_data']))}",
        *images,
        "",
        "",
        f"def {story_name(finding)}(journey):",
        *(f"    {line}" for line in [*opening, *body]),
        "",
    ]
    return _double_quoted("\n".join(lines))


_HELPERS = (
    *("error_page", "missing_variables", "problems", "queries", "queries_per_row"),
    *("script_request", "seconds", "send_form", "unshown_errors"),
)
#: An ending that visits the page itself.
_VISITS = re.compile(r"^with |\b(queries_per_row|seconds|error_page)\(")


def story_name(finding: Finding) -> str:
    """Return the name of a finding's test function."""
    where = re.sub(r"<[^>]*>|\(\?P?[^)]*\)|[^a-zA-Z]+", "_", finding.pattern).strip("_").lower() or "home"
    what = re.sub(
        r"\W+", "_", finding.kind if finding.kind != "server-error" else finding.what.partition(":")[0]
    )
    return f"test_{where[:40].strip('_')}_{what.strip('_').lower()}"


def file_name(finding: Finding, taken: set[str]) -> str:
    """Return a name for a finding's file that is not taken yet, and take it."""
    stem = story_name(finding)
    name, number = f"{stem}.py", 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}.py"
    taken.add(name)
    return name


def _sentence(finding: Finding) -> str:
    text = f"{KINDS[finding.kind].title.capitalize()}: {finding.what}"
    if finding.place and finding.place not in text:
        text += f" ({finding.place})"
    text = text.replace("\\", "/").replace('"""', "'''").rstrip('"')
    return text if len(text) <= 110 else f"{text[:107]}…"


def _body(steps: Steps, who: str, style: str) -> Iterator[str]:
    for each in steps.before:
        yield from _body(each, who, style)
    visit = f"{who}.visit({target_of(steps.path)})"
    ending = [line.format(who=who, visit=target_of(steps.path)) for line in steps.ending]
    if steps.path and not any(_VISITS.search(line) for line in ending):
        yield visit
    if steps.form is not None:
        sending = list(_sending(steps, who, style))
        yield from sending
        if steps.again == "back":
            yield f"{who}.page.go_back()"
            yield from sending
    if steps.call is not None:
        sent = f"data={steps.call.data!r}" if steps.call.data else f"form={dict(steps.call.form)!r}"
        yield f"script_request({who}, {steps.call.method!r}, {steps.call.path!r}, {sent})"
    if steps.tasks:
        yield "journey.tasks.run_until_empty()"
    yield from ending


def _sending(steps: Steps, who: str, style: str) -> Iterator[str]:
    if steps.changes or steps.again == "twice" or style == "post":
        yield f'form = {who}.page.locator("form").nth({steps.form})'
        yield from (_scoped(edit) for edit in steps.edits)
        twice = ", times=2" if steps.again == "twice" else ""
        yield f"send_form({who}, form, {_changes(steps)}{twice})"
    elif style == "labels" and steps.button_text:
        yield from (_by_label(edit, who) for edit in steps.edits)
        yield f"{who}.click({steps.button_text!r})"
    else:
        yield f'form = {who}.page.locator("form").nth({steps.form})'
        yield from (_scoped(edit) for edit in steps.edits)
        if steps.button is None:
            yield 'form.locator("input").last.press("Enter")'
        else:
            yield f"form.locator({_BUTTONS!r}).nth({steps.button}).click()"


def _changes(steps: Steps) -> str:
    pairs = [f"{name!r}: {_literal(value)}" for name, value in steps.changes]
    return "{" + ", ".join(pairs) + "}"


def _by_label(edit: Edit, who: str) -> str:
    name = edit.label or edit.name
    if edit.verb == "fill":
        return f"{who}.fill({name!r}, {_literal(edit.value)})"
    if edit.verb == "choose":
        return f"{who}.choose({name!r}, {edit.value!r})"
    if edit.verb == "attach":
        return f"{who}.attach({name!r}, {_file(edit.value)})"
    return f"{who}.{edit.verb}({name!r})"


def _scoped(edit: Edit) -> str:
    control = f"form.locator({_css(edit)!r})"
    if edit.verb == "fill":
        return f"{control}.fill({_literal(edit.value)})"
    if edit.verb == "choose":
        return f"{control}.select_option({edit.value!r})"
    if edit.verb == "attach":
        return f"{control}.set_input_files({_file(edit.value)})"
    return f"{control}.first.check(force=True)" if edit.verb == "check" else f"{control}.uncheck()"


def _css(edit: Edit) -> str:
    found = f'[name="{edit.name}"]'
    return (
        f'{found}[value="{edit.value}"]' if edit.verb == "check" and edit.value not in ("", "on") else found
    )


def _file(name: str) -> str:
    file = upload(name)
    buffer = "image().content" if name == "picture.png" else f'b"{repr(file.content)[2:-1]}"'
    return f'{{"name": {name!r}, "mimeType": {file.mime_type!r}, "buffer": {buffer}}}'


def _double_quoted(text: str) -> str:
    """Return a source with its strings quoted as formatters quote them."""
    lines = text.split("\n")
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
        plain = (
            token.type == tokenize.STRING and token.string.startswith("'") and token.start[0] == token.end[0]
        )
        if plain and not set(token.string[1:-1]) & {'"', "\\"}:
            row = token.start[0] - 1
            line = lines[row]
            lines[row] = f'{line[: token.start[1]]}"{token.string[1:-1]}"{line[token.end[1] :]}'
    return "\n".join(lines)


def _literal(value: str | None) -> str:
    if value is None:
        return "None"
    if len(value) > _LONG and len(set(value)) == 1:
        return f"{value[0]!r} * {len(value)}"
    return repr(value)


def target_of(path: str) -> str:
    """Return the arguments of ``visit``: a URL's name with its arguments where it has one, else the path."""
    return _double_quoted(_target(path))


def _target(path: str) -> str:
    from django.urls import NoReverseMatch, Resolver404, resolve, reverse

    parts = urlsplit(path)
    try:
        match = resolve(parts.path)
        name = match.view_name
        arguments: dict[str, Any] = getattr(match, "captured_kwargs", None) or {}
        if match.args or not re.fullmatch(r"[\w:.-]+", name) or "." in name:
            return repr(path)
        if reverse(name, kwargs=arguments) != parts.path:
            return repr(path)
    except (Resolver404, NoReverseMatch, Exception):
        return repr(path)
    said = [repr(name)]
    for key, value in arguments.items():
        plain = value if isinstance(value, (int, str)) and not isinstance(value, bool) else str(value)
        said.append(f"{key}={plain!r}")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if pairs:
        said.append(f"query={dict(pairs)!r}" if len(dict(pairs)) == len(pairs) else f"query={pairs!r}")
    return ", ".join(said)
