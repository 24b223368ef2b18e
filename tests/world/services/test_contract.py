"""The contract check: a fake that answers as the service did passes; each way to drift is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from django_journey._world.services import Asked, Reply, Service, check_contract, operation
from django_journey._world.services.cassette import Cassette
from django_journey._world.services.contract import drifts
from django_journey._world.services.exchange import reply_of
from django_journey._world.services.secrets import Secrets
from django_journey.errors import ExpectationError, WorldError

BASE = "https://shop.example"


def recording(folder: Path, *calls: tuple[str, str, Any]) -> Path:
    """Record that the service answered so; a third part that is no reply is one with status 200."""
    path = folder / "shop.yaml"
    cassette = Cassette(path, Secrets(), match_on=Service.match_on, anew=True)
    for method, target, answer in calls:
        reply = answer if isinstance(answer, Reply) else reply_of(answer)
        cassette.record(Asked(method, BASE + target), reply)
    cassette.save()
    return path


def faked(answer: Any, path: str = "/thing") -> type[Service]:
    class Shop(Service):
        base_url = BASE

        @operation("GET", path)
        def thing(self, request: Any) -> Any:
            return answer

    return Shop


def places(tmp_path: Path, recorded: Any, answered: Any) -> list[tuple[str, str, str]]:
    found = drifts(faked(answered), recording(tmp_path, ("GET", "/thing", recorded)))
    return [(drift.place, drift.recorded, drift.fake) for drift in found]


SAME_SHAPE = [
    ({"id": "a", "n": 1}, {"id": "b", "n": 2.5}),
    ({"list": [1, 2, 3]}, {"list": []}),
    ({"maybe": None}, {"maybe": "anything"}),
    ({"list": [{"a": 1}, {"a": 2, "b": 1}]}, {"list": [{"a": 5}]}),
    ({"list": [{"a": None}, {"a": 2}]}, {"list": [{"a": None}, {"a": 3}]}),
    ("text", "another text"),
]


@pytest.mark.parametrize(("recorded", "answered"), SAME_SHAPE)
def test_answers_of_one_shape_are_no_drift(tmp_path: Path, recorded: Any, answered: Any) -> None:
    assert places(tmp_path, recorded, answered) == []


DRIFTS = [
    ({"id": "a"}, (201, {"id": "a"}), ("status", "200", "201")),
    ({"id": "a"}, "a", ("content type", "application/json", "text/plain")),
    ({"id": "a", "n": 1}, {"id": "a"}, ("$.n", "number", "nothing")),
    ({"id": "a"}, {"id": "a", "n": 1}, ("$.n", "nothing", "number")),
    ({"id": "a"}, {"id": 1}, ("$.id", "string", "number")),
    ({"id": "a"}, {"id": None}, ("$.id", "string", "null")),
    ({"a": {"b": [{"c": 1}]}}, {"a": {"b": [{"c": True}]}}, ("$.a.b[].c", "number", "boolean")),
    ([1], {"0": 1}, ("$", "array", "object")),
]


@pytest.mark.parametrize(("recorded", "answered", "drift"), DRIFTS)
def test_each_way_to_drift_is_named_with_its_place(
    tmp_path: Path, recorded: Any, answered: Any, drift: tuple[str, str, str]
) -> None:
    assert places(tmp_path, recorded, answered) == [drift]


def test_an_operation_that_the_fake_lacks_is_a_drift(tmp_path: Path) -> None:
    found = drifts(faked({}), recording(tmp_path, ("DELETE", "/thing", 204)))
    assert found[0].place == "the answer"
    assert "no operation for DELETE /thing" in found[0].fake


def test_what_the_service_named_is_asked_of_the_fake_by_its_own_name(tmp_path: Path) -> None:
    class Shop(Service):
        base_url = BASE

        @operation("POST", "/orders")
        def order(self, request: Any) -> Any:
            self.state["order-1"] = {"id": "order-1"}
            return 201, {"id": "order-1"}

        @operation("GET", "/orders/{id}")
        def retrieve(self, request: Any, id: str) -> Any:
            return self.state.get(id) or 404

    path = recording(
        tmp_path,
        ("POST", "/orders", (201, {"id": "8f3a90"})),
        ("GET", "/orders/8f3a90", {"id": "8f3a90"}),
        ("GET", "/orders/none-such", 404),
    )
    check_contract(Shop, path)


def test_the_failure_names_every_drift_and_the_way_on(tmp_path: Path) -> None:
    path = recording(tmp_path, ("GET", "/thing", {"id": "a", "n": 1}))
    with pytest.raises(ExpectationError) as raised:
        check_contract(faked({"id": 1}), path)
    assert raised.value.explanation.nearest == (
        "GET https://shop.example/thing: $.id was string, the fake says number",
        "GET https://shop.example/thing: $.n was number, the fake says nothing",
    )
    assert "--journey-services=record" in raised.value.explanation.instead


def test_a_contract_without_a_recording_names_the_way_to_record(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="--journey-services=record"):
        check_contract(faked({}), tmp_path / "none.yaml")
