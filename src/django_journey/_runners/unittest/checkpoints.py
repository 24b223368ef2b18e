"""``setUpJourney``: the beginning that the stories of a class share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.test import TestCase

from django_journey._story.checkpoints.checkpoint import checkpoint
from django_journey._story.checkpoints.levels import Beginning, Levels
from django_journey._story.journey import Journey
from django_journey._story.settings import Options

__all__ = ["ClassBeginning"]

_ABSENT = object()


class ClassBeginning:
    """The ``setUpJourney`` of one class, run once while its transaction is open.

    Args:
        cls: The class.
    """

    def __init__(self, cls: Any) -> None:
        self._cls = cls
        self._levels = Levels()

        def set_up_journey(journey: Journey) -> dict[str, Any]:
            return _what_it_sets(cls, journey)

        set_up_journey.__qualname__ = f"{cls.__qualname__}.setUpJourney"
        self._function = checkpoint(set_up_journey)

    def state(
        self,
        options: Callable[[], Options],
        opened: Callable[[Options, str], Journey],
        databases: Iterable[str] | str,
    ) -> Any:
        """Return where a story goes on from: a state, the error of the beginning, or ``None`` to run it in the story.

        Args:
            options: Returns the story's settings.
            opened: Returns a journey with these settings for a test of that name, which is not open yet.
            databases: The aliases that the story may use, or ``"__all__"``.
        """
        try:
            chosen = options()
            shared = issubclass(self._cls, TestCase) and not (
                chosen.base_url or chosen.committed or chosen.driver == "browser"
            )
            if not shared:
                return self._levels.go_to([])
            name = f"{self._cls.__module__}.{self._function.__qualname__}"
            names = databases if isinstance(databases, str) else tuple(sorted(databases))
            beginning = Beginning(
                self._function,
                chosen,
                names,
                lambda: opened(chosen.marked({"unread_mail": False}), name),
                self._function,
            )
            return self._levels.go_to([beginning])
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            return error

    def reach(self, journey: Journey) -> dict[str, Any]:
        """Return what the beginning sets, for a story; run it there where it is not shared."""
        return self._function(journey)

    def leave(self) -> None:
        """Undo it."""
        self._levels.leave()


def _what_it_sets(cls: Any, journey: Journey) -> dict[str, Any]:
    """Run ``setUpJourney``, and take from the class what it has set there."""
    before = dict(vars(cls))
    cls.setUpJourney(journey)
    made = {name: value for name, value in vars(cls).items() if before.get(name, _ABSENT) is not value}
    for name in made:
        if name in before:
            setattr(cls, name, before[name])
        else:
            delattr(cls, name)
    return made
