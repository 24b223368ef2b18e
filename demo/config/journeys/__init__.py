"""Stories that go through the whole site."""
