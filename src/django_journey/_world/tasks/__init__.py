"""Background work: the tasks that were enqueued, and a worker that the story runs."""

from django_journey._world.tasks.queue import Enqueued, Ran, Retrying, TaskAdapter, Tasks

__all__ = ["Enqueued", "Ran", "Retrying", "TaskAdapter", "Tasks"]
