"""Each kind of secret that the trace masks, and texts that only resemble one."""

from __future__ import annotations

import html
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.middleware.csrf import get_token
from django.test import RequestFactory, override_settings
from django.utils.functional import SimpleLazyObject

from django_journey._trace.secrets.redactor import MASK, Redactor
from django_journey._trace.secrets.settings import SettingsSecrets, secret_values
from django_journey._trace.secrets.shapes import codes_in, is_random, mask_shapes, tokens_in
from django_journey._world.services.secrets import Secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
HEX = "9c1185a5c5e9fc54612808977ee8f548b2258d31"

# What is masked by its name or its shape alone: the text, and the part that must not be left.
KINDS = {
    "a password in a call": ('fill("Password", "s3 cret")', "s3 cret"),
    "a password in JSON": ('{"password": "s3cret"}', "s3cret"),
    "a password in another language": ('fill("Mot de passe", "s3 cret")', "s3 cret"),
    "a password of a URL": ("postgres://ann:pw4711@db.example:5432/shop", "pw4711"),
    "a password of a URL without a user": ("redis://:pw4711@cache.example/0", "pw4711"),
    "an AMQP URL in an error": ("OperationalError: amqp://u:p%40ss@mq.example//", "p%40ss"),
    "a token of a query": ("/in/?token=abcdef&next=/", "abcdef"),
    "a signature of a query": ("https://files.example/a.png?signature=x1y2z3", "x1y2z3"),
    "a short name of a signature": ("https://files.example/a.png?se=1&sig=x%2By2z3%3D", "x%2By2z3%3D"),
    "a signature of S3": ("/b/k?X-Amz-Signature=0af1&X-Amz-Date=2", "0af1"),
    "a credential of S3": ("/b/k?X-Amz-Credential=ABC123%2F2026&v=1", "ABC123"),
    "a key of a query": ("https://maps.example/js?key=abc123&v=3", "abc123"),
    "a key of a query in a page": ('<a href="/x?n=1&amp;api_key=abc123&amp;m=2">', "abc123"),
    "a number under a key": ("/in/?key=4711471&n=1", "4711471"),
    "a password after letters that grow in lower case": ('İİİ fill("Password", "s3 cret")', "s3 cret"),
    "a code of a one-time password": ("/in/?otp=123456", "123456"),
    "a log-in link of sesame": ("/in/?sesame=AAAAATFoo", "AAAAATFoo"),
    "a session of a query": ("/in/?session=f00ba4", "f00ba4"),
    "a cookie header": ("Cookie: sessionid=abc; csrftoken=q", "abc"),
    "an authorization header": ("Authorization: Basic YWRhOmxvdmVsYWNl", "YWRhOmxvdmVsYWNl"),
    "a bearer token": ("Bearer abcdefgh.ijk", "abcdefgh"),
    "a token of REST framework": (f"Token {HEX}", HEX),
    "a key header": ("X-Api-Key: abcd1234efgh", "abcd1234efgh"),
    "a JSON web token": (f"see {JWT} there", JWT),
    "a password-reset token": (
        "/reset/MQ/cabc12-0123456789abcdef0123456789abcdef/",
        "cabc12-0123456789abcdef",
    ),
    "a reset link of any app": ("/key/1a-cabc12-0123456789abcdef0123456789abcdef/", "1a-cabc12"),
    "a CSRF token": ("<" + "qW3" * 21 + "x>", "qW3qW3"),
    "a key of Stripe": ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqL"),
    "a key of AWS": ("id AKIAIOSFODNN7EXAMPLE.", "AKIAIOSFODNN7EXAMPLE"),
    "a token of GitHub": ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c"),
    "a token of Slack": ("xoxb-17653672481-19874698323", "17653672481-1"),
    "a key of SendGrid": (
        "SG.ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc",
        "ngeVfQFYQlKU0ufo8x5d1A",
    ),
    "a key of Google": ("AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe", "DaGmWKa4JsXZ"),
    "a password's hash": ("pbkdf2_sha256$1000000$salt$aGFzaA=", "aGFzaA="),
    "a private key": (
        "-----BEGIN PRIVATE KEY-----\nMIIEvAIBADANBg\n-----END PRIVATE KEY-----",
        "MIIEvAIBADANBg",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_of_each_kind_is_masked_in_texts(kind: str) -> None:
    text, secret = KINDS[kind]
    clean = Redactor().clean(text)
    assert secret not in clean
    assert MASK in clean


_NOT_IN_PAGES = {
    "a password after letters that grow in lower case",
    "a password in a call",
    "a password in another language",
    "a cookie header",
    "an authorization header",
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {*_NOT_IN_PAGES, "a key header"}])
def test_a_secret_of_each_kind_is_masked_in_pages(kind: str) -> None:
    text, secret = KINDS[kind]
    written = text if text.startswith("<a") else html.escape(text)
    assert secret not in Redactor().page(f"<!doctype html><p>{written}</p>")


def test_there_are_kinds_enough() -> None:
    assert len(KINDS) >= 29


def made_by_django() -> Iterator[tuple[str, str]]:
    user = User(pk=5, username="ann", password="pbkdf2_sha256$1$s$h", email="ann@host.example")
    yield "password-reset token", default_token_generator.make_token(user)
    yield "dumps()", signing.dumps({"user": 5})
    yield "dumps() compressed", signing.dumps(["a"] * 200, compress=True)
    yield "TimestampSigner", signing.TimestampSigner().sign("5")
    yield "TimestampSigner of an address", signing.TimestampSigner(salt="x").sign("ann@host.example")
    yield "CSRF token", get_token(RequestFactory().get("/"))


@pytest.mark.parametrize("form", ["/confirm/{}/", "https://host.example/a/?v={}", "see {} now", "<b>{}</b>"])
def test_what_django_signs_is_masked_wherever_it_stands(form: str) -> None:
    for kind, token in made_by_django():
        for written in (token, token.replace(":", "%3A")):
            assert Redactor().clean(form.format(written)) == form.format(MASK), kind
            assert token not in Redactor().page(form.format(written)), kind


def test_the_signature_of_a_signed_value_is_masked() -> None:
    signed = signing.Signer().sign("offer-5")
    assert Redactor().clean(f"see {signed} now") == f"see offer-5:{MASK} now"


ORDINARY = (
    *("/articles/2026/11/my-first-article-of-2026-and-more/", "/item/123e4567-e89b-12d3-a456-426614174000/"),
    *("http://localhost:8000/a?page=2&sort_key=created_at&next=/b/", "ann@host.example", "12:30:45", "a:b:c"),
    *(
        "https://host.example/ann@home",
        "Title: a key of the house",
        "the key=value pairs of a file",
        "?key=blue",
    ),
    *(
        "newsroom.views.article_detail",
        "static/newsroom/css/main.0123456789ab.css",
        "/session/5/",
        "?auth=no",
    ),
    *('SELECT "auth_user"."password" FROM "auth_user" WHERE "token" = %s', "keyboard=qwerty12", "MD5"),
    *("django.contrib.auth.hashers.PBKDF2PasswordHasher", "Token stream ended", "Bearer tokens are refused"),
)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_only_resembles_a_secret_stays(text: str) -> None:
    assert Redactor().clean(text) == text
    assert Redactor().page(text) == text


@pytest.mark.parametrize(
    "word", ["title", "select", "Home", "SELECT", "pass", "blue", "from", "2026", "80", "a b"[:1]]
)
def test_a_short_word_that_was_typed_as_a_password_does_not_blank_out_the_trace(word: str) -> None:
    redactor = Redactor()
    assert not redactor.hide(word)
    text = f'SELECT "t"."{word}" FROM t; {word} of 80 in 2026'
    assert redactor.clean(text) == text
    assert redactor.clean(f'fill("Password", "{word}")') == f'fill("Password", "{MASK}")'


def test_a_password_that_is_called_like_a_column_leaves_the_column_readable() -> None:
    redactor = Redactor()
    SettingsSecrets(redactor).read(settings)
    for identifier in (get_user_model()._meta.db_table, "last_login", "date_joined"):
        assert not redactor.hide(identifier)
        error = f'no such column: "auth_user"."{identifier}"'
        assert redactor.clean(error) == error


@pytest.mark.parametrize(
    "name",
    [
        *("sig", "signature", "key", "token", "session", "auth", "X-Functions-Key", "iban", "session_ref"),
        *("clientsecret", "auth_code"),
    ],
)
def test_traces_and_cassettes_know_the_same_names(name: str) -> None:
    assert Redactor().is_secret(name)
    assert Secrets().is_secret(name)
    assert "zz91" not in Redactor().clean(f"/a?{name}=zz91&b=1")
    assert "zz91" not in Secrets().url(f"https://h.example/a?{name}=zz91&b=1")


@pytest.mark.parametrize("name", ["key", "session", "auth", "cache_key", "Idempotency-Key"])
def test_a_name_that_may_name_anything_lets_the_value_decide(name: str) -> None:
    redactor = Redactor()
    assert redactor.data({name: "blue"}) == {name: "blue"}
    assert not redactor.is_secret(name, "Keynote")
    assert redactor.data({name: "gR7w2kQ9xV4mT1bZ8pLs"}) == {name: MASK}


# Settings.


def test_secrets_of_settings_are_found_as_django_finds_them_and_nothing_else_is() -> None:
    found = secret_values(
        {
            "SECRET_KEY": "django-insecure-#1!x",
            "SECRET_KEY_FALLBACKS": ["older-key-1", "older-key-2"],
            "STRIPE_SECRET_KEY": "sk_42x",
            "PAYMENT_API_TOKEN": "tok-1234",
            "EMAIL_HOST_PASSWORD": "mail-pw-1",
            "DATABASES": {"default": {"PASSWORD": "db-pw-1", "USER": "shop-user-1", "NAME": "shop-1"}},
            "CACHES": {"default": {"LOCATION": "redis://:cache-pw@cache.example/1"}},
            "SIMPLE_JWT": {"SIGNING_KEY": "jwt-key-9", "ALGORITHM": "HS256-x"},
            "AUTH_USER_MODEL": "auth.User",
            "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
            "AUTH_PASSWORD_VALIDATORS": [{"NAME": "django.contrib.auth.password_validation.MinimumLength"}],
            "PASSWORD_RESET_TIMEOUT": 259200,
            "API_URL": "https://api.example/v1",
            "API_PREFIX": "/api/v1/",
            "TOKEN_HEADER": "HTTP_X_TOKEN",
            "OTHER_KEY": "plain",
            "PASS_PHRASE": "one two three",
            "PASSWORDLESS_AUTH": {
                "SENDER": "shop@host.example",
                "KIND": "by-mail-1",
                "API_KEY": "inner-key-5",
            },
            "AUTH_SENDER": "shop@host.example",
            "PASSWORD_TEMPLATE": "mails/pass_word-1.html",
            "API_KEYS": {"maps": "maps-key-5"},
            "TITLE": "not-a-secret-1",
        }
    )
    assert sorted(found) == sorted(
        (
            *(
                "django-insecure-#1!x",
                "older-key-1",
                "older-key-2",
                "sk_42x",
                "tok-1234",
                "mail-pw-1",
                "db-pw-1",
            ),
            *("cache-pw", "jwt-key-9", "inner-key-5", "maps-key-5"),
        )
    )


def test_reading_the_settings_calls_nothing_of_the_project() -> None:
    def never() -> str:
        raise AssertionError("a lazy setting was evaluated")

    class Odd(dict[str, str]):
        def items(self) -> Any:
            raise AssertionError("a mapping of the project was walked")

    with override_settings(
        API_KEY=SimpleLazyObject(never), LAZY_TOKEN=[SimpleLazyObject(never)], SECRET_MAP=Odd()
    ):
        SettingsSecrets(Redactor()).read(settings)


def test_the_secrets_of_the_settings_hold_for_the_run_and_those_of_an_override_for_the_test() -> None:
    redactor = Redactor()
    secrets = SettingsSecrets(redactor)
    secrets.read(settings)
    for _ in range(2):
        assert redactor.clean(f"KeyError: {settings.SECRET_KEY!r}") == f"KeyError: '{MASK}'"
        redactor.end_test()
    with override_settings(SHOP_API_KEY="shop-key-77", DATABASE_URL="postgres://u:of-the-test@h/db"):
        secrets.read(settings)
        assert redactor.clean("shop-key-77 of-the-test") == f"{MASK} {MASK}"
    redactor.end_test()
    secrets.read(settings)
    assert redactor.clean("shop-key-77") == "shop-key-77"


# Mails.

MAILS = {
    "Your login code is 493021.": ["493021"],
    "Sign in to Shop\n\nHi Ann,\n\n  493021\n\nThis code is valid for 5 minutes.": ["493021"],
    "493021 is your verification code": ["493021"],
    "<h1>Log in</h1><p>Your code:</p><p><b>493 021</b></p>": ["493 021"],
    "Sign-In Code\n\nYour sign-in code is listed below.\n\nXK7-2MQ\n": ["XK7-2MQ"],
    "Two-factor authentication\n\nPIN: 4711\n": ["4711"],
    "Anmeldung: Ihr Code lautet 82931.": ["82931"],
}


@pytest.mark.parametrize("text", MAILS)
def test_the_one_time_codes_of_a_mail_are_found(text: str) -> None:
    assert codes_in(text) == MAILS[text]
    redactor = Redactor()
    for code in codes_in(text):
        assert redactor.hide(code, sure=True)
    assert MAILS[text][0] not in redactor.clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your order 493021 was sent.\n\n12345\n",
        "The article 4711 is online. Read it: http://testserver/a/4711/",
        "Confirm your booking of 12 May 2026, 10115 Berlin.",
        "PIN boards, 120 pieces",
        "With the code 493021 you pay less in our shop.",
    ],
)
def test_the_numbers_of_other_mails_are_none(text: str) -> None:
    assert codes_in(text) == []


