"""Template variables that do not exist."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.template import Origin, Template, engines
from django.template.context import Context

from django_journey._explore.findings import cause
from django_journey._explore.findings.variables import MissingVariables


def missing(source: str, **given: Any) -> list[str]:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    with MissingVariables() as variables:
        name = f"{cause.project_roots()[0]}page.html"
        text = Template(source, origin=Origin(name, "page.html"), engine=engine).render(Context(given))
        with_nothing = [variable.name for variable in variables.take()]
    assert Template(source, engine=engine).render(Context(given)) == text
    return with_nothing


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{{ nme }}", ["nme"]),
        ("{{ user.nickname }}", ["user.nickname"]),
        ("{{ user.username }}", []),
        ("{{ nothing.name }}", []),
        ("{{ table.key }}", []),
        ("{{ nme|default:'x' }}", []),
        ("{% if nme %}x{% endif %}", []),
        ("{% for each in nme %}x{% endfor %}", []),
    ],
)
def test_only_what_is_written_out_and_is_a_mistake_counts(source: str, found: list[str]) -> None:
    assert missing(source, user=get_user_model()(username="ada"), nothing=None, table={}) == found


def test_the_engine_is_put_back() -> None:
    before = engines["django"].engine.string_if_invalid  # type: ignore[attr-defined]
    with MissingVariables():
        pass
    assert engines["django"].engine.string_if_invalid is before  # type: ignore[attr-defined]
