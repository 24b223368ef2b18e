"""Background work: what was enqueued, and the worker's turn, asked for by the story."""

from django_journey.world.tasks.queue import Adapter, Enqueued, Ran, Tasks

__all__ = ["Adapter", "Enqueued", "Ran", "Tasks"]
