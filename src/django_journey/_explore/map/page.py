"""Shows what was reached: the site's parts as a table, URL patterns as squares, the ways between them as a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django_journey._explore.findings.page import document, section
from django_journey._explore.map.graph import graph
from django_journey._explore.map.reached import Reached
from django_journey._explore.map.site_parts import Part, parts_of, site_routes
from django_journey._report.wording import count, escape, percent
from django_journey._routes.url_names import UrlRoute

__all__ = ["STYLE", "map_lines", "map_sections", "write_map"]

STYLE = """
.parts { width: 100%; max-width: 46rem; }
.parts td.bar { width: 40%; padding-right: 1rem; }
.parts .track { display: block; height: .6rem; border-radius: 4px; background: var(--sunk);
  border: 1px solid var(--line); }
.parts .track i { display: block; height: 100%; border-radius: 3px; background: var(--narrow); }
.squares { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .9rem 1.5rem;
  margin-top: .9rem; }
.squares h3 { margin: 0 0 .2rem; font-size: .85rem; font-weight: 400; color: var(--soft); }
.squares ul { display: flex; flex-wrap: wrap; gap: 4px; list-style: none; padding: 0; }
.squares a { display: block; width: 1.15rem; height: 1.15rem; border-radius: 4px; border: 1px solid var(--soft); }
.squares .once, .legend .once { background: var(--accent-ground); border-color: var(--narrow); }
.squares .often, .legend .often { background: var(--narrow); border-color: var(--narrow); }
.squares .shut, .legend .shut { background: var(--odd-ground); border-color: var(--odd); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .85rem; color: var(--soft);
  margin-top: .6rem; }
.legend i { display: inline-block; width: .8em; height: .8em; border-radius: 3px; border: 1px solid var(--soft);
  margin-right: .4em; vertical-align: -.05em; }
.never { color: var(--bad); }
.cells tr:target > * { background: var(--accent-ground); }
.cells .steps { white-space: normal; min-width: 14rem; color: var(--soft); }
details.part { margin-top: .5rem; }
details.part ul { padding-left: 1.2rem; }
.graph { display: block; }
.graph text { font: 12px var(--mono); fill: var(--ink); }
.graph rect { fill: var(--card); stroke: var(--line); }
.graph path { fill: none; stroke: var(--narrow); opacity: .65; }
.graph path.back { stroke: var(--broad); stroke-dasharray: 4 3; }
"""
_OFTEN = 5
_GOOD = 0.8


def write_map(path: Path, reached: Reached, *, admin: bool = False) -> float:
    """Write the map of a site, and return the share of its URL patterns that were reached, in per cent.

    Args:
        path: The file.
        reached: What was reached.
        admin: Whether Django's admin counts.
    """
    parts = parts_of(reached, admin=admin)
    first = parts[0]
    headline = f"{len(first.reached):,} of {count(first.count, 'URL pattern')} reached"
    content = "".join(section(*each) for each in map_sections(reached, parts, admin=admin))
    path.parent.mkdir(parents=True, exist_ok=True)
    summary = f"{count(reached.requests.total(), 'request')}, {count(reached.mails.total(), 'mail')}"
    text = document("map", headline, summary, content, good=first.share >= _GOOD, style=STYLE)
    path.write_text(text, encoding="utf-8", errors="replace")
    return 100 * first.share


def map_lines(parts: Sequence[Part]) -> list[str]:
    """Return the parts as lines for a terminal, and the URL patterns that nothing reached."""
    lines = [f"{part.title:<22} {_amount(part)}" for part in parts if part.count]
    return [*lines, *(f"never reached: {pattern}" for pattern in parts[0].missed)]


def map_sections(reached: Reached, parts: Sequence[Part], *, admin: bool = False) -> list[tuple[str, str]]:
    """Return the headings and the HTML of a map.

    Args:
        reached: What was reached.
        parts: The parts of the site.
        admin: Whether Django's admin counts.
    """
    every = site_routes(admin=admin)
    names = {route.pattern or "/": route.name or route.pattern or "/" for route in reversed(every)}
    return [
        ("What was reached", _table(parts)),
        ("URL patterns", _squares(every, reached) + _patterns(every, reached, names)),
        ("Ways between them", graph(reached.moves, names)),
        ("In detail", "".join(map(_details, parts)) + _counted("mails", reached.mails)),
    ]


def _amount(part: Part) -> str:
    if part.unwatched:
        return f"{part.count}, not watched"
    return f"{len(part.reached)} of {part.count} ({percent(part.share)})"


def _table(parts: Sequence[Part]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(part.title)}</th><td class="bar"><span class="track">'
        f'<i style="width:{0 if part.unwatched else part.share * 100:.0f}%"></i></span></td>'
        f'<td class="number">{escape(_amount(part))}</td></tr>'
        for part in parts
        if part.count
    )
    return f'<table class="cells parts"><tbody>{rows}</tbody></table>'


def _squares(every: Sequence[UrlRoute], reached: Reached) -> str:
    """Draw a square for each pattern, by the first part of its path; each leads to the pattern's line."""
    asked = reached.by_route
    groups: dict[str, list[str]] = {}
    for number, route in enumerate(every):
        pattern = route.pattern or "/"
        times = asked[pattern].total() if pattern in asked else 0
        shut = pattern in reached.denied and pattern not in reached.allowed
        kind = "never" if not times else "shut" if shut else "often" if times >= _OFTEN else "once"
        said = escape(f"{pattern}: {count(times, 'request') if times else 'never reached'}")
        link = f'<li><a class="{kind}" href="#p{number}" title="{said}" aria-label="{said}"></a></li>'
        groups.setdefault(pattern.lstrip("^/").partition("/")[0] or "/", []).append(link)
    blocks = "".join(
        f"<div><h3>{escape(name)}</h3><ul>{''.join(links)}</ul></div>" for name, links in groups.items()
    )
    kinds = (("often", "reached"), ("once", f"fewer than {_OFTEN} times"), ("shut", "only turned away"))
    legend = "".join(f'<span><i class="{kind}"></i>{said}</span>' for kind, said in (*kinds, ("", "never")))
    return f'<div class="legend">{legend}</div><div class="squares">{blocks}</div>'


