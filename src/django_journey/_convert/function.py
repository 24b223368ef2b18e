"""Rewrites one test function: its requests, logins and what it does with responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from django_journey._convert.actions import Acting, login_of, request_of
from django_journey._convert.calls import ClientCall, Span
from django_journey._convert.facts import MARK, FunctionFacts
from django_journey._convert.responses import LeftError, ResponseRewriter, ResponseVariable, expectation
from django_journey._convert.targets import Target, code_of, nodes_of, target_of

__all__ = ["FunctionConverter"]

#: Expressions with an order of their own, which statements can't take the place of.
_ON_THEIR_OWN = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp, cst.Lambda, cst.IfExp)


class FunctionConverter(cst.CSTTransformer):
    """Rewrites the statements of one test function.

    Raises:
        LeftError: Something in it has no counterpart.
    """

    def __init__(self, facts: FunctionFacts, function: cst.FunctionDef) -> None:
        super().__init__()
        self._facts = facts
        self._acting = Acting(function, facts)
        self._responses: dict[str, ResponseVariable] = {}
        self._number = 0
        self.handled: set[int] = set()
        self._opening: list[str] | None = None
        self._late = _Reads(function, facts)

    def body(self, function: cst.FunctionDef) -> list[cst.BaseStatement]:
        """Return the statements that take the place of the function's own."""
        found = list(self._body(function))
        texts = [code_of(statement).partition(MARK)[0].strip().removesuffix(")") for statement in found]
        # A redirect's status and its target become the same expectation.
        return [
            each
            for each, text, following in zip(found, texts, [*texts[1:], ""], strict=True)
            if not _is_said_by(text, following)
        ]

    def _body(self, function: cst.FunctionDef) -> Iterator[cst.BaseStatement]:
        for statement in function.body.body:
            assert isinstance(statement, cst.BaseStatement)
            nested = not isinstance(statement, cst.SimpleStatementLine)
            self._opening = [] if nested else None
            found = statement.visit(self)
            for line in self._opening or ():
                yield cst.parse_statement(line)
            if isinstance(found, cst.FlattenSentinel):
                yield from found
            elif not isinstance(found, cst.RemovalSentinel):
                yield found

    @property
    def clients(self) -> set[str]:
        """The clients whose requests were rewritten."""
        return self._acting.clients

    # -- statements --------------------------------------------------------------------------------

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel:
        calls = [node for node in nodes_of(original_node, cst.Call) if self._facts.calls_at(node)]
        if len(calls) > 1:
            raise LeftError("two requests in one statement")
        if len(original_node.body) > 1 and (calls or self._used(original_node)):
            raise LeftError("several statements in one line")
        small = original_node.body[0]
        if calls:
            lines = self._with_call(small, calls[0])
        elif self._acting.is_own_client(small):
            lines = []
        elif self._used(small):
            lines = self._rewritten(small, self._used(small))
        else:
            self._forget(small)
            return updated_node
        return _statements(lines, updated_node)

    def _with_call(self, small: cst.BaseSmallStatement, call: cst.Call) -> list[str]:
        if any(any(nodes_of(small, kind)) for kind in _ON_THEIR_OWN):
            raise LeftError("a request within a comprehension or a lambda")
        self.handled.add(id(call))
        kinds = {each.kind for each in self._facts.calls_at(call)}
        if kinds & {"login", "force_login", "logout"}:
            return self._login(small, call)
        opening = self._acting.opened(call)
        if self._opening is not None:  # before the whole block, whose body may run several times
            self._opening += opening
            opening = []
        used = self._used(small)
        options, found = request_of(call, self._facts, self._acting)
        lines = [*opening, *self._chosen(options)]
        name = _assigned_name(small)
        if name and code_of(small.value) == code_of(call):  # type: ignore[attr-defined]
            found.root = name
            self._bind(name, found, small)
            if found.page and not found.latest:
                lines.append(f"{name} = {found.actor}.response")
            elif not found.page:
                lines[-1] = f"{name} = {lines[-1]}"
            return lines
        if isinstance(small, cst.Expr) and small.value is call:
            return lines
        if not found.page:
            lines[-1] = f"{found.ref} = {lines[-1]}"
        found.latest = True
        rest = self._rewritten(small, [found, *used])
        return [*lines, *rest]

    def _bind(self, name: str, found: ResponseVariable, small: cst.BaseSmallStatement) -> None:
        if found.page:
            found.latest = not self._late.after_a_later_request(name, self._facts.spans[small])
            found.ref = f"{found.actor}.response" if found.latest else name
        else:
            found.ref = name
        self._responses[name] = found

    def _rewritten(self, small: cst.BaseSmallStatement, used: Sequence[ResponseVariable]) -> list[str]:
        if len(used) == 1:
            options = expectation(small, used[0], lambda node: self._target(node, used[0].calls))
            if options is not None:
                if not self._facts.in_class or not any(
                    "assert " in line for each in options for line in each
                ):
                    return self._chosen(options)
                return self._chosen([[_as_method(line) for line in each] for each in options])
        node: cst.CSTNode = small
        for found in used:
            node = node.visit(ResponseRewriter(found))  # type: ignore[assignment]
        self._forget(small)
        return self._chosen([[code_of(node)]])

    def _login(self, small: cst.BaseSmallStatement, call: cst.Call) -> list[str]:
        bare = isinstance(small, cst.Expr) and (
            small.value is call or code_of(small.value) == f"self.assertTrue({code_of(call)})"
        )
        if not bare:
            raise LeftError("the result of a login is used")
        found = login_of(call, self._facts)
        if found.users == ("",):
            return self._chosen([[self._acting.signed_out(call)]])
        options: list[list[str]] = []
        for user in found.users:
            line = self._acting.signed_in(call, user, again=bool(options))
            options.append([*found.kept_for(user, call), line])
        return self._chosen(options)

    # -- heads of compound statements --------------------------------------------------------------

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> cst.For:
        return updated_node.with_changes(iter=self._head(original_node.iter))

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        return updated_node.with_changes(test=self._head(original_node.test))

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:
        return updated_node.with_changes(items=[self._head(item) for item in original_node.items])

    def _head(self, node: cst.CSTNode) -> cst.CSTNode:
        for found in self._used(node):
            node = node.visit(ResponseRewriter(found))  # type: ignore[assignment]
        return node

    # -- internals ---------------------------------------------------------------------------------

    def _used(self, node: cst.CSTNode) -> list[ResponseVariable]:
        read = {name.value for name in nodes_of(node, cst.Name)}
        return [
            found
            for name, found in self._responses.items()
            if name in read and not self._only_set(node, name)
        ]

    def _only_set(self, node: cst.CSTNode, name: str) -> bool:
        return (
            isinstance(node, cst.Assign)
            and _assigned_name(node) == name
            and name not in {each.value for each in nodes_of(node.value, cst.Name)}
        )

    def _forget(self, small: cst.CSTNode) -> None:
        self._responses.pop(_assigned_name(small), None)

    def _target(self, node: cst.BaseExpression, calls: Sequence[ClientCall]) -> Target:
        paths = [call.redirect.partition("?")[0] for call in calls if call.redirect] or list(
            self._facts.names
        )
        if not isinstance(self._facts.values.value_of(node), cst.Name):
            paths = [each for each in self._facts.names if each in paths] or list(self._facts.names)
        return target_of(node, paths, self._facts.names, self._facts.values.value_of)

    def _chosen(self, options: list[list[str]]) -> list[str]:
        """Return the lines of the alternative that is used, marked so that a failure leads back to it."""
        self._number += 1
        key = f"{self._facts.name}/{self._number}"
        self._facts.alternatives[key] = len(options)
        lines = options[min(self._facts.chosen.get(key, 0), len(options) - 1)]
        return [f"{line}{MARK}{key}" for line in lines]


