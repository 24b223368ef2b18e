"""Says what is wrong with an answer, and with the page that came with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from django_journey._dom.tree.urls import parse_url
from django_journey._explore.findings.cause import cause_of, is_error_page, is_of_made_up_text, is_ours
from django_journey._explore.findings.finding import Finding, Steps
from django_journey._explore.findings.page_checks import CHECKS, problems
from django_journey._explore.findings.variables import Variable
from django_journey._explore.forms.links import Link
from django_journey._explore.forms.page_form import PageForm
from django_journey._explore.site.addresses import pattern_of
from django_journey._explore.support import refused_fields
from django_journey._explore.visits import NOTHING_SENT, Answer
from django_journey.errors import TooManyRedirects

__all__ = [
    "errors_of",
    "link_problem",
    "page_problems",
    "private_problems",
    "resource_problem",
    "submission_problems",
    "variable_problem",
]

_HALTS = (404, 410)
#: An element of a page's own, which a script makes a field of.
_CUSTOM = re.compile(r"<[a-z][a-z0-9]*-[a-z]")
_OK = "assert {who}.response.status < 400"


def errors_of(
    answer: Answer, steps: Steps, pattern: str, rank: int, texts: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what a request ended with: an error of a view, of an error page, of a task, or redirects without an end."""
    error = answer.error
    if isinstance(error, TooManyRedirects):
        yield Finding("redirect-loop", f"redirect-loop: {pattern}", f"{_path(answer)} redirects without an end", "",
                      pattern, steps, rank)  # fmt: skip
    elif error is not None and (
        answer.status == NOTHING_SENT or is_ours(error) or is_of_made_up_text(error, texts)
    ):
        return
    elif error is not None:
        kind = "error-page" if is_error_page(error) else "server-error"
        cause = cause_of(error)
        yield Finding(
            kind, f"{kind}: {cause.key}", cause.what, cause.place, pattern, steps, rank, detail=cause.detail
        )
    elif error is None and answer.status >= 500 and answer.status != 503:
        ending = ("assert {who}.response.status < 500",)
        yield Finding("server-error", f"server-error: {pattern} {answer.status}", f"the view answers {answer.status}",
                      "", pattern, replace(steps, ending=ending), rank)  # fmt: skip
    for failed in answer.tasks:
        if not is_ours(failed):
            cause = cause_of(failed)
            yield Finding("task", f"task: {cause.key}", cause.what, cause.place, pattern, replace(steps, tasks=True),
                          rank, detail=cause.detail)  # fmt: skip
    if answer.redirected and answer.effective_status in _HALTS:
        yield _dead_redirect(answer, steps, pattern, rank)


def _dead_redirect(answer: Answer, steps: Steps, pattern: str, rank: int) -> Finding:
    target = parse_url(answer.url)
    login = "the login redirect" if "next=" in (target.query or "") else "the redirect"
    what = f"{login} of {_path(answer)} leads to {target.path}, which answers {answer.effective_status}"
    return Finding("dead-redirect", f"dead-redirect: {_stem(target.path)}", what, "", pattern,
                   replace(steps, ending=(_OK,)), rank)  # fmt: skip


def link_problem(link: Link, status: int, page: str, steps: Steps) -> Finding | None:
    """Return what is wrong with a link of a page, by what it led to."""
    selector = f'{link.tag}[{"src" if link.tag == "iframe" else "href"}="{link.written}"]'
    loop = f"for _ in {{who}}.page.locator({_text(selector)}).all():"
    check = f"    assert {{who}}.api.get({_braces(repr(link.path))}).status"
    here = pattern_of(urlsplit(page).path)
    target = urlsplit(link.path).path
    if status in _HALTS:
        what = f"{page} links to {link.path}, which answers {status}"
        key = f"broken-link: {pattern_of(target)} from {here}"
        return Finding("broken-link", key, what, "", here, replace(steps, ending=(loop, f"{check} < 400")))
    if status == 405:
        what = f"{page} links to {link.path}, which refuses GET (405)"
        key = f"refused-link: {pattern_of(target)}"
        return Finding("refused-link", key, what, "", here, replace(steps, ending=(loop, f"{check} != 405")))
    return None


