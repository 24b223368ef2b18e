"""Names the cells of a matrix that look wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django_journey._explore.access.declared import differences
from django_journey._explore.access.matrix import Access, Cell
from django_journey._routes.url_names import routes

__all__ = ["suspicious"]

#: So many patterns of one folder must need a login for one that does not to stand out.
_SIBLINGS = 3
_PUBLIC = (
    *("login", "logout", "signup", "register", "password", "reset", "confirm", "activate"),
    *("about", "help"),
)
_APIS = frozenset(("api", "rest", "graphql", "json", "ajax"))
#: The last words of patterns that change a row rather than show it.
_CHANGES = frozenset(
    (
        *("edit", "update", "change", "delete", "remove", "move", "publish", "unpublish"),
        *("archive", "lock", "unlock", "add", "create"),
    )
)
_CLOSED = frozenset(("login", "403", "404", "redirect"))
_GROUPS = re.compile(r"<[^>]*>|\([^)]*\)|\[[^\]]*\]|\\.")


def suspicious(access: Access, plain: Sequence[str], visitors: Sequence[str]) -> list[Cell]:
    """Return the cells that look wrong, each once: those that replays showed come first.

    Args:
        access: The matrix.
        plain: The roles of users without any privilege.
        visitors: The roles of those who are not signed in.
    """
    found = [
        *access.odd,
        *_foreign(access, plain, visitors),
        *_anonymous(access, visitors),
        *_open_apis(access, visitors),
        *_half_closed(access, [role for role in access.roles if role not in (*visitors, "superuser")]),
        *differences(access.cells(), routes()),
    ]
    return list({(cell.pattern, cell.method, cell.role): cell for cell in reversed(found)}.values())[::-1]


def _foreign(access: Access, plain: Sequence[str], visitors: Sequence[str]) -> Iterator[Cell]:
    for pattern, method, whose, cell in access.cells():
        if whose != "foreign" or any("allowed" in cell.get(role, ()) for role in visitors):
            continue
        for role in plain:
            if access.unlinked(pattern, method, role):
                yield Cell(
                    pattern, method, role, "a row of another user's is reached, to which no page leads"
                )


def _anonymous(access: Access, visitors: Sequence[str]) -> Iterator[Cell]:
    folders: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for pattern, found in _read_by(access, visitors).items():
        folders[pattern.partition("/")[0].lstrip("^")][pattern] = found
    for patterns in folders.values():
        closed = [pattern for pattern, found in patterns.items() if found == {"login"}]
        opened = [pattern for pattern, found in patterns.items() if "allowed" in found]
        if len(closed) >= _SIBLINGS and len(opened) == 1 and not any(word in opened[0] for word in _PUBLIC):
            yield Cell(opened[0], "GET", "visitor", f"{len(closed)} patterns beside it need a login")


def _open_apis(access: Access, visitors: Sequence[str]) -> Iterator[Cell]:
    """Yield the patterns of an API that visitors may read, where a page for the same thing needs a login."""
    read = _read_by(access, visitors)
    pages = {
        _things(pattern): pattern
        for pattern, found in read.items()
        if found and found <= {"login", "403"} and not _words(pattern) & _APIS
    }
    for pattern, found in read.items():
        page = pages.get(_things(pattern)) if _words(pattern) & _APIS and "allowed" in found else None
        if page is not None:
            yield Cell(pattern, "GET", "visitor", f"an API is open whose page {page} is closed")


def _half_closed(access: Access, roles: Sequence[str]) -> Iterator[Cell]:
    """Yield the pages of a row, or its API, that a role may read, though it may not read the row elsewhere."""
    rows: dict[str, dict[str, Mapping[str, set[str]]]] = defaultdict(dict)
    apis: dict[str, list[tuple[str, Mapping[str, set[str]]]]] = defaultdict(list)
    for pattern, method, whose, cell in access.cells():
        stem, group, _ = _GROUPS.sub("<>", pattern.lstrip("^")).partition("<>")
        if method != "GET" or whose == "own" or not group:
            continue
        if _words(stem) & _APIS:
            apis[_last_word(stem)].append((pattern, cell))
        else:
            rows[stem][pattern] = cell
    for stem, pages in rows.items():
        for role in roles:
            closed = [page for page, cell in pages.items() if _is_closed(cell, role)]
            unread = next((page for page in closed if _last_word(page) not in _CHANGES), "")
            if not unread:
                continue
            opened = [page for page, cell in pages.items() if _is_open(cell, role) and not _is_bare(page)]
            if _SIBLINGS <= len(closed) > len(opened):
                for page in opened:
                    why = f"{len(closed)} other pages of the row are closed to them, {unread} among them"
                    yield Cell(page, "GET", role, why)
            for api, cell in apis.get(_last_word(stem), ()):
                if _is_open(cell, role):
                    yield Cell(api, "GET", role, f"an API is open whose page {unread} is closed")


def _is_closed(cell: Mapping[str, set[str]], role: str) -> bool:
    """Tell whether a page is kept from a role, and not from everybody."""
    got = cell.get(role, set())
    return bool(got) and got <= _CLOSED and any("allowed" in found for found in cell.values())


def _is_open(cell: Mapping[str, set[str]], role: str) -> bool:
    return cell.get(role) == {"allowed"} and "allowed" not in cell.get("visitor", ())


def _is_bare(pattern: str) -> bool:
    """Tell whether a pattern names a row and nothing else: the page that shows it."""
    return not re.search(r"\w", _GROUPS.sub("<>", pattern).partition("<>")[2])


def _last_word(pattern: str) -> str:
    words = re.findall(r"[a-z_]+", _GROUPS.sub("", pattern))
    return words[-1] if words else ""


def _read_by(access: Access, visitors: Sequence[str]) -> dict[str, set[str]]:
    read: dict[str, set[str]] = defaultdict(set)
    for pattern, method, _, cell in access.cells():
        if method == "GET":
            read[pattern].update(*(cell.get(role, ()) for role in visitors))
    return read


def _words(pattern: str) -> set[str]:
    return set(re.findall(r"[a-z]+", _GROUPS.sub("", pattern)))


def _things(pattern: str) -> tuple[frozenset[str], bool]:
    """Return what a pattern is about, and whether it is about one of them."""
    words = {word.removesuffix("s") for word in _words(pattern) - _APIS if word != "v"}
    return frozenset(words), bool(_GROUPS.search(pattern))
