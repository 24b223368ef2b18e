"""A project's own option, under a name that others like, too."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--headed", default="by nobody")


@pytest.fixture(autouse=True)
def no_hidden_clock(monkeypatch):
    """No clock can be read between tests."""
    yield
    monkeypatch.undo()
