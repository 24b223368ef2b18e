"""People for tests, with generated names, addresses, phone numbers and birthdays."""

from __future__ import annotations

import factory
from django.contrib.auth.models import Group

from accounts.models import User

PASSWORD = "test"  # of every user that these factories make


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")
    # Faker alone repeats itself sooner or later; the number keeps usernames and addresses apart.
    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")
    phone_number = factory.Faker("numerify", text="+999#########")  # a country code that is not assigned
    birthday = factory.Faker("date_of_birth", minimum_age=18, maximum_age=80)
    password = factory.django.Password(PASSWORD)


class EditorFactory(UserFactory):
    """A user in the group of editors, which the newsroom creates after each migration."""

    @factory.post_generation
    def editors(self, create, extracted, **kwargs):
        if create:
            self.groups.add(Group.objects.get(name="Editors"))

    class Meta:
        skip_postgeneration_save = True
