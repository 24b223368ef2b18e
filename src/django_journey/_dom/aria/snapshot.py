"""ARIA snapshots: writing them, and matching them against templates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django_journey._dom.aria.snapshot_template import RoleTemplate, TextTemplate, read_template
from django_journey._dom.aria.snapshot_tree import OutlineNode, outline_tree
from django_journey._dom.aria.snapshot_yaml import to_yaml
from django_journey._dom.tree.document import Document
from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.patterns import search

__all__ = ["Matched", "aria_snapshot", "match_snapshot"]


@dataclass(frozen=True, slots=True)
class Matched:
    """Whether a template matches, and the actual snapshot."""

    matches: bool
    received: str


def aria_snapshot(doc: Document, el: Element, *, depth: int | None = None) -> str:
    """Return an element's snapshot, as Playwright's ``locator.aria_snapshot()``.

    Args:
        doc: The document.
        el: The element.
        depth: How many levels to show below the outermost; all by default.
    """
    return to_yaml(outline_tree(doc, el), depth=depth)


def match_snapshot(doc: Document, el: Element, template: str) -> Matched:
    """Return whether a node of an element's snapshot matches a template.

    Args:
        doc: The document.
        el: The element.
        template: A YAML list as ``aria_snapshot`` returns it. Omitted names, states and children match anything;
            names and texts may be patterns between slashes; ``/children: equal`` and ``deep-equal`` allow no other
            children.

    Raises:
        Error: The template is invalid.
    """
    wanted = read_template(template)
    tree = outline_tree(doc, el)
    return Matched(_fits_somewhere(tree, wanted), to_yaml(tree))


def _fits_somewhere(tree: OutlineNode, wanted: RoleTemplate | TextTemplate) -> bool:
    stack: list[OutlineNode | str] = [tree]
    while stack:
        node = stack.pop()
        if _fits(node, wanted, deep=False):
            return True
        if not isinstance(node, str):
            stack.extend(node.children)
    return False


def _fits(node: OutlineNode | str, wanted: RoleTemplate | TextTemplate, *, deep: bool) -> bool:
    if isinstance(node, str) or isinstance(wanted, TextTemplate):
        return isinstance(node, str) and isinstance(wanted, TextTemplate) and wanted.fits(node)
    if wanted.role not in ("fragment", node.role) or not _is_named(node.name, wanted.name):
        return False
    if any(getattr(node, state) != said for state, said in wanted.states.items()):
        return False
    if wanted.url is not None and not wanted.url.fits(node.url):
        return False
    if wanted.mode == "equal" or (wanted.mode != "contain" and (wanted.mode == "deep-equal" or deep)):
        return len(node.children) == len(wanted.children) and all(
            _fits(child, each, deep=wanted.mode != "equal")
            for child, each in zip(node.children, wanted.children, strict=True)
        )
    return _contains(node.children, wanted.children)


def _contains(children: list[OutlineNode | str], wanted: list[RoleTemplate | TextTemplate]) -> bool:
    """Return whether the wanted children occur in this order, possibly with others between them."""
    left = iter(children)
    return all(any(_fits(child, each, deep=False) for child in left) for each in wanted)


def _is_named(name: str, wanted: str | re.Pattern[str]) -> bool:
    if not wanted:
        return True
    return name == wanted if isinstance(wanted, str) else bool(name) and search(wanted, name)