def resource_problem(link: Link, page: str, steps: Steps, *, built: bool = True) -> Finding:
    """Return the finding for a file that a page needs and that is not there.

    Args:
        link: The file.
        page: The page.
        steps: How the page is reached.
        built: Whether its folder is there; a build of the front end may make it.
    """
    name = "href" if link.tag == "link" else "src"
    selector = f'{link.tag}[{name}="{link.written}"]'
    loop = f"for _ in {{who}}.page.locator({_text(selector)}).all():"
    check = f"    assert {{who}}.api.get({_braces(repr(link.path))}).ok"
    target = urlsplit(link.path).path.rpartition("/")[0]
    # Of style sheets and scripts, a folder that was never built is one cause.
    cause = link.path if link.tag == "img" else "/".join(target.split("/")[:4])
    kind = "broken-image" if built else "unbuilt"
    return Finding(kind, f"{kind}: {cause}", f"{page} needs {link.path}, which is not there", "",
                   pattern_of(urlsplit(page).path), replace(steps, ending=(loop, check)))  # fmt: skip


def page_problems(answer: Answer, steps: Steps, pattern: str) -> Iterator[Finding]:
    """Yield what is wrong with a page as it stands.

    Args:
        answer: The page.
        steps: How it was reached.
        pattern: Its URL pattern.
    """
    assert answer.document is not None
    for kind in CHECKS:
        for line in problems(answer.document, kind):
            ending = (f"assert {_braces(repr(line))} not in problems({{who}}, {kind!r})",)
            yield Finding(kind, f"{kind}: {line}", line, "", pattern, replace(steps, ending=ending))


def private_problems(
    answer: Answer, steps: Steps, pattern: str, private: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield personal values of other users that an answer shows.

    Args:
        answer: A page, or what an API answers.
        steps: How it was reached.
        pattern: Its URL pattern.
        private: Personal values with whose they are, which this person must not see.
    """
    if not answer.headers.get("content-type", "").startswith(("text/", "application/json")):
        return
    source = answer.body.decode("utf-8", "replace")
    for value, owner in private.items():
        if value in source:
            what = f"{_path(answer)} shows {steps.role} the {owner}"
            ending = (f"assert {_braces(repr(value))} not in {{who}}.page.content()",)
            yield Finding("private", f"private: {pattern} {owner.partition(' of ')[0]}", what, "", pattern,
                          replace(steps, ending=ending))  # fmt: skip


def submission_problems(
    answer: Answer, steps: Steps, pattern: str, *, form: PageForm, template: str, filled: bool
) -> Iterator[Finding]:
    """Yield why a form could not be submitted as it is shown.

    Args:
        answer: What came of it.
        steps: How it was submitted.
        pattern: The URL pattern of the form's page.
        form: The form.
        template: The name of its page's template.
        filled: Whether it was filled in with values that fit.
    """
    by_csrf = b"CSRF" in answer.body or "403_csrf.html" in answer.templates
    if answer.status == 403 and not form.has_token and answer.request.method == "POST" and by_csrf:
        yield Finding("csrf", f"csrf: {template or pattern} {form.signature()}",
                      f"the form of {steps.path} to {_path(answer)} sends no CSRF token", "", pattern,
                      replace(steps, ending=("assert {who}.response.status != 403",)))  # fmt: skip
    if filled and answer.status in (200, 422) and answer.given is not None:
        refused = refused_fields(answer.layers)
        shown = {el.attr("name") for el in form.typed_controls}
        # A script may fill in what the page hides, or make a field of what names it.
        scripted = bool(form.document.tree.select("script") or _CUSTOM.search(form.document.source))
        shown |= {name for name in refused if scripted and name in form.document.source}
        shown |= {name for name in refused if hasattr(form.fields.get(name), "choices")}
        hidden = [name for name in refused if name not in shown]
        if hidden and len(hidden) == len(refused):
            what = f"the form of {steps.path} refuses {', '.join(hidden)}, which the page does not show"
            yield Finding("unsendable", f"unsendable: {' '.join(hidden)}", what, "", pattern,
                          replace(steps, ending=("assert unshown_errors({who}) == []",)))  # fmt: skip


def variable_problem(variable: Variable, steps: Steps, pattern: str) -> Finding:
    """Return the finding for a variable that does not exist."""
    ending = (
        "with missing_variables() as missing:",
        "    {who}.visit({visit})",
        f"assert not [line for line in missing if line.startswith({_braces(repr(f'{{{{ {variable.name} }}}}'))})]",
    )
    return Finding("variable", f"variable: {variable.template} {variable.name}", str(variable), variable.template,
                   pattern, replace(steps, ending=ending))  # fmt: skip


def _path(answer: Answer) -> str:
    return answer.request.url.target


def _stem(path: str) -> str:
    return re.sub(r"\d+", "0", path)


def _text(text: str) -> str:
    return _braces(repr(text))


def _braces(text: str) -> str:
    """Write a text for a line of a story, which is formatted once."""
    return text.replace("{", "{{").replace("}", "}}")
