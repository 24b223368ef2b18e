"""Fills the demo site with people and things to browse."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction

import blog.seeding
import classroom.seeding
import newsroom.seeding
from accounts.models import User

PASSWORD = "look-around"
PEOPLE = (
    # username, first name, last name, phone number, birthday
    ("ada", "Ada", "Winter", "+447700900001", datetime.date(1991, 12, 10)),
    ("edgar", "Edgar", "Lindqvist", "+447700900002", datetime.date(1978, 4, 2)),
    ("rita", "Rita", "Okafor", "+447700900003", datetime.date(2003, 7, 19)),
    ("tom", "Tomás", "Herrera", "+447700900004", datetime.date(1985, 2, 28)),
    ("admin", "Alex", "Admin", "+447700900005", datetime.date(1980, 1, 1)),
)


class Command(BaseCommand):
    help = (
        "Fill the demo site with an author, an editor, a reader, a teacher, and something of each to browse."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        people = {username: self._person(username, *facts) for username, *facts in PEOPLE}
        people["edgar"].groups.add(Group.objects.get(name="Editors"))
        User.objects.filter(username="admin").update(is_staff=True, is_superuser=True)
        newsroom.seeding.plant(author=people["ada"], editor=people["edgar"], reader=people["rita"])
        classroom.seeding.plant(teacher=people["tom"])
        blog.seeding.plant(author=people["rita"])
        names = ", ".join(people)
        self.stdout.write(self.style.SUCCESS(f"Log in as {names}; the password is {PASSWORD}"))

    @staticmethod
    def _person(username, first_name, last_name, phone_number, birthday) -> User:
        person, created = User.objects.get_or_create(
            username=username,
            defaults={
                "first_name": first_name,
                "last_name": last_name,
                "email": f"{username}@example.org",
                "phone_number": phone_number,
                "birthday": birthday,
            },
        )
        if created:
            person.set_password(PASSWORD)
            person.save()
        return person