def _patterns(every: Sequence[UrlRoute], reached: Reached, names: dict[str, str]) -> str:
    asked = reached.by_route
    rows = []
    for number, route in enumerate(every):
        pattern = route.pattern or "/"
        times: Mapping[str, int] = asked.get(pattern, {})
        methods = dict.fromkeys([*route.methods, *times]) or {"any": None}
        said = ", ".join(
            f"{method} {times[method]}" if method in times else f'<span class="never">{method} never</span>'
            for method in methods
        )
        got = [word for word in ("allowed", "denied") if pattern in getattr(reached, word)]
        steps = ", ".join(
            f"{names.get(end, end)} {amount}"
            for end, amount in sorted(reached.steps_from(pattern), key=lambda step: -step[1])[:6]
        )
        rows.append(
            f'<tr id="p{number}"><th scope="row"><code>{escape(pattern)}</code></th><td>{escape(route.name)}</td>'
            f'<td>{said}</td><td>{", ".join(got)}</td><td class="steps">{escape(steps)}</td></tr>'
        )
    head = "".join(
        f'<th scope="col">{each}</th>' for each in ("Pattern", "Name", "Requests", "Access", "Then")
    )
    table = f'<table class="cells"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f'<details class="part"><summary>Each pattern</summary><div class="wide">{table}</div></details>'


def _details(part: Part) -> str:
    if not part.count or part.unwatched:
        return ""
    missed = f"<ul>{_items(part.missed)}</ul>" if part.missed else "<p>All were reached.</p>"
    return (
        f'<details class="part"><summary>{escape(part.title)}: {len(part.missed):,} of {part.count:,} never '
        f"reached</summary>{missed}</details>"
    )


def _counted(title: str, found: dict[str, int]) -> str:
    lines = [f"{name} ({number})" for name, number in sorted(found.items())]
    head = f"{title}: {len(lines):,} kinds sent"
    return (
        f'<details class="part"><summary>{head}</summary><ul>{_items(lines)}</ul></details>' if lines else ""
    )


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li><code>{escape(line)}</code></li>" for line in lines)
