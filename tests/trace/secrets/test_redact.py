"""Secrets are masked by the name of their place, by their shape and by their value; the rest stays readable."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from django_journey._trace.secrets.redactor import MASK, Redactor


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Password",
            "New password confirmation:",
            "password1",
            "old_pwd",
            "Kennwort",
            "Mot de passe",
            "パスワード",
        ),
        *(
            "csrfmiddlewaretoken",
            "X-CSRFToken",
            "sessionid",
            "Authorization",
            "X-API-Key",
            "api_key",
            "apiKey",
        ),
        *("accessToken", "authtoken", "client_secret", "PIN", "CVV", "otp", "Set-Cookie", "access_tokens"),
    ],
)
def test_a_name_marks_a_secret(name: str) -> None:
    assert Redactor().is_secret(name)


@pytest.mark.parametrize(
    "name",
    ["Title", "Secretary", "tokenizer", "Opinion", "passenger", "Author", "keyboard", "pinned", "user"],
)
def test_an_ordinary_name_marks_none(name: str) -> None:
    assert not Redactor().is_secret(name)


def test_more_names_can_be_secret() -> None:
    redactor = Redactor(["Lieblingstier"])
    assert redactor.is_secret("lieblings-tier")
    assert redactor.clean('fill("Lieblingstier", "Axolotl")') == f'fill("Lieblingstier", "{MASK}")'


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('author.fill("Password", "s3 cret")', 'author.fill("Password", "***")'),
        (
            'get_by_label("Password", exact=True).fill("x y")',
            'get_by_label("Password", exact=True).fill("***")',
        ),
        ("page.locator('#id_password1').fill('abc')", "page.locator('#id_password1').fill('***')"),
        (r'login(password="a\"b", next="/")', r'login(password="***", next="/")'),
        ('{"password": "x", "name": "ada"}', '{"password": "***", "name": "ada"}'),
        (r"{\"token\": \"abc\", \"n\": 1}", r"{\"token\": \"***\", \"n\": 1}"),
        ("/reset?token=abc&next=/", "/reset?token=***&next=/"),
        ("Cookie: sessionid=abc; csrftoken=q", "Cookie: ***"),
        ("Authorization: Basic YWRhOmxvdmVsYWNl", "Authorization: ***"),
        ("X-Api-Key: abcd1234efgh", "X-Api-Key: ***"),
    ],
)
def test_what_stands_under_a_secret_name_is_masked(text: str, clean: str) -> None:
    assert Redactor().clean(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "Password: Username",
        "The password is too similar to the username.",
        "password=''",
        'click("Log in")',
        "Title = Password rules",
        "/accounts/password-reset/MQ/set-password/",
    ],
)
def test_text_about_secrets_stays_as_it_is(text: str) -> None:
    assert Redactor().clean(text) == text


@pytest.mark.parametrize(
    "secret",
    [
        "cabc12-0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
        "qW3" * 21 + "x",
    ],
    ids=["password-reset token", "JSON web token", "CSRF token"],
)
def test_a_token_is_known_by_its_shape(secret: str) -> None:
    assert (
        Redactor().clean(f"see http://testserver/x/{secret}/ now") == f"see http://testserver/x/{MASK}/ now"
    )


def test_a_hidden_value_is_masked_however_it_is_written() -> None:
    redactor = Redactor()
    redactor.hide("p&ss w\"o'rd/ü")
    for written in (
        "p&ss w\"o'rd/ü",
        "p&amp;ss w&quot;o&#x27;rd/ü",
        "p&amp;ss w&quot;o&#39;rd/ü",
        "p%26ss%20w%22o%27rd%2F%C3%BC",
        "p%26ss+w%22o%27rd%2F%C3%BC",
        r"p&ss w\"o'rd/\u00fc",
        r"p&ss w\"o'rd/ü",
    ):
        assert redactor.clean(f"<{written}>") == f"<{MASK}>", written


def test_a_short_value_is_masked_as_a_word_alone() -> None:
    redactor = Redactor()
    redactor.hide("ada1")
    assert redactor.clean("ada1 (ada1) ada12 xada1 /ada1/") == f"{MASK} ({MASK}) ada12 xada1 /{MASK}/"


def test_a_plain_word_is_masked_as_a_word_alone_however_long_it_is() -> None:
    redactor = Redactor()
    redactor.hide("integration")
    assert redactor.clean("it is integration; integrations, reintegration") == (
        f"it is {MASK}; integrations, reintegration"
    )
    for written in (
        '"integration"',
        "q=integration&n=1",
        "<b>integration</b>",
        "my_integration",
        "/integration/",
    ):
        assert redactor.clean(written) == written.replace("integration", MASK)
    redactor.hide("Integrati0n")
    assert redactor.clean("xIntegrati0nx") == f"x{MASK}x"


@pytest.mark.parametrize("value", ["password", "admin", "abc", ""])
def test_an_ordinary_word_is_not_masked_by_its_value(value: str) -> None:
    redactor = Redactor()
    assert not redactor.hide(value)
    assert redactor.clean(f"the word {value} stays") == f"the word {value} stays"


def test_what_one_test_hid_is_forgotten_by_the_next_but_a_shared_set_up_is_remembered() -> None:
    redactor = Redactor()
    with redactor.shared_setup():
        redactor.hide("of-the-class")
    redactor.hide("of-the-test")
    redactor.end_test()
    assert redactor.clean("of-the-class of-the-test") == f"{MASK} of-the-test"


def test_only_the_latest_shared_secrets_are_searched_for() -> None:
    redactor = Redactor()
    with redactor.shared_setup():
        for number in range(200):
            redactor.hide(f"shared-secret-{number}")
    assert redactor.clean("shared-secret-199") == MASK
    assert redactor.clean("shared-secret-0 ") == "shared-secret-0 "


def test_a_pages_secret_inputs_are_masked_and_the_rest_stays() -> None:
    page = (
        '<form><input type="hidden" name="csrfmiddlewaretoken" value="abc">'
        "<input value=abc type='password' name=q><input type=hidden name=next value=/a/>"
        '<input placeholder="Password: " name="x" value="seen"><input type="password" value="">'
        '<script>var c = {"csrfToken": "abc", "title": "Password"}</script>'
        "<pre>fill(&quot;Password&quot;, &quot;abc&quot;)</pre>"
    )
    assert Redactor().page(page) == (
        '<form><input type="hidden" name="csrfmiddlewaretoken" value="***">'
        "<input value=\"***\" type='password' name=q><input type=hidden name=next value=/a/>"
        '<input placeholder="Password: " name="x" value="seen"><input type="password" value="">'
        '<script>var c = {"csrfToken": "***", "title": "Password"}</script>'
        "<pre>fill(&quot;Password&quot;, &quot;***&quot;)</pre>"
    )


def test_data_is_masked_by_its_keys() -> None:
    data = {"headers": {"Authorization": "x", "Accept": "y"}, "list": [{"token": 5, "n": 1}], "password": ""}
    assert Redactor().data(data) == {
        "headers": {"Authorization": MASK, "Accept": "y"},
        "list": [{"token": MASK, "n": 1}],
        "password": "",
    }


def test_a_value_that_is_known_already_is_not_searched_for_again() -> None:
    redactor, told = Redactor(), list[tuple[str, ...]]()
    redactor.on_hide(told.append)
    for _ in range(3):
        assert redactor.hide("s3cret-value")
    redactor.hide("s3cret-value", lasting=True)
    assert len(told) == 1


def test_at_the_end_the_latest_secrets_of_the_run_are_recalled() -> None:
    redactor = Redactor()
    for number in range(300):
        redactor.hide(f"pw-of-test-{number}")
        redactor.hide("0f" * 16)  # a session's, which no other test has
        redactor.end_test()
    known = redactor.restore()
    assert "pw-of-test-299" in known
    assert "pw-of-test-0" not in known
    assert "0f" * 16 not in known
    assert redactor.clean("pw-of-test-299 pw-of-test-150") == f"{MASK} {MASK}"


def test_a_text_that_was_clean_is_masked_once_its_secret_is_known() -> None:
    redactor = Redactor()
    assert redactor.clean("/door/qqx81-home/?passwort2=no&colour=tangerine77") == (
        f"/door/qqx81-home/?passwort2={MASK}&colour=tangerine77"
    )
    redactor.add_names("colour")
    assert redactor.clean("/door/qqx81-home/?passwort2=no&colour=tangerine77") == (
        f"/door/qqx81-home/?passwort2={MASK}&colour={MASK}"
    )
    redactor.hide("qqx81-home")
    assert redactor.clean("/door/qqx81-home/?passwort2=no&colour=tangerine77") == (
        f"/door/{MASK}/?passwort2={MASK}&colour={MASK}"
    )
    redactor.end_test()
    assert redactor.clean("/door/qqx81-home/") == "/door/qqx81-home/"


def test_a_text_is_cleaned_without_asking_its_own_class_anything() -> None:
    class Text(str):
        __slots__ = ()

        def __hash__(self) -> int:
            raise AssertionError("asked for its hash")

    assert Redactor().clean(Text("token=abc12345")) == f"token={MASK}"


@pytest.mark.parametrize("value", ["abc12~x.y_z-0", "two 2 words", "a b&c<d>'e\"f/ü", "0123456789"])
def test_a_value_is_masked_as_html_urls_json_and_python_spell_it(value: str) -> None:
    redactor = Redactor()
    redactor.hide(value)
    for spelled in (
        value,
        escape(value),
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
    ):
        assert redactor.clean_values(spelled) == MASK


def test_names_that_come_later_decide_what_is_vague_too() -> None:
    redactor = Redactor()
    assert not redactor.is_secret("session", "summer")
    redactor.add_names("session")
    assert redactor.is_secret("session", "summer")


def test_a_style_sheet_in_a_page_is_masked_as_the_rest_also_when_its_secret_comes_later() -> None:
    redactor = Redactor()
    sheet = "<style>" + "p { color: red }\n" * 40 + "/* k7x9-in-css token: 'abcdefgh1' */</style>"
    page = f"<input type=password value=x>{sheet}<p>k7x9-in-css</p>{sheet}"
    before = redactor.page(page)
    assert before.count("k7x9-in-css") == 3
    assert "value=x" not in before
    assert before == redactor.page(page)
    redactor.hide("k7x9-in-css")
    after = redactor.page(page)
    assert "k7x9-in-css" not in after
    assert after.count("color: red") == 80
