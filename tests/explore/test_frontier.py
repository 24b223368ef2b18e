"""The order of a walk: fair over patterns, bounded for each."""

from __future__ import annotations

from django_journey._explore.frontier import Errand, Frontier


def visits(pattern: str, number: int, rank: int = 0) -> list[Errand]:
    return [Errand("visit", (pattern,), rank, f"{pattern}{each}") for each in range(number)]


def order(frontier: Frontier) -> list[str]:
    found = []
    while (errand := frontier.next()) is not None:
        found.append(str(errand.facts))
    return found


def test_patterns_take_turns_and_none_is_served_more_often_than_is_asked() -> None:
    frontier = Frontier(0, most=3)
    assert [frontier.add(each) for each in visits("a", 5)] == [True, True, True, False, False]
    for each in visits("b", 2):
        frontier.add(each)
    names = [name[0] for name in order(frontier)]
    assert sorted(names[:2]) == ["a", "b"]
    assert sorted(names[2:4]) == ["a", "b"]
    assert names[4:] == ["a"]


def test_what_users_seldom_do_waits() -> None:
    frontier = Frontier(0, most=3)
    for each in [*visits("rare", 1, rank=80), *visits("often", 3)]:
        frontier.add(each)
    assert order(frontier)[-1] == "rare0"


def test_one_seed_gives_one_order() -> None:
    orders = []
    for seed in (1, 1):
        frontier = Frontier(seed, most=3)
        for letter in "abcdefgh":
            frontier.add(visits(letter, 1)[0])
        orders.append(order(frontier))
    assert orders[0] == orders[1]
