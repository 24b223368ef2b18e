"""Shows a walk as one HTML file: its findings with their stories, who may do what, and what was not reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path

from django_journey._explore.findings.finding import KINDS, Finding
from django_journey._report.wording import count, escape

__all__ = ["document", "section", "write_page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
main > section { margin-top: 1.6rem; }
main > section > h2 { font-size: 1.2rem; margin-bottom: .6rem; }
.finding { margin-top: .7rem; }
.finding h3 { margin: 0; font-size: 1rem; }
.finding dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem 1rem; margin: .5rem 0; }
.finding dt { color: var(--soft); }
.kind { color: var(--bad); }
.hint .kind { color: var(--soft); }
.wide { overflow-x: auto; margin-top: .9rem; }
.warning ul { margin-top: .4rem; padding-left: 1.2rem; }
.cells { border-collapse: collapse; font-size: .88rem; }
.cells th, .cells td { text-align: left; font-weight: 400; padding: .25rem .9rem .25rem 0; white-space: nowrap;
  border-top: 1px solid var(--line); }
.cells thead th { color: var(--soft); border-top: 0; }
@media (max-width: 40rem) { .cells th[scope=row] { white-space: normal; min-width: 8rem; } }
"""


def write_page(
    path: Path,
    summary: str,
    findings: Sequence[Finding],
    *,
    matrix: Sequence[tuple[str, str, Mapping[str, str]]],
    roles: Sequence[str],
    odd: Mapping[str, Sequence[str]],
    more: Iterable[tuple[str, str]] = (),
    style: str = "",
) -> None:
    """Write the page of a walk.

    Args:
        path: The file.
        summary: What the walk did, in one line.
        findings: What was found, those first that hurt most.
        matrix: The pattern, the method and each role's outcome.
        roles: Who walked.
        odd: What looks wrong in the matrix: the cells by the reason.
        more: The headings and the HTML of further sections.
        style: Their style sheets.
    """
    problems = sum(not KINDS[finding.kind].hint for finding in findings)
    headline = count(problems, "finding") if problems else "Nothing found"
    parts = [
        section("Findings", "".join(map(_finding, findings))),
        section("Who may do what", _matrix(matrix, roles, odd)),
        *(section(heading, content) for heading, content in more),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = document("explore", headline, summary, "".join(parts), good=not problems, style=style)
    path.write_text(text, encoding="utf-8", errors="replace")


def document(name: str, headline: str, summary: str, content: str, *, good: bool, style: str = "") -> str:
    """Return a whole page in the report's colours, which loads nothing.

    Args:
        name: What it is: ``explore``, ``map``.
        headline: Its heading.
        summary: What it says in one line.
        content: HTML.
        good: Whether the headline is good news.
        style: More style sheets.
    """
    base = (resources.files("django_journey._report") / "static" / "base.css").read_text(encoding="utf-8")
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">',
        f"<title>{escape(headline)} · journey {name}</title><style>{base}{_STYLE}{style}</style></head><body>",
        f'<header class="top"><p class="mark"><a href="#">Journey {name}</a></p></header><main>',
        f'<section class="headline"><h1 class="{"good" if good else "bad"}">{escape(headline)}</h1>',
        f'<p class="tally">{escape(summary)}</p></section>{content}',
        '</main><footer class="bottom"><p>This file is complete: it loads nothing from the network.</p></footer>',
        "</body></html>",
    ]
    return "\n".join(parts)


def section(heading: str, content: str) -> str:
    """Return a section of such a page, or nothing where it has no content."""
    return f"<section><h2>{escape(heading)}</h2>{content}</section>" if content else ""


def _finding(finding: Finding) -> str:
    kind = KINDS[finding.kind]
    facts = [
        ("At", finding.place),
        ("Way", finding.steps.in_words()),
        ("Who", ", ".join(sorted(finding.roles))),
    ]
    facts += [("Rare", "no page sends such a request by itself")] if finding.is_rare else []
    rows = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts if text)
    detail, title = "\n".join(finding.detail), kind.title.capitalize()
    return (
        f'<article class="card finding{" hint" * kind.hint}"><h3><span class="kind">{escape(title)}:</span> '
        f"{escape(finding.what)}</h3><dl>{rows}</dl>"
        + (f"<pre>{escape(detail)}</pre>" if detail else "")
        + f"<details><summary>A story that shows it</summary><pre>{escape(finding.story)}</pre></details></article>"
    )


def _matrix(
    rows: Sequence[tuple[str, str, Mapping[str, str]]],
    roles: Sequence[str],
    odd: Mapping[str, Sequence[str]],
) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(role)}</th>' for role in roles)
    body = "".join(
        f'<tr><th scope="row"><code>{escape(pattern)}</code></th><td>{escape(method)}</td>'
        + "".join(_cell(cells.get(role, "")) for role in roles)
        + "</tr>"
        for pattern, method, cells in rows
    )
    warnings = "".join(
        f'<details class="warning"><summary>Looks wrong in {count(len(cells), "cell")}: {escape(why)}</summary><ul>'
        + "".join(f"<li><code>{escape(cell)}</code></li>" for cell in cells)
        + "</ul></details>"
        for why, cells in odd.items()
    )
    columns = f'<thead><tr><th scope="col">Pattern</th><th scope="col">Method</th>{head}</tr></thead>'
    return f'{warnings}<div class="wide"><table class="cells">{columns}<tbody>{body}</tbody></table></div>'


def _cell(outcome: str) -> str:
    kind = "kind" if outcome.startswith("error") else "" if outcome.startswith("allowed") else "soft"
    return f'<td class="{kind}">{escape(outcome)}</td>'
