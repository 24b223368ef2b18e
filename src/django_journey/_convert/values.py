"""What the variables of a test hold, as far as its source says so: each that is assigned once."""

from __future__ import annotations

from collections import Counter

import libcst as cst

from django_journey._convert.targets import code_of, nodes_of

__all__ = ["Assignments"]


class Assignments(cst.CSTVisitor):
    """The values of variables and of attributes of ``self`` that are assigned once."""

    def __init__(self, *nodes: cst.CSTNode) -> None:
        super().__init__()
        self._values: dict[str, cst.BaseExpression] = {}
        self.counts: Counter[str] = Counter()
        for node in nodes:
            node.visit(self)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._set(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._set(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.counts[_name(node.target)] += 2

    def visit_For(self, node: cst.For) -> None:
        for name in _names(node.target):
            self.counts[name] += 2

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self.counts[_name(node.target)] += 2

    def _set(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        if isinstance(target, cst.Subscript):
            self.counts[_name(target.value)] += 2  # changed in place
            return
        for name in filter(None, _names(target)):  # an attribute of something else has none
            self.counts[name] += 1
            if value is not None and not isinstance(target, (cst.Tuple, cst.List)):
                self._values[name] = value
            else:
                self.counts[name] += 1

    def only_attributes(self) -> None:
        """Forget variables, and values that need them."""
        local = [name for name in self.counts if not name.startswith("self.")]
        for name in local:
            self.counts.pop(name)
            self._values.pop(name, None)
        for name, value in list(self._values.items()):
            read = {node.value for node in nodes_of(value, cst.Name)}
            if read & set(local):
                del self._values[name]

    def value_of(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return what a variable was given, if it was assigned once; otherwise the node itself."""
        name = _name(node)
        return self._values[name] if self.counts[name] == 1 and name in self._values else node


def _names(target: cst.BaseExpression) -> list[str]:
    if isinstance(target, (cst.Tuple, cst.List)):
        return [name for element in target.elements for name in _names(element.value)]
    return [_name(target)]


def _name(node: cst.BaseExpression) -> str:
    """Return the name of a variable or of an attribute of ``self``; ``cls`` counts as ``self``."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute) and code_of(node.value) in ("self", "cls"):
        return f"self.{node.attr.value}"
    return ""