class _Reads(cst.CSTVisitor):
    """Where responses are read and requests are sent, in the order of the source."""

    def __init__(self, function: cst.FunctionDef, facts: FunctionFacts) -> None:
        super().__init__()
        self._facts = facts
        self._reads: list[tuple[str, Span]] = []
        self._sets: list[tuple[str, Span]] = []
        self._requests: list[Span] = []
        function.visit(self)

    def visit_Name(self, node: cst.Name) -> None:
        self._reads.append((node.value, self._facts.spans[node]))

    def visit_Assign(self, node: cst.Assign) -> None:
        if name := _assigned_name(node):
            self._sets.append((name, self._facts.spans[node]))

    def visit_Call(self, node: cst.Call) -> None:
        if any(call.kind == "request" for call in self._facts.calls_at(node)):
            self._requests.append(self._facts.spans[node])

    def after_a_later_request(self, name: str, at: Span) -> bool:
        """Tell whether a response is read after a request that follows its own."""
        end = at[2:]
        until = min(
            (span[2:] for each, span in self._sets if each == name and span[:2] >= end), default=(10**9, 0)
        )
        later = min((span[2:] for span in self._requests if span[:2] >= end), default=None)
        return later is not None and any(
            each == name and later <= span[:2] and span[2:] < until for each, span in self._reads
        )


def _is_said_by(text: str, following: str) -> bool:
    """Tell whether the next statement says more of where a redirect led."""
    if ".should_be_at(" not in following:
        return False
    return ".resolver_match.view_name" in text or (".should_be_at(" in text and following.startswith(text))


def _assigned_name(small: cst.CSTNode) -> str:
    if (
        isinstance(small, cst.Assign)
        and len(small.targets) == 1
        and isinstance(small.targets[0].target, cst.Name)
    ):
        return small.targets[0].target.value
    return ""


def _as_method(line: str) -> str:
    """Return an ``assert`` in the words of a ``TestCase``."""
    left, equal, right = line.removeprefix("assert ").partition(" == ")
    return f"self.assertEqual({left}, {right})" if line.startswith("assert ") and equal else line


def _statements(
    lines: list[str], old: cst.SimpleStatementLine
) -> cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel:
    """Return lines as statements, with the comments of the old one."""
    if not lines:
        return cst.RemovalSentinel.REMOVE
    found = [cst.parse_statement(line) for line in lines]
    first = found[0].with_changes(leading_lines=old.leading_lines)
    found[0] = first
    if old.trailing_whitespace.comment is not None:
        last, mark, key = lines[-1].rpartition(MARK)
        comment = old.trailing_whitespace.comment.value
        found[-1] = cst.parse_statement(f"{last or key}  {comment}{mark}{key if mark else ''}")
        if len(found) == 1:
            found[0] = found[0].with_changes(leading_lines=old.leading_lines)
    return cst.FlattenSentinel(found)
