"""Files for tests, generated in memory: images, documents, tables and broken ones; and the storages of a story."""

from django_journey._world.files.images import bomb, image
from django_journey._world.files.made_files import MadeFile, csv, disguised, pdf, text, truncated
from django_journey._world.files.storages import Files

__all__ = ["Files", "MadeFile", "bomb", "csv", "disguised", "image", "pdf", "text", "truncated"]
