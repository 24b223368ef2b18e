"""One-time codes and link tokens in mails are masked from then on."""

from __future__ import annotations

import pytest

from django_journey._trace.hooks.mails import MailHooks
from django_journey._trace.safety.hook_errors import DroppedEvents
from django_journey._trace.secrets.redactor import MASK, Redactor

CHANCE = "gR7w2kQ9xV4mT1bZ8pLs"


@pytest.mark.parametrize(
    ("mail", "secret"),
    [
        ("Log in\n\nYour code is 4711.", "4711"),
        (f"Read https://host.example/in/{CHANCE}/ now", CHANCE),
        (f'<a href="https://host.example/in?a=1&amp;letter={CHANCE}">Log in</a>', CHANCE),
        ("https://host.example/in?a=1&token=short-1", "short-1"),
    ],
)
def test_what_a_mail_lets_in_by_is_masked_wherever_it_stands_later(mail: str, secret: str) -> None:
    redactor = Redactor()
    MailHooks(lambda: None, redactor, DroppedEvents())._hide_tokens(mail)
    assert redactor.clean_values(f"then {secret} was typed") == f"then {MASK} was typed"


def test_a_link_that_names_an_article_hides_nothing() -> None:
    redactor = Redactor()
    MailHooks(lambda: None, redactor, DroppedEvents())._hide_tokens(
        "https://host.example/articles/2026/my-first-article/?page=2"
    )
    text = "articles 2026 my-first-article 2"
    assert redactor.clean_values(text) == text