@pytest.mark.parametrize(
    "token",
    ["AAAAAQBxk2vTz9f3QpLm1c", "gR7w2kQ9xV4mT1bZ8pLs", HEX, "k3jd9s8f7g6h5j4k3l2m", "Zm9vYmFyYmF6MTIzNDU2"],
)
def test_a_random_token_is_distinguished_from_a_slug(token: str) -> None:
    assert is_random(token)
    assert tokens_in(f"/in/{token}/") == [token]


@pytest.mark.parametrize(
    "slug",
    [
        *(
            "my-first-article-of-2026",
            "integration-testing-with-django",
            "2026-11-21-news-of-the-day",
            "a1b2c3",
        ),
        *(
            "123e4567-e89b-12d3-a456-426614174000",
            "AnnualReportOfTheCompany",
            "article-detail-view-2",
            "1234567890123456",
        ),
    ],
)
def test_a_slug_is_no_token(slug: str) -> None:
    assert not is_random(slug)


@pytest.mark.parametrize("end", ["", " ", "é", "."])
def test_a_token_is_found_wherever_it_begins(end: str) -> None:
    token = "aB3" * 20 + "aB34"
    for before in range(30):
        text = f"{'x ' * before}é {token}{end and ' '}{end}"
        assert token not in mask_shapes(text)


def test_secrets_of_the_projects_settings_are_read_again_once_one_is_another() -> None:
    base = SimpleNamespace(API_KEY="k7x9-first-key-1", OTHER=["a"])
    redactor = Redactor()
    secrets = SettingsSecrets(redactor)
    for value in ("k7x9-first-key-1", "k7x9-second-key-2"):
        base.API_KEY = value
        override = SimpleNamespace(default_settings=base, SECOND_KEY=f"override-{value}")
        secrets.read(SimpleNamespace(_wrapped=override))
        secrets.read(SimpleNamespace(_wrapped=base))
        for known in (value, f"override-{value}"):
            assert known not in redactor.clean(f"x {known} y")
