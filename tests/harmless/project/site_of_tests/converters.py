"""A path converter that counts how often it is asked, with a query each."""

from django.contrib.auth.models import Group

asked: list[str] = []


class GroupConverter:
    regex = "[a-z]+"

    def to_python(self, value):
        asked.append(value)
        Group.objects.count()
        return value

    def to_url(self, value):
        return str(value)
