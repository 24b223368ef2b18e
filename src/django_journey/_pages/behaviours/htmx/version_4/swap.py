"""Putting a response of htmx 4 into the page: the main swap, what goes elsewhere, and the steps of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django_journey._dom.query.element_line import show
from django_journey._dom.tree.parser import copied, fragment, is_element, parse_inert
from django_journey._dom.tree.walk import child_text
from django_journey._pages.behaviours.htmx import history
from django_journey._pages.behaviours.htmx.attributes import add_class, remove_class
from django_journey._pages.behaviours.htmx.selectors import is_within, queried
from django_journey._pages.behaviours.htmx.swap import HEAD, START_TAG, refuse_scripts, retitle
from django_journey._pages.behaviours.htmx.version_4.attributes import attr, find_all, prefixed
from django_journey._pages.behaviours.htmx.version_4.context import Context, target_of
from django_journey._pages.behaviours.htmx.version_4.hcon import interval, script_text, swap_of
from django_journey._pages.behaviours.htmx.version_4.morph import copy_attributes, morph
from django_journey._pages.behaviours.htmx.version_4.protocol import Htmx4, Stopped
from django_journey.errors import NeedsBrowser

__all__ = ["swap"]

_OWN_TAG = re.compile(r"<hx-([a-z]+)(\s+|>)", re.IGNORECASE)
_OWN_END = re.compile(r"</hx-[a-z]+>", re.IGNORECASE)
_CARRIED = ("class", "style", "width", "height")
_BESIDE = ("beforebegin", "afterbegin", "beforeend", "afterend")
_INSTEAD = ("innerHTML", "outerHTML", "outerSync", "textContent", "innerMorph", "outerMorph", "delete")


@dataclass(eq=False, slots=True)
class _Task:
    root: Any
    target: Any
    spec: dict[str, Any]


def swap(
    htmx: Htmx4, ctx: Context, content: str, url: Any, done: Callable[[], None], failed: Callable[[], None]
) -> None:
    """Swap a response in.

    Args:
        htmx: The interpreter.
        ctx: The request; see ``context.Context``.
        content: The markup.
        url: The address that answered.
        done: Called when all has settled.
        failed: Called instead where htmx ends with an error.
    """
    root, title = _fragment(htmx, content)
    tasks = _out_of_band(htmx, ctx, root)
    partial = _partials(htmx, ctx, root)
    stays = bool(partial or (tasks and not htmx.config.flag("allowEmptySwapAfterOOB")))
    tasks += partial
    main = _main(htmx, ctx, root, empty=not stays)
    ignores = [each.spec for each in (main, *partial) if each is not None]
    if any(spec.get("ignoreTitle") for spec in ignores):
        title = ""
    tasks = [*([main] if main is not None else []), *tasks]
    htmx.trigger(ctx.el, "htmx:before:swap")
    _update_history(htmx, ctx, url)
    left = [len(tasks)]
    errors: list[bool] = []

    def end() -> None:
        if errors:
            failed()
            return
        if (
            not is_within(htmx.document, ctx.el)
            and main is not None
            and main.target is not None
            and is_within(htmx.document, main.target)
        ):
            ctx.el = main.target
        htmx.trigger(ctx.el, "htmx:after:swap")
        if title and ctx.said["swap"] != "none":
            retitle(htmx, title)
        htmx.trigger(ctx.el, "htmx:finally:swap")
        htmx.document.tree_changed()
        done()

    def one_is_done() -> None:
        left[0] -= 1
        if left[0] <= 0:
            end()

    fades = bool(ctx.said["transition"]) and not (main is not None and main.spec.get("transition") is False)
    for task in tasks:
        in_transition = task.spec.get("transition", fades)
        _advance(htmx, _insert(htmx, task, waits=not in_transition), one_is_done, errors)
    if not tasks:
        end()


def _update_history(htmx: Htmx4, ctx: Context, url: Any) -> None:
    """Do with the history what a request and its response ask for; ``url`` is what answered."""
    if not htmx.config.flag("history"):
        return
    htmx.page.history.current.state = "htmx"
    push, place = ctx.said.get("push"), ctx.said.get("replace")
    if ctx.told.get("pushurl") or ctx.told.get("replaceurl"):
        push, place = ctx.told.get("pushurl"), ctx.told.get("replaceurl")
    if push is None and place is None and htmx.known(ctx.el).boosted:
        push = "true"
    push, place = (None if each in ("false", False) else each for each in (push, place))
    path = push or place
    if not path:
        return
    if path == "true":
        path = url.with_fragment(None).target + (f"#{ctx.anchor}" if ctx.anchor else "")
    history.update(htmx, "push" if push else "replace", script_text(path))
    htmx.trigger(htmx.body, f"htmx:after:history:{'push' if push else 'replace'}")
    htmx.trigger(htmx.body, "htmx:after:history:update")


def _advance(htmx: Htmx4, steps: Iterator[float], done: Callable[[], None], errors: list[bool]) -> None:
    """Run the steps of a swap, with the time between them."""
    try:
        for pause in steps:
            if pause > 0:
                htmx.behaviours.time.after(pause, lambda: _advance(htmx, steps, done, errors))
                return
    except Stopped:
        errors.append(True)
    done()


def _fragment(htmx: Htmx4, content: str) -> tuple[Any, str]:
    """Return the root of the parsed content, and its title."""
    if "shadowrootmode" in content:
        raise NeedsBrowser(htmx.call, "the response brings a shadow tree", where=htmx.page.url)
    content = _OWN_END.sub("</template>", _OWN_TAG.sub(r'<template hx type="\1"\2', content))
    title = ""
    if head := HEAD.search(content):
        found = parse_inert(head[0]).select_one("title")
        title = " ".join(child_text(found).split()) if found is not None else ""
        content = content[: head.start()] + content[head.end() :]
    start = START_TAG.search(content)
    if start is not None and start[1].lower() in ("html", "body"):
        root: Any = fragment("")
        root.append(parse_inert(content).select_one("body"))
    else:
        root = fragment(content)
    for el in queried(root, "title") if not title else ():
        if el.closest("svg") is None:
            title = child_text(el)
            el.extract()
            break
    return root, title


def _first(root: Any) -> Any:
    return next((node for node in root.children if is_element(node)), None)


def _by_id(root: Any, name: str | None) -> Any:
    return next((el for el in queried(root, "[id]") if el.attr("id") == name), None) if name else None


def _named(htmx: Htmx4, name: str | None) -> list[Any]:
    return [each for each in queried(htmx.document.tree, "[id]") if each.attr("id") == name]


def _out_of_band(htmx: Htmx4, ctx: Context, root: Any) -> list[_Task]:
    """Take out of the response what goes elsewhere."""
    tasks: list[_Task] = []
    for stated in (ctx.said["selectOOB"] or "").split(",") if ctx.said["selectOOB"] else ():
        selector, _, how = stated.partition(":")
        for el in queried(root, selector):
            _elsewhere(htmx, ctx, tasks, el, how if ":" in stated else "true")
    for el in queried(root, prefixed(htmx, "[hx-swap-oob]")):
        how = attr(htmx, el, "hx-swap-oob") or ""
        el.attrs.pop(
            "hx-swap-oob" if el.attr("hx-swap-oob") is not None else htmx.config.text("prefix") + "swap-oob",
            None,
        )
        _elsewhere(htmx, ctx, tasks, el, how)
    return tasks


def _elsewhere(htmx: Htmx4, ctx: Context, tasks: list[_Task], el: Any, how: str) -> None:
    name = el.attr("id")
    selector: str | None = None
    if match := re.match(r"(\S+):(.+)", how):
        how, selector = match[1], match[2]
    spec = swap_of("outerHTML" if how in ("true", "") else how, htmx.config.text("defaultSwap"))
    spec.setdefault("strip", not str(spec["style"]).startswith("outer"))
    selector = spec.get("target") or selector
    if not selector and not name:
        return
    targets = find_all(htmx, ctx.el, str(selector)) if selector else _named(htmx, name)
    tasks += [_Task(_holding([copied(el)]), target, dict(spec)) for target in targets]
    el.extract()


def _partials(htmx: Htmx4, ctx: Context, root: Any) -> list[_Task]:
    """Take out of the response what stands in ``<hx-partial>``."""
    tasks = []
    for el in queried(root, "template[hx]"):
        selector = attr(htmx, el, "hx-target") or ""
        name = el.attr("id")
        if el.attr("type") == "partial" and (selector or name):
            spec = swap_of(
                attr(htmx, el, "hx-swap") or htmx.config.text("defaultSwap"), htmx.config.text("defaultSwap")
            )
            targets = find_all(htmx, ctx.el, selector) if selector else _named(htmx, name)
            for target in targets or [None]:
                content = copied(el).children[0].children
                tasks.append(_Task(_holding(content), target, dict(spec)))
        el.extract()
    return tasks


def _main(htmx: Htmx4, ctx: Context, root: Any, *, empty: bool) -> _Task | None:
    usual = htmx.config.text("defaultSwap")
    spec = swap_of(str(ctx.said["swap"] or usual), usual)
    body = root.select_one("body")
    has_content = _first(root if body is None else body) is not None or bool(root.text.strip())
    if not (spec["style"] == "delete" or has_content or spec.get("swapEmpty", empty)):
        return None
    if select := ctx.said["select"]:
        root = _holding(queried(root, str(select)))
    target = target_of(htmx, ctx.el, spec.get("target") or ctx.said["target"])
    if target is not None and not is_element(target):
        raise NeedsBrowser(htmx.call, f"a response goes to {target}", where=htmx.page.url)
    return _Task(root, target, spec)


def _insert(htmx: Htmx4, task: _Task, *, waits: bool) -> Iterator[float]:
    """Put a fragment into the page; what is yielded are milliseconds to wait."""
    spec, doc = task.spec, htmx.document
    target: Any = task.target
    if target is None or spec["style"] == "none":
        return
    style, root = _prepared(htmx, task)
    add_class(target, "htmx-swapping")
    doc.tree_changed()
    if waits and spec.get("swap"):
        yield interval(spec["swap"]) or 0
    if style == "delete":
        if target.parent is not None:
            htmx.clean_up(target)
            target.extract()
            _lose_focus(htmx)
        return
    pause = interval(spec.get("settle", htmx.config.number("defaultSettleDelay"))) or 0
    replaces = style == "innerHTML" or (style == "outerHTML" and target.parent is not None)
    focused: Any = doc.focus if replaces and doc.focus is not None and doc.focus.attr("id") else None
    caret = doc.carets.get(focused) if focused is not None else None
    settling = _carry(htmx, root, target) if replaces and waits and pause else []
    task.target, new = _put_keeping(htmx, style, target, root)
    target = task.target
    if focused is not None and doc.focus is not focused:
        found = _by_id(doc.tree, focused.attr("id"))
        if found is not None:
            htmx.focus(found)
        if caret is not None and found is not None and found is doc.focus:
            doc.carets[found] = caret  # type: ignore[index]
    htmx.trigger(target, "htmx:before:settle")
    elements = [node for node in new if is_element(node)]
    for el in elements:
        add_class(el, "htmx-added")
    doc.tree_changed()
    if settling:
        add_class(target, "htmx-settling")
        yield pause
        for settle in settling:
            settle()
        remove_class(target, "htmx-settling")
    htmx.trigger(target, "htmx:after:settle")
    for el in elements:
        _begin(htmx, el)


def _prepared(htmx: Htmx4, task: _Task) -> tuple[str, Any]:
    """Return the style that is meant for a fragment, and what of it goes into the page."""
    style, target, root = str(task.spec["style"]), task.target, task.root
    first = _first(root)
    takes_body = target is htmx.body and (first is None or first.tag != "body" or task.spec.get("strip"))
    if style not in (*_BESIDE, *_INSTEAD) or (takes_body and style in ("outerHTML", "outerMorph", "delete")):
        reason = f"hx-swap={style!r} at {show(target)} is not carried out here"
        raise NeedsBrowser(htmx.call, reason, where=htmx.page.url)
    if first is not None and first.tag == "body":
        keeps = target is htmx.body and style.startswith("outer")
        style = "outerSync" if keeps and style == "outerHTML" else style
        task.spec.setdefault("strip", not keeps)
    if task.spec.get("strip") and first is not None:
        root = _holding((first.children[0] if first.tag == "template" else first).children)
    if style != "delete":
        refuse_scripts(htmx, list(root.children))
    return style, root


def _holding(nodes: Iterable[Any]) -> Any:
    """Return a fragment with these nodes in it."""
    root: Any = fragment("")
    for node in list(nodes):
        root.append(node)
    return root


def _begin(htmx: Htmx4, el: Any) -> None:
    remove_class(el, "htmx-added")
    htmx.document.tree_changed()
    htmx.process(el)
    wanted = el if el.attr("autofocus") is not None else next(iter(queried(el, "[autofocus]")), None)
    if wanted is not None and is_within(htmx.document, wanted):
        htmx.focus(wanted)


def _put_keeping(htmx: Htmx4, style: str, target: Any, root: Any) -> tuple[Any, list[Any]]:
    """Do what a style says, with what is to be preserved in place of what the response has for it."""
    tree, kept = htmx.document.tree, []
    for el in queried(root, prefixed(htmx, "[hx-preserve]")):
        if (existing := _by_id(tree, el.attr("id"))) is not None and existing not in kept:
            existing.extract()
            kept.append(existing)
    now = target
    try:
        if style in _BESIDE:
            new = _put_beside(style, target, root)
        else:
            now, new = _put(htmx, style, target, root)
    finally:
        remove_class(now, "htmx-swapping")
        htmx.document.tree_changed()
    for el in kept:
        if (stand_in := _by_id(tree, el.attr("id"))) is not None:
            stand_in.insert_before(el)
            htmx.clean_up(stand_in)
            stand_in.extract()
    _lose_focus(htmx)
    return now, new


def _put(htmx: Htmx4, style: str, target: Any, root: Any) -> tuple[Any, list[Any]]:
    """Do what a style says; return what the target is now, and the nodes that are new."""
    new = list(root.children)
    if style == "textContent":
        for el in queried(target, "[data-htmx-powered]"):
            htmx.clean_up(el)
        target.set_text(root.text)
    elif style == "outerHTML":
        parent = target.parent
        if parent is not None:
            for node in new:
                target.insert_before(node)
            htmx.clean_up(target)
            target.extract()
            return next((node for node in new if is_element(node)), parent), new
    elif style in ("innerMorph", "outerMorph"):
        morph(htmx, target, root, inner=style == "innerMorph")
        new = list(target.children) if style == "innerMorph" else [*new, target]
    else:
        source = root if style == "innerHTML" else _first(root)
        if source is None:
            raise Stopped
        if style == "outerSync":
            copy_attributes(htmx, target, source)
            new = [target]
        inner = list(source.children)
        for child in list(target.children):
            if is_element(child):
                htmx.clean_up(child)
            child.extract()
        for node in inner:
            target.append(node)
    return target, new


def _put_beside(style: str, target: Any, root: Any) -> list[Any]:
    new = list(root.children)
    where = target if style in ("afterbegin", "beforeend") else target.parent
    before = {
        "afterbegin": next(iter(target.children), None),
        "beforebegin": target,
        "afterend": target.next_sibling,
    }.get(style)
    for node in new if where is not None else ():
        if before is None:
            where.append(node)
        else:
            before.insert_before(node)
    return new


def _lose_focus(htmx: Htmx4) -> None:
    doc = htmx.document
    doc.tree_changed()
    if doc.hovered is not None and not is_within(doc, doc.hovered):
        doc.hovered = None
    if doc.focus is not None and not is_within(doc, doc.focus):
        doc.focus = None


def _carry(htmx: Htmx4, root: Any, target: Any) -> list[Callable[[], None]]:
    """Let new elements have the classes and the style of those with their ID; return what settles them."""
    known = {el.attr("id"): el for el in queried(target, "[id]")}
    tasks: list[Callable[[], None]] = []
    for new in queried(root, "[id]"):
        old = known.get(new.attr("id"))
        if old is None or old.tag != new.tag:
            continue
        meant = {name: new.attr(name) for name in new.attrs}
        for name in _CARRIED:
            if (value := old.attr(name)) is not None:
                new.attrs[name] = value
            else:
                new.attrs.pop(name, None)
        tasks.append(lambda new=new, meant=meant: copy_attributes(htmx, new, meant))  # type: ignore[misc]
    return tasks
