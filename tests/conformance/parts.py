"""The parts of the harness: what each measures, which figures of it are kept, in which words, and what it promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["PARTS", "Part"]

#: Playwright's own score of WPT's names, and the shares of elements that agree with Chromium.
_LEAST_NAMES = 366
_SHARES = {"roles": 1.0, "names": 0.998, "visibility": 0.995}
_MOST_LEFT_OUT = 20
#: The share of generated forms that may need a browser.
_MOST_REFUSED = 0.1


@dataclass(frozen=True)
class Part:
    """One part.

    Attributes:
        title: What is compared.
        measure: Measures it (in a shorter form, if its argument is true) and returns the details.
        figures: The details that are figures: a number, a pair of numbers that agree and are in all, or a list
            of which the length counts.
        words: What the documents say of the figures, for ``str.format``.
        broken: Returns of each promise, from the details, whether it is broken.
        asked: Whether it is measured only when it is asked for.
    """

    title: str
    measure: Callable[[bool], dict[str, Any]]
    figures: tuple[str, ...]
    words: str
    broken: Callable[[dict[str, Any]], dict[str, bool]]
    asked: bool = False


def _playwright(short: bool) -> dict[str, Any]:
    from tests.conformance.playwright_suite.run import run

    return run()


def _accname(short: bool) -> dict[str, Any]:
    from tests.conformance.accname import run
    from tests.conformance.playwright_suite.run import suite

    return run(suite())


def _axe(short: bool) -> dict[str, Any]:
    from tests.conformance.accname import run_axe
    from tests.conformance.playwright_suite.run import suite

    return run_axe(suite())


def _cases(short: bool) -> dict[str, Any]:
    from tests.conformance.accname import pages
    from tests.conformance.elements import run
    from tests.conformance.playwright_suite.run import suite

    found = run(pages(suite()), shrink=0)
    found["differences"] = [one for one in found["differences"] if one["aspect"] in ("roles", "names")]
    return found


def _elements(short: bool) -> dict[str, Any]:
    from itertools import chain

    from tests.conformance.elements import run
    from tests.conformance.generated_pages import generated
    from tests.conformance.site_pages import crawl, site, static_asset

    with site():
        pages = crawl(limit=12 if short else 120)
        return run(chain(pages, generated(6 if short else 60)), assets=static_asset)


def _forms(short: bool) -> dict[str, Any]:
    from tests.conformance.forms import run

    return run(300 if short else 3000)


def _frameworks(short: bool) -> dict[str, Any]:
    from tests.conformance.frameworks import run

    return run(short=short)


def _htmx(short: bool, version: str = "2.0") -> dict[str, Any]:
    from tests.conformance.htmx import run

    return run(version)


def _htmx_pages(short: bool, version: str = "2.0") -> dict[str, Any]:
    from tests.conformance.htmx import run_pages

    return run_pages(60 if short else 500 if version == "1.9" else 2000, version)


def _bootstrap(short: bool) -> dict[str, Any]:
    from tests.conformance.bootstrap import run

    return run(short=short)


def _css(short: bool) -> dict[str, Any]:
    from tests.conformance.css_fuzz import run

    return run(200 if short else 2000, shrink=10)


def _queries(short: bool) -> dict[str, Any]:
    from itertools import chain

    from tests.conformance.generated_pages import generated
    from tests.conformance.queries import run
    from tests.conformance.site_pages import crawl, site

    with site():
        pages = crawl(limit=4 if short else 30)
    return run(chain(pages, generated(4 if short else 30)))


PARTS: dict[str, Part] = {
    "playwright": Part(
        "Playwright's own tests, on our page",
        _playwright,
        ("passed", "failed", "left_out", "does_not_apply"),
        "{passed:,} passed, {failed} failed, {left_out} left out; {does_not_apply} more need a browser",
        lambda found: {
            "a test of Playwright's own suite fails": found["failed"] > 0,
            "too many of its tests are left out": found["left_out"] > _MOST_LEFT_OUT,
        },
    ),
    "accname": Part(
        "names of elements, as the Web Platform Tests expect them",
        _accname,
        ("passed", "total"),
        "{passed:,} of {total:,}",
        lambda found: {f"fewer than {_LEAST_NAMES} of WPT's names": found["passed"] < _LEAST_NAMES},
    ),
    "axe": Part(
        "names and roles, as axe-core's cases expect them",
        _axe,
        ("passed", "total"),
        "{passed} of {total}",
        lambda found: {"a case of axe-core's is answered differently": found["passed"] < found["total"]},
    ),
    "cases": Part(
        "every element of these cases' pages, as Playwright in Chromium has it",
        _cases,
        ("pages", "roles", "names"),
        "on {pages} pages {roles[0]:,} of {roles[1]:,} roles, {names[0]:,} of {names[1]:,} names",
        lambda found: {
            f"{aspect} of these cases differ": found[aspect][0] < found[aspect][1]
            for aspect in ("roles", "names")
        },
    ),
    "forms": Part(
        "what users do to forms and what these send, as in Chromium",
        _forms,
        ("pages", "equal", "refused", "differences"),
        "{equal:,} of {pages:,} forms alike, {refused} need a browser, {differences} differ",
        lambda found: {
            "a form is sent differently": found["differences"] > 0,
            "too many forms need a browser": found["refused"] > _MOST_REFUSED * found["pages"],
        },
    ),
    "elements": Part(
        "elements as Chromium has them",
        _elements,
        ("pages", "roles", "names", "visibility"),
        "on {pages} pages {roles[0]:,} of {roles[1]:,} roles, {names[0]:,} of {names[1]:,} names, "
        "{visibility[0]:,} of {visibility[1]:,} visibilities",
        lambda found: {
            f"{aspect} agree on less than {least:.1%}": found[aspect][0] < least * found[aspect][1]
            for aspect, least in _SHARES.items()
        },
    ),
    "frameworks": Part(
        "pages of CSS frameworks as Chromium shows them",
        _frameworks,
        ("pages", "visibility", "inner_text", "by_page"),
        "on {pages} pages {visibility[0]:,} of {visibility[1]:,} visibilities, "
        "{inner_text[0]:,} of {inner_text[1]:,} inner texts",
        lambda found: {
            f"visibility agrees on less than {_SHARES['visibility']:.1%} of {page}": agreeing
            < _SHARES["visibility"] * total
            for page, (agreeing, total) in ((page, of["visibility"]) for page, of in found["by_page"].items())
        },
    ),
    "css": Part(
        "small random pages of CSS as Chromium shows them",
        _css,
        ("pages", "visibility", "inner_text", "differing", "refused"),
        "on {pages:,} pages {visibility[0]:,} of {visibility[1]:,} visibilities, {inner_text[0]:,} of "
        "{inner_text[1]:,} inner texts; {differing} pages differ somewhere, {refused} answers need a browser",
        lambda found: (
            {
                f"{aspect} agrees on less than {least:.1%} of random pages": found[aspect][0]
                < least * found[aspect][1]
                for aspect, least in (("visibility", 0.995), ("inner_text", 0.99))
            }
            | {"too many answers need a browser": found["refused"] > 0.01 * found["visibility"][1]}
        ),
    ),
    "htmx": Part(
        "htmx's own tests, recorded in Chromium, on our page",
        _htmx,
        ("tests", "equal", "refused", "differences"),
        "{equal} of {tests} alike, {refused} need a browser, {differences} differ",
        lambda found: {
            "a test of htmx's is carried out differently": len(found["differences"]) > 0,
            "fewer than 97 % of htmx's tests that use no script of their own are alike": found["equal"]
            < 0.97 * found["tests"],
        },
    ),
    "htmx_pages": Part(
        "random pages of htmx in Chromium, with its own script, and on our page",
        _htmx_pages,
        ("pages", "requests", "equal", "refused", "differences"),
        "{equal:,} of {pages:,} pages with {requests:,} requests alike, {refused} need a browser, {differences} differ",
        lambda found: {
            "a page of htmx becomes something else": len(found["differences"]) > 0,
            "too many pages of htmx need a browser": found["refused"] > _MOST_REFUSED * found["pages"],
        },
    ),
    "htmx_1": Part(
        "the same of htmx 1.9, recorded in Chromium, on our page",
        lambda short: _htmx(short, "1.9"),
        ("tests", "equal", "refused", "differences"),
        "{equal} of {tests} alike, {refused} need a browser, {differences} differ",
        lambda found: {
            "a test of htmx's is carried out differently": len(found["differences"]) > 0,
            "fewer than 97 % of htmx's tests that need no script engine are alike": found["equal"]
            < 0.97 * (found["equal"] + len(found["differences"])),
        },
    ),
    "htmx_1_pages": Part(
        "random pages of htmx 1.9 in Chromium, with its own script, and on our page",
        lambda short: _htmx_pages(short, "1.9"),
        ("pages", "requests", "equal", "refused", "differences"),
        "{equal:,} of {pages:,} pages with {requests:,} requests alike, {refused} need a browser, {differences} differ",
        lambda found: {
            "a page of htmx becomes something else": len(found["differences"]) > 0,
            "too many pages of htmx need a browser": found["refused"] > 0.15 * found["pages"],
        },
    ),
    "htmx_4_pages": Part(
        "random pages of htmx 4 in Chromium, with its own script, and on our page",
        lambda short: _htmx_pages(short, "4.0"),
        ("pages", "requests", "equal", "refused", "differences"),
        "{equal:,} of {pages:,} pages with {requests:,} requests alike, {refused} need a browser, {differences} differ",
        lambda found: {
            "a page of htmx becomes something else": len(found["differences"]) > 0,
            "too many pages of htmx need a browser": found["refused"] > _MOST_REFUSED * found["pages"],
        },
    ),
    "bootstrap": Part(
        "what clicks and keys do to the examples of Bootstrap's documentation (3.4, 4.6, 5.3), as in Chromium",
        _bootstrap,
        ("pages", "acts", "equal", "refused", "unreached", "differences", "by_release"),
        "{equal:,} of {acts:,} acts on {pages} pages alike, {refused} need a browser, {differences} differ",
        lambda found: {
            f"fewer than 99 % of the acts that need no browser are alike in Bootstrap {release}": equal
            < 0.99 * acts
            for release, (equal, acts) in found["by_release"].items()
        },
        asked=True,
    ),
    "queries": Part(
        "what queries find in Chromium",
        _queries,
        ("pages", "queries", "differences"),
        "{differences} differences in {queries:,} queries on {pages} pages",
        # A query may depend on whether an element is visible, so it can't be better than that is.
        lambda found: {"queries find something else": len(found["differences"]) > 0.005 * found["queries"]},
        asked=True,
    ),
}
