"""Rewrites a module of tests: its functions, the bases of its classes, and its imports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import MetadataWrapper, PositionProvider

from django_journey._convert.actions import user_expression
from django_journey._convert.calls import ClientCall, Span
from django_journey._convert.facts import MARK, Choices, FunctionFacts
from django_journey._convert.function import FunctionConverter
from django_journey._convert.responses import LeftError
from django_journey._convert.targets import code_of, named_paths, nodes_of
from django_journey._convert.values import Assignments

__all__ = ["ConvertedModule", "convert_module", "without_marks"]


@dataclass(slots=True)
class ConvertedModule:
    """What became of a module.

    Args:
        source: The new source, with marks.
        converted: The qualified names of the functions that were converted.
        left: Why others were left, by their qualified names.
        lines: Where each function stands in the old source.
        alternatives: How many alternatives each conversion has, by its mark.
    """

    source: str
    converted: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    alternatives: Choices = field(default_factory=dict)


def without_marks(source: str) -> str:
    """Return a source without the marks of its conversions."""
    return re.sub(rf"{re.escape(MARK)}\S+(?=\n|$)", "", source)


def convert_module(
    source: str, calls: Sequence[ClientCall], chosen: Choices, left: Mapping[str, str]
) -> ConvertedModule:
    """Rewrite the tests of a module as stories, where that is possible.

    Args:
        source: The module's source.
        calls: The calls of clients that were recorded in it.
        chosen: Which alternatives to use.
        left: Why some functions are left, by their qualified names.
    """
    wrapper = MetadataWrapper(cst.parse_module(source))
    spans = {
        node: (span.start.line, span.start.column, span.end.line, span.end.column)
        for node, span in wrapper.resolve(PositionProvider).items()
    }
    found = ConvertedModule(source)
    rewriter = _ModuleRewriter(spans, calls, chosen, left, found)
    module = wrapper.module.visit(rewriter)
    if not found.converted:
        return found
    context = CodemodContext()
    for needed in sorted(rewriter.imports):
        name, _, item = needed.partition(":")
        if re.search(rf"\b{item}\(|\b{item}\b", module.code):
            AddImportsVisitor.add_needed_import(context, name, item)
    module = AddImportsVisitor(context).transform_module(module)
    for name, item in _PERHAPS_UNUSED:
        RemoveImportsVisitor.remove_unused_import(context, name, item)
    found.source = RemoveImportsVisitor(context).transform_module(module).code
    return found


_PERHAPS_UNUSED = (
    ("django.test", "TestCase"),
    ("django.test", "Client"),
    ("django.test.client", "Client"),
    ("django.urls", "reverse"),
)


class _ModuleRewriter(cst.CSTTransformer):
    def __init__(
        self,
        spans: Mapping[cst.CSTNode, Span],
        calls: Sequence[ClientCall],
        chosen: Choices,
        left: Mapping[str, str],
        found: ConvertedModule,
    ) -> None:
        super().__init__()
        self._spans, self._calls, self._chosen, self._left, self._found = spans, calls, chosen, left, found
        self._names = named_paths(calls)
        self._classes: list[cst.ClassDef] = []
        self._setups: list[cst.FunctionDef] = []  # of the innermost class
        self._setup_user = ""
        self._depth = 0
        self.imports: set[str] = set()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._classes.append(node)
        self._setups = [each for each in nodes_of(node, cst.FunctionDef) if each.name.value in _SETUPS]
        self._setup_user = self._user_of_setup()

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        prefix = ".".join(each.name.value for each in self._classes)
        self._classes.pop()
        if not any(name.rpartition(".")[0] == prefix for name in self._found.converted):
            return updated_node
        self.imports.add("django_journey:JourneyTestCase")
        own = cst.Arg(cst.Name("JourneyTestCase"))
        bases = [
            base.with_changes(value=own.value) if code_of(base.value) in _PLAIN else base
            for base in updated_node.bases
        ]
        if bases == list(updated_node.bases):
            bases = [*(base.with_changes(comma=cst.MaybeSentinel.DEFAULT) for base in bases), own]
        return updated_node.with_changes(bases=bases)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._depth += 1

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._depth -= 1
        if self._depth or not original_node.name.value.startswith("test"):
            return updated_node
        name = ".".join([*(each.name.value for each in self._classes), original_node.name.value])
        mine = [call for call in self._calls if call.test == name]
        if not any(call.kind == "request" for call in mine):
            return updated_node
        self._found.lines[name] = self._spans[original_node.name][0]
        if name in self._left:
            self._found.left[name] = self._left[name]
            return updated_node
        try:
            return self._converted(name, mine, original_node)
        except LeftError as reason:
            self._found.left[name] = str(reason)
            return updated_node

    def _converted(self, name: str, mine: list[ClientCall], function: cst.FunctionDef) -> cst.FunctionDef:
        elsewhere = [call for call in mine if call.function != name and call.kind == "request"]
        if elsewhere:
            place = elsewhere[0]
            raise LeftError(
                f"{place.function.rpartition('.')[2]}() sends its requests (line {place.span[0]})"
            )
        if function.asynchronous is not None:
            raise LeftError("it is asynchronous")
        own = [call for call in mine if call.function == name and call.kind != "check"]
        by_end: dict[tuple[int, int], list[ClientCall]] = {}
        for call in own:
            by_end.setdefault(call.span[2:], []).append(call)
        in_class = bool(self._classes)
        facts = FunctionFacts(
            name,
            by_end,
            self._spans,
            self._names,
            self._values(function),
            self._setup_user,
            in_class,
            self._chosen,
        )
        converter = FunctionConverter(facts, function)
        body = list(converter.body(function))
        if len(converter.handled) < len(by_end):
            raise LeftError("a request in the head of a block, or in a function within the test")
        self._check(body, converter)
        new = function.with_changes(body=function.body.with_changes(body=_without_unused(body)))
        if not in_class:
            new = _with_fixture(new, converter.clients)
        self._found.converted.append(name)
        self._found.alternatives.update(facts.alternatives)
        self.imports |= facts.imports
        return new

    def _values(self, function: cst.FunctionDef) -> Assignments:
        values = Assignments(*(self._setups if self._classes else ()))
        values.only_attributes()
        function.visit(values)
        return values

    def _user_of_setup(self) -> str:
        """Return the user whom ``setUp`` signs in, as a test method can name them."""
        logins = {c.span[2:] for c in self._calls if c.kind in ("login", "force_login") and not c.test}
        for setup in self._setups if logins else ():
            for node in nodes_of(setup, cst.Call):
                if self._spans[node][2:] in logins:
                    found = user_expression(node)
                    return found if found.startswith("self.") else ""
        return ""

    def _check(self, body: Sequence[cst.BaseStatement], converter: FunctionConverter) -> None:
        """Refuse a function that still uses a client by itself."""
        for client in converter.clients:
            for node in _uses(body, client):
                raise LeftError(f"{code_of(node)} is used otherwise than for a request")


_SETUPS = ("setUp", "setUpTestData", "setUpClass")
_PLAIN = ("TestCase", "test.TestCase", "django.test.TestCase")


def _uses(body: Sequence[cst.BaseStatement], client: str) -> Iterator[cst.CSTNode]:
    for statement in body:
        for node in nodes_of(statement, cst.Attribute):
            allowed = ("login", "force_login")
            if code_of(node.value) == client and node.attr.value not in allowed:
                yield node


def _without_unused(body: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Leave out the paths that nothing reads any more."""
    text = "".join(code_of(statement) for statement in body)
    kept: list[cst.BaseStatement] = []
    for statement in body:
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        if isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name):
            name = small.targets[0].target.value
            is_path = m.matches(
                small.value,
                m.SimpleString() | m.FormattedString() | m.Dict() | m.Call(func=m.Name("reverse")),
            )
            if is_path and len(re.findall(rf"\b{name}\b", text)) == 1:
                continue
        if not kept and statement is not body[0]:
            lines = [line for line in statement.leading_lines if line.comment]  # type: ignore[attr-defined]
            statement = statement.with_changes(leading_lines=lines)
        kept.append(statement)
    return kept


def _with_fixture(function: cst.FunctionDef, clients: set[str]) -> cst.FunctionDef:
    """Give a pytest function the fixture ``journey``, in the place of clients that it does not need any more."""
    text = code_of(function.body)
    params = list(function.params.params)
    names = [param.name.value for param in params]
    swapped = []
    for param in params:
        name = param.name.value
        unused = name in clients and not re.search(rf"\b{name}\b", text)
        if unused and "journey" not in names:
            names.append("journey")
            swapped.append(param.with_changes(name=cst.Name("journey"), annotation=None))
        elif not unused:
            swapped.append(param)
    if "journey" not in names:
        swapped.insert(0, cst.Param(cst.Name("journey")))
    if "admin_user" not in names and re.search(r"\badmin_user\b", text):
        swapped.append(cst.Param(cst.Name("admin_user")))
    last = len(swapped) - 1
    plain = [
        param if number < last and isinstance(param.comma, cst.Comma) else param.with_changes(comma=_NO_COMMA)
        for number, param in enumerate(swapped)
    ]
    return function.with_changes(params=function.params.with_changes(params=plain))


_NO_COMMA = cst.MaybeSentinel.DEFAULT
