"""Putting a response into the page: its fragment, what of it goes elsewhere, the styles of swapping, and settling."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import copied, fragment, is_element, parse_inert
from django_journey._dom.tree.walk import by_id, child_text
from django_journey._dom.tree.walk import select as selected
from django_journey._pages.behaviours.htmx.attributes import add_class, extensions_at, own, remove_class
from django_journey._pages.behaviours.htmx.engine_protocol import Htmx
from django_journey._pages.behaviours.htmx.selectors import find_all, is_within, queried
from django_journey._pages.behaviours.htmx.version_1.markup import fragment_of, nests_buttons, title_in
from django_journey._pages.navigation.scripts import runs_code
from django_journey.errors import NeedsBrowser

__all__ = ["HEAD", "START_TAG", "SwapStyle", "refuse_scripts", "retitle", "swap"]

HEAD = re.compile(r"<head(\s[^>]*)?>.*?</head>", re.IGNORECASE | re.DOTALL)
START_TAG = re.compile(r"<([a-z][^/\0>\x20\t\r\n\f]*)", re.IGNORECASE)
_IDENTIFIER = re.compile(r"-?[^\W\d][\w-]*")
_STYLES = (
    "none",
    "innerHTML",
    "outerHTML",
    "beforebegin",
    "afterbegin",
    "beforeend",
    "afterend",
    "delete",
    "textContent",
)


@dataclass(frozen=True, slots=True)
class SwapStyle:
    """What ``hx-swap`` says.

    Args:
        style: Where the response goes.
        swap_delay: Milliseconds before it.
        settle_delay: Milliseconds after it.
        ignores_title: Whether the response's title is left alone.
    """

    style: str
    swap_delay: float
    settle_delay: float
    ignores_title: bool = False


@dataclass(slots=True)
class _Settling:
    elements: list[Any]
    tasks: list[Callable[[], object]] = field(default_factory=list)
    title: str | None = None


def swap(
    htmx: Htmx,
    target: Any,
    content: str,
    style: SwapStyle,
    *,
    around: Any,
    select: str | None = None,
    select_oob: str | None = None,
    ignores_title: bool = False,
    swapped: Callable[[], object] | None = None,
    settled: Callable[[], object] | None = None,
) -> None:
    """Swap content into the page.

    Args:
        htmx: The interpreter.
        target: The element that it goes to.
        content: The markup.
        style: How.
        around: The element whose request brought it.
        select: The selector of what is taken of it.
        select_oob: What of it goes elsewhere, by ID.
        ignores_title: Whether its title is left alone.
        swapped: Called when it is in the page.
        settled: Called when it has settled.
    """
    doc = htmx.document
    focused, caret = doc.focus, doc.carets.get(doc.focus) if doc.focus is not None else None
    settling = _Settling([target])
    if style.style == "textContent" and not htmx.config.is_1:
        target.set_text(content)
    else:
        _swap_markup(htmx, target, content, style, settling, select, select_oob, around)
    doc.tree_changed()
    _keep_focus(htmx, focused, caret)
    is_1 = htmx.config.is_1
    remove_class(target, htmx.config.text("swappingClass"), leaves_attribute=is_1)
    for el in settling.elements:
        add_class(el, htmx.config.text("settlingClass"))
        htmx.trigger(el, "htmx:afterSwap")
    if swapped is not None:
        swapped()
    title = None if ignores_title or style.ignores_title else settling.title
    if title and not is_1:
        retitle(htmx, title)
    doc.tree_changed()

    def settle() -> None:
        for task in settling.tasks:
            task()
        for el in settling.elements:
            remove_class(el, htmx.config.text("settlingClass"), leaves_attribute=is_1)
            htmx.trigger(el, "htmx:afterSettle")
        if title and is_1:
            retitle(htmx, title)
        doc.tree_changed()
        if settled is not None:
            settled()

    if style.settle_delay > 0:
        htmx.behaviours.time.after(style.settle_delay, settle)
    else:
        settle()


def _swap_markup(
    htmx: Htmx,
    target: Any,
    content: str,
    style: SwapStyle,
    settling: _Settling,
    select: str | None,
    select_oob: str | None,
    around: Any,
) -> None:
    is_1 = htmx.config.is_1
    if is_1:
        if nests_buttons(content):
            reason = "the response has a button in a button, which browsers read in different ways"
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
        root, settling.title = fragment_of(content), title_in(content)
    else:
        root, settling.title = _fragment(content)
    for stated in (select_oob or "").split(",") if select_oob else ():
        name, _, how = stated.partition(":")
        found = queried(root, f'[id="{name.strip().removeprefix("#")}"]')
        if found:
            _swap_elsewhere(htmx, how or "true", found[0], settling)
    _swap_marked(htmx, root, settling)
    for template in () if is_1 else queried(root, "template"):
        if _swap_marked(htmx, template.children[0], settling):
            template.decompose()
    nodes = list(root.children)
    if select:
        nodes = []
        for el in queried(root, select):
            nodes.append(el)
            el.extract()
    if style.style.startswith("multi:") and "multi-swap" in extensions_at(around) & htmx.extensions:
        wanted = (part.split(":") for part in re.split(r"\s*,\s*", style.style[len("multi:") :]))
        for name, how in {
            name.strip(): how[0].strip() if how else "innerHTML" for name, *how in wanted
        }.items():
            for el in queried(root, name)[:1] if name.startswith("#") else ():
                _swap_elsewhere(htmx, how, el, settling)
        return
    holder = _Holder(nodes)
    _preserve(htmx, holder)
    _swap_nodes(htmx, style.style, target, holder.nodes, settling)


@dataclass(slots=True)
class _Holder:
    """The top-level nodes of a fragment."""

    nodes: list[Any]

    def elements(self, css: str) -> list[Any]:
        found = []
        for node in self.nodes:
            if is_element(node):
                found += [node] if node.matches(css) else []
                found += queried(node, css)
        return found


def _fragment(content: str) -> tuple[Any, str | None]:
    """Return the root of the parsed content, and the title that stands in it."""
    without_head = HEAD.sub("", content, count=1)
    match = START_TAG.search(without_head)
    tag = match[1].lower() if match else ""
    if tag in ("html", "body"):
        parsed = parse_inert(content if tag == "html" else without_head)
        title = parsed.select_one("title")
        return parsed.select_one("body"), " ".join(child_text(title).split()) if title is not None else ""
    root: Any = fragment(without_head)
    for title in queried(root, "title")[:1]:
        if title.parent is root:
            title.extract()
            return root, " ".join(child_text(title).split())
    return root, None


def _swap_marked(htmx: Htmx, root: Any, settling: _Settling) -> bool:
    """Swap elsewhere what says so of itself; tell whether there was any."""
    found = queried(root, "[hx-swap-oob], [data-hx-swap-oob]")
    for el in found:
        if htmx.config.flag("allowNestedOobSwaps") or el.parent is root:
            stated = own(el, "hx-swap-oob")
            if stated is not None:
                _swap_elsewhere(htmx, stated, el, settling)
        else:
            _unmark(el)
    return bool(found)


def _unmark(el: Any) -> None:
    for name in ("hx-swap-oob", "data-hx-swap-oob"):
        if el.attr(name) is not None:
            del el.attrs[name]


def _swap_elsewhere(htmx: Htmx, stated: str, el: Any, settling: _Settling) -> None:
    style, selector = "outerHTML", f'[id="{el.attr("id") or ""}"]'
    if ":" in stated:
        style, _, selector = stated.partition(":")
    elif stated != "true":
        style = stated
    doc = htmx.document
    if htmx.config.is_1:
        if ":" not in stated and not _IDENTIFIER.fullmatch(el.attr("id") or "null"):
            reason = f"htmx finds no place for {show(el)}, whose ID is no name in CSS, and stops"
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
        targets = selected(doc, selector)
    else:
        _unmark(el)
        targets = find_all(doc, htmx.body, selector)
    for target in targets:
        clone = copied(el)
        nodes = [clone] if style == "outerHTML" else list(clone.children)
        holder = _Holder(nodes)
        _preserve(htmx, holder)
        _swap_nodes(htmx, style, target, holder.nodes, settling)
        doc.tree_changed()
        for each in settling.elements:
            htmx.trigger(each, "htmx:oobAfterSwap")
    el.extract()
    if not targets and not htmx.config.is_1:
        htmx.trigger(htmx.body, "htmx:oobErrorNoTarget")


def _preserve(htmx: Htmx, holder: _Holder) -> None:
    """Put elements of the page that are to be preserved in place of those of the response."""
    for el in holder.elements("[hx-preserve], [data-hx-preserve]"):
        existing: Any = by_id(htmx.document, el.attr("id") or "")
        if existing is None:
            continue
        existing.extract()
        if el.parent is not None:
            el.replace_with(existing)
        holder.nodes = [existing if node is el else node for node in holder.nodes]
        htmx.document.tree_changed()


def _known_style(htmx: Htmx, style: str) -> str:
    """Return a style that is known without extensions: elements that name one send no request here."""
    found = (
        style
        if style in (_STYLES[:-1] if htmx.config.is_1 else _STYLES)
        else htmx.config.text("defaultSwapStyle")
    )
    if found not in _STYLES:
        raise NeedsBrowser(htmx.call, f"hx-swap={found!r} is no style of htmx", where=htmx.page.url)
    return found


def _swap_nodes(htmx: Htmx, style: str, target: Any, nodes: list[Any], settling: _Settling) -> None:
    style = _known_style(htmx, style)
    if style == "none":
        return
    if style == "outerHTML" and target.tag == "body":
        style = "innerHTML"
    refuse_scripts(htmx, nodes)
    beside = style not in ("innerHTML", "beforeend", "afterbegin")
    if htmx.config.is_1 and beside and not is_element(target.parent):
        reason = f"htmx puts something in place of {show(target)}, which is no longer there, and stops"
        raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
    if style == "delete":
        htmx.clean_up(target)
        target.extract()
    elif style in ("innerHTML", "textContent"):
        old = list(target.children)
        _insert(htmx, target, None, nodes, settling)
        for node in old:
            _remove(htmx, node)
    elif style == "outerHTML":
        _insert(htmx, target.parent, target, nodes, settling)
        settling.elements = [el for el in settling.elements if el is not target]
        settling.elements += [node for node in nodes if is_element(node)]
        _remove(htmx, target)
    elif style == "beforeend":
        _insert(htmx, target, None, nodes, settling)
    elif style == "afterbegin":
        _insert(htmx, target, next(iter(target.children), None), nodes, settling)
    elif style == "beforebegin":
        _insert(htmx, target.parent, target, nodes, settling)
    elif style == "afterend":
        _insert(htmx, target.parent, target.next_sibling, nodes, settling)


def refuse_scripts(htmx: Any, nodes: list[Any]) -> None:
    """Refuse scripts that a response brings.

    Raises:
        NeedsBrowser: There is one.
    """
    for el in _Holder(nodes).elements("script"):
        if runs_code(el) and (el.attr("src") or child_text(el).strip()):
            reason = (
                f"the response brings a script: {el.attr('src') or ' '.join(child_text(el).split())[:80]}"
            )
            raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)


def _insert(htmx: Htmx, parent: Any, before: Any, nodes: list[Any], settling: _Settling) -> None:
    if parent is None:
        return
    _carry_attributes(htmx, parent, nodes, settling)
    for node in nodes:
        if is_element(node):
            add_class(node, htmx.config.text("addedClass"))
        if before is None:
            parent.append(node)
        else:
            before.insert_before(node)
        if is_element(node):
            settling.tasks.append(lambda node=node: _take_up(htmx, node))  # type: ignore[misc]


def _carry_attributes(htmx: Htmx, parent: Any, nodes: list[Any], settling: _Settling) -> None:
    """Let new elements have the classes and the style of those with their ID, until they settle."""
    names = htmx.config.words("attributesToSettle")
    before = queried(parent, "[id]") if names and is_within(htmx.document, parent) else ()
    holder = _Holder(nodes)
    named = holder.elements("[id]") if before else ()
    if not named:
        return
    having = ",".join(f"[id][{name}]" for name in names)  # most elements have none of them
    known = {(el.tag, el.attr("id")): el for el in reversed(before)}
    stating = {*queried(parent, having), *holder.elements(having)}
    meant: dict[Any, dict[str, str | None]] = {}
    for new in named:
        old = known.get((new.tag, new.attr("id"))) if new.attr("id") else None
        if old is None:
            continue
        meant[new] = {}
        if new in stating or old in stating:
            meant[new] = {name: new.attr(name) for name in names}
            _set_attributes(new, {name: old.attr(name) for name in names})

    def restore() -> None:
        having_now = set(holder.elements(having))
        for new, wanted in meant.items():
            if wanted or new in having_now:
                _set_attributes(new, wanted or dict.fromkeys(names))

    settling.tasks.append(restore)


def _set_attributes(el: Any, wanted: dict[str, str | None]) -> None:
    for name, value in wanted.items():
        if value is not None:
            el.attrs[name] = value
        elif el.attr(name) is not None:
            del el.attrs[name]


def _take_up(htmx: Htmx, el: Any) -> None:
    remove_class(el, htmx.config.text("addedClass"))
    htmx.process(el)
    wanted = el if el.attr("autofocus") is not None else next(iter(queried(el, "[autofocus]")), None)
    if wanted is not None and is_within(htmx.document, wanted):
        htmx.focus(wanted)
    htmx.trigger(el, "htmx:load")


def _remove(htmx: Htmx, node: Any) -> None:
    if is_element(node):
        htmx.clean_up(node)
    node.extract()


def _keep_focus(htmx: Htmx, focused: Any, caret: tuple[int, int] | None) -> None:
    doc = htmx.document
    if doc.hovered is not None and not is_within(doc, doc.hovered):
        doc.hovered = None
    if focused is None or is_within(doc, focused):
        return
    doc.focus = None
    new = by_id(doc, focused.attr("id") or "")
    if new is not None:
        htmx.focus(new)
        if caret is not None:
            doc.carets[new] = caret


def retitle(htmx: Any, title: str) -> None:
    """Give the document a title."""
    el = htmx.document.tree.select_one("title")
    if el is not None:
        el.set_text(title)
    else:
        head = htmx.document.tree.select_one("head")
        if head is not None:
            head.insert_adjacent_html("beforeend", "<title></title>")
            retitle(htmx, title)
