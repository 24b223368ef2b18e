"""What is kept of a call holds no secret: by value wherever it stands, and by the name of what holds it."""

from __future__ import annotations

import json

import pytest

from django_journey._world.services.secrets import REMOVED, Secrets


def test_known_values_are_found_anywhere_also_quoted_and_within_one_another() -> None:
    secrets = Secrets(["s3cret/key", "s3cret/key-long", "abc"])
    assert secrets.text("x s3cret/key-long y s3cret%2Fkey z") == f"x {REMOVED} y {REMOVED} z"
    assert secrets.body(b"raw s3cret/key", "text/plain") == f"raw {REMOVED}".encode()
    assert secrets.text("abc") == "abc"  # too short to be told from ordinary words


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"note=it+is+s3+cret%2Fk%22y&page=2", "application/x-www-form-urlencoded"),
        (b'{"note": "it is s3 cret/k\\"y", "page": 2}', "application/json"),
        (b"https://api.example/s3%20cret%2Fk%22y/", "text/plain"),
    ],
)
def test_a_known_value_is_found_as_forms_json_and_urls_spell_it(body: bytes, kind: str) -> None:
    cleaned = Secrets(['s3 cret/k"y']).body(body, kind)
    assert b"cret" not in cleaned
    assert REMOVED.encode() in cleaned


def test_several_secrets_under_one_name_are_all_removed() -> None:
    body = json.dumps({"api_keys": ["hush", "hush too"], "usage": {"tokens": 12}}).encode()
    cleaned = json.loads(Secrets(names=["api_keys"]).body(body, "application/json"))
    assert cleaned == {"api_keys": [REMOVED, REMOVED], "usage": {"tokens": 12}}


def test_of_a_url_with_credentials_each_part_is_a_secret() -> None:
    secrets = Secrets(["cloud://user1234:p%40ssword@host"])
    assert secrets.text("user1234 / p@ssword / host") == f"{REMOVED} / {REMOVED} / host"


@pytest.mark.parametrize(
    "name",
    ["api_key", "access_token", "X-Api-Key", "password", "signature", "sig", "key", "session_id", "mine"],
)
def test_values_with_a_secrets_name_are_removed(name: str) -> None:
    secrets = Secrets(names=["mine"])
    assert (
        secrets.url(f"https://api.example/x?{name}=hush&page=2")
        == f"https://api.example/x?{name}={REMOVED}&page=2"
    )
    assert secrets.header(name, "hush") == REMOVED
    form = secrets.body(f"{name}=hush&page=2".encode(), "application/x-www-form-urlencoded")
    assert form == f"{name}={REMOVED}&page=2".encode()
    nested = secrets.body(
        json.dumps({"a": [{name: "hush", "n": 1}]}).encode(), "application/json; charset=utf-8"
    )
    assert json.loads(nested) == {"a": [{name: REMOVED, "n": 1}]}
    part = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nhush\r\n--b--\r\n'.encode()
    assert secrets.body(part, "multipart/form-data; boundary=b") == part.replace(b"hush", REMOVED.encode())


@pytest.mark.parametrize("name", ["page", "author", "keyboard", "monkey", "public_id", "timestamp"])
def test_ordinary_names_keep_their_values_and_the_bytes_around_them(name: str) -> None:
    secrets = Secrets()
    assert secrets.url(f"https://api.example/x?{name}=a%20b+c") == f"https://api.example/x?{name}=a%20b+c"
    body = f'{{"{name}":  "a"}}'.encode()
    assert secrets.body(body, "application/json") == body


def test_the_user_of_a_url_is_removed() -> None:
    assert Secrets().url("https://user:hush@api.example/x#part") == "https://api.example/x"


def test_files_of_a_multipart_body_keep_their_bytes() -> None:
    content = bytes(range(256))
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--b--\r\n"
    )
    assert Secrets(["unrelated"]).body(body, "multipart/form-data; boundary=b") == body


def test_what_is_no_json_is_left_as_it_is() -> None:
    assert Secrets().body(b'{"password": ', "application/json") == b'{"password": '
