"""What is known of a test function before it is rewritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import libcst as cst

from django_journey._convert.calls import ClientCall, Span
from django_journey._convert.targets import Named
from django_journey._convert.values import Assignments

__all__ = ["MARK", "Choices", "FunctionFacts", "choose_another"]

#: Begins the comment after each converted line, by which a failure is traced back to its conversion.
MARK = "  # journey:"

#: Which of its alternatives a conversion uses, by its mark; and how many it has.
Choices = dict[str, int]


def choose_another(source: str, name: str, failed: int, chosen: Choices, alternatives: Choices) -> bool:
    """Choose the next alternative of the line that failed, or of the last one before it; tell if there is one.

    Args:
        source: A source with marks.
        name: The function.
        failed: The number of the line; 0 if it is not known.
        chosen: The choices, which are changed.
        alternatives: How many there are.
    """
    keys = []
    for number, line in enumerate(source.splitlines(), 1):
        key = line.rpartition(MARK)[2]
        if MARK in line and key.rpartition("/")[0] == name:
            keys.append(key)
            if failed and number >= failed:
                break
    for key in reversed(keys):
        if chosen.get(key, 0) + 1 < alternatives.get(key, 1):
            chosen[key] = chosen.get(key, 0) + 1
            return True
    return False


@dataclass(slots=True)
class FunctionFacts:
    """What is known of a test function.

    Args:
        name: Its qualified name.
        calls: The recorded calls of clients that stand in it, by the end of their span.
        spans: The span of each node.
        names: The names of the URLs of paths.
        values: What variables hold.
        setup_user: The expression of the user whom ``setUp`` signs in; empty if there is none.
        in_class: Whether it is a method.
        chosen: Which alternatives to use.
    """

    name: str
    calls: Mapping[tuple[int, int], list[ClientCall]]
    spans: Mapping[cst.CSTNode, Span]
    names: Mapping[str, Named]
    values: Assignments
    setup_user: str
    in_class: bool
    chosen: Choices
    alternatives: Choices = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)

    @property
    def journey(self) -> str:
        """The expression of the journey."""
        return "self.journey" if self.in_class else "journey"

    def calls_at(self, node: cst.CSTNode) -> list[ClientCall]:
        """Return the recorded calls of a node."""
        return self.calls.get(self.spans[node][2:], []) if isinstance(node, cst.Call) else []
