"""Compares what a fake answers with what the service really answered, and says where the fake has drifted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django_journey._world.services.cassette import Cassette
from django_journey._world.services.exchange import Asked, Reply
from django_journey._world.services.secrets import REMOVED, Secrets
from django_journey._world.services.service import Service, answering_of
from django_journey.errors import ExpectationError, Explanation

__all__ = ["Drift", "check_contract", "drifts"]

#: Shorter values are too common to be known again.
_SHORTEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Drift:
    """One place where the fake answers otherwise than the service did.

    Args:
        call: The call, ``POST https://…``, secrets removed.
        place: What differs: ``status``, ``content type``, or a place in the JSON such as ``$.items[].id``.
        recorded: What the service answered there.
        fake: What the fake answers there.
    """

    call: str
    place: str
    recorded: str
    fake: str

    def __str__(self) -> str:
        return f"{self.call}: {self.place} was {self.recorded}, the fake says {self.fake}"


def check_contract(service: type[Service], cassette: Path) -> None:
    """Expect the fake to answer in the shape of what was recorded.

    Args:
        service: The service's class; a fresh fake of it is asked what the recording asked, in its order.
        cassette: The recording.

    Raises:
        ExpectationError: It does not; each drift is named.
        WorldError: There is no such recording.
    """
    found = drifts(service, cassette)
    if found:
        raise ExpectationError(
            Explanation(
                f"the fake of {service.__name__} has drifted from what the service answers",
                where=str(cassette),
                nearest=tuple(map(str, found)),
                instead="change the fake's functions; or record again, should the service have changed:\n"
                "--journey-services=record",
            )
        )


def drifts(service: type[Service], cassette: Path) -> list[Drift]:
    """Return every drift of the fake, in the order of the recording.

    What the service named (an id, say) is known again: where a later call uses it, the fake is asked by the
    name that it gave itself.
    """
    fake = answering_of(service())
    names: dict[str, str] = {}
    found: list[Drift] = []
    for asked, recorded in Cassette(cassette, Secrets(), match_on=service.match_on, anew=False).calls:
        call = f"{asked.method} {asked.url}"
        try:
            answered = fake.answer(_renamed(asked, names), admitted=True)
        except Exception as error:
            found.append(Drift(call, "the answer", str(recorded.status), f"{type(error).__name__}: {error}"))
            continue
        found.extend(_differences(call, recorded, answered))
        names.update(_named_otherwise(_data(recorded), _data(answered)))
    return found


def _differences(call: str, recorded: Reply, answered: Reply) -> Iterator[Drift]:
    if recorded.status != answered.status:
        yield Drift(call, "status", str(recorded.status), str(answered.status))
    if recorded.content_type != answered.content_type:
        yield Drift(call, "content type", recorded.content_type or "none", answered.content_type or "none")
    elif _is_json(recorded):
        yield from _drifted(call, "$", _shape(_data(recorded)), _shape(_data(answered)))


@dataclass
class _Shape:
    """What is known of a JSON value: its types; its fields, and those that are not always there; its items."""

    types: set[str]
    fields: dict[str, _Shape] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    items: _Shape | None = None


def _shape(value: Any) -> _Shape:
    if isinstance(value, dict):
        return _Shape({"object"}, {name: _shape(entry) for name, entry in value.items()})
    if isinstance(value, list):
        items = None
        for entry in value:
            items = _shape(entry) if items is None else _merged(items, _shape(entry))
        return _Shape({"array"}, items=items)
    names = {bool: "boolean", int: "number", float: "number", str: "string"}
    return _Shape({names.get(type(value), "null")})


def _merged(one: _Shape, other: _Shape) -> _Shape:
    fields = dict(one.fields)
    for name, shape in other.fields.items():
        fields[name] = _merged(fields[name], shape) if name in fields else shape
    lone = set(one.fields) ^ set(other.fields) if "object" in one.types & other.types else set()
    items = one.items or other.items
    if one.items is not None and other.items is not None:
        items = _merged(one.items, other.items)
    return _Shape(one.types | other.types, fields, one.optional | other.optional | lone, items)


def _drifted(call: str, place: str, recorded: _Shape, fake: _Shape) -> Iterator[Drift]:
    known, said = recorded.types - {"null"}, fake.types - {"null"}
    if not known:
        return  # the service said nothing there: anything may stand
    if (said - known) or not said:
        yield Drift(call, place, _either(recorded.types), _either(fake.types))
        return
    if "object" in said:
        for name, shape in recorded.fields.items():
            if name in fake.fields:
                yield from _drifted(call, f"{place}.{name}", shape, fake.fields[name])
            elif name not in recorded.optional:
                yield Drift(call, f"{place}.{name}", _either(shape.types), "nothing")
        for name in fake.fields:
            if name not in recorded.fields:
                yield Drift(call, f"{place}.{name}", "nothing", _either(fake.fields[name].types))
    if recorded.items is not None and fake.items is not None:
        yield from _drifted(call, f"{place}[]", recorded.items, fake.items)


def _either(types: set[str]) -> str:
    return " or ".join(sorted(types))


def _is_json(reply: Reply) -> bool:
    return reply.content_type == "application/json" or reply.content_type.endswith("+json")


def _data(reply: Reply) -> Any:
    try:
        return json.loads(reply.body) if _is_json(reply) else None
    except ValueError:
        return None


def _named_otherwise(recorded: Any, answered: Any) -> dict[str, str]:
    """Return what the service named so and the fake otherwise, by the places where both name something."""
    if isinstance(recorded, dict) and isinstance(answered, dict):
        found: dict[str, str] = {}
        for name in recorded.keys() & answered.keys():
            found.update(_named_otherwise(recorded[name], answered[name]))
        return found
    if isinstance(recorded, list) and isinstance(answered, list):
        return {
            was: now
            for one, other in zip(recorded, answered, strict=False)
            for was, now in _named_otherwise(one, other).items()
        }
    if isinstance(recorded, str) and isinstance(answered, str) and recorded not in (answered, REMOVED):
        return {recorded: answered} if len(recorded) >= _SHORTEST_NAME else {}
    return {}


def _renamed(asked: Asked, names: dict[str, str]) -> Asked:
    url, body = asked.url, asked.body
    for was in sorted(names, key=len, reverse=True):
        url = url.replace(quote(was), quote(names[was])).replace(
            quote(was, safe=""), quote(names[was], safe="")
        )
        body = body.replace(was.encode(), names[was].encode())
    return replace(asked, url=url, body=body)
