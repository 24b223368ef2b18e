"""The newsroom app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

EDITORS = "Editors"


class NewsroomConfig(AppConfig):
    name = "newsroom"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(add_editors, sender=self)


def add_editors(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Make the group that may publish articles.

    After each migration and not by one, since a test that flushes the database takes the rows of migrations away.
    """
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    create_permissions(sender, verbosity=0, using=using)  # whose own receiver runs later
    editors, _ = Group.objects.using(using).get_or_create(name=EDITORS)
    codenames = [f"{what}_article" for what in ("publish", "view", "change")]
    permissions = Permission.objects.using(using).filter(content_type__app_label=sender.label)
    editors.permissions.add(*permissions.filter(codename__in=codenames))
