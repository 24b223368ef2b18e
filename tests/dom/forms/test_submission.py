"""Form submission: entries, overrides of the submitter, implicit submission; and reset."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from django_journey._dom.forms import controls, submission
from django_journey._dom.tree.document import Document, Upload


def page(body: str, *, url: str = "http://testserver/dir/page?x=1#top", **options: str) -> Document:
    return Document(f"<!doctype html><body>{body}", url=url, **options)


def entries(body: str, submitter: str = "") -> list[tuple[str, str]]:
    doc = page(f"<form>{body}</form>")
    button = doc.tree.select_one(submitter) if submitter else None
    found = submission.entries_of(doc, doc.tree.select_one("form"), button)
    return [(entry.name, entry.text) for entry in found]


def sent(body: str, submitter: str = "") -> submission.Submission:
    doc = page(body)
    return submission.submission(
        doc, doc.tree.select_one("form"), doc.tree.select_one(submitter) if submitter else None
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<input name=a value=1><input value=2><input name='' value=3>", [("a", "1")]),
        ("<input name=a value=1 disabled><fieldset disabled><input name=b></fieldset>", []),
        ("<input type=checkbox name=a><input type=checkbox name=b checked>", [("b", "on")]),
        ("<select name=s><option>x<option disabled selected>y</select>", []),
        (
            "<select name=s multiple><option selected>x<option selected value=2>y</select>",
            [("s", "x"), ("s", "2")],
        ),
        ("<input type=file name=f>", [("f", "")]),
        ("<button name=b value=1>x</button><input type=submit name=c value=1><input type=reset name=r>", []),
        ("<input type=hidden name=_Charset_ value=x>", [("_Charset_", "UTF-8")]),
        ("<textarea name=t dirname=d dir=auto>שלום</textarea>", [("t", "שלום"), ("d", "rtl")]),
        ("<input name=a dirname=d>", [("a", ""), ("d", "ltr")]),
        ("<output name=o>1</output><object name=p></object>", []),
        ("<datalist><input name=a value=1></datalist>", [("a", "1")]),
        ("<template><input name=a></template>", []),
    ],
)
def test_the_entry_list(body: str, expected: list[tuple[str, str]]) -> None:
    assert entries(body) == expected


@pytest.mark.parametrize("method", [" post ", "post ", "put", ""])
def test_a_method_that_is_no_keyword_reads(method: str) -> None:
    assert sent(f"<form method='{method}'></form>").method == "GET"
    assert (
        sent(f"<form method=post><button formmethod='{method}'>x</button></form>", "button").method == "GET"
    )


def test_of_the_buttons_only_the_submitter_is_submitted() -> None:
    body = "<button name=a value=1>x</button><button name=b value=2>y</button>"
    assert entries(body, "[name=b]") == [("b", "2")]


def test_an_image_button_submits_the_clicked_coordinates() -> None:
    doc = page("<form><input type=image name=i></form>")
    form, button = doc.tree.select_one("form"), doc.tree.select_one("input")
    found = submission.entries_of(doc, form, button, point=(3, 4))
    assert [(entry.name, entry.text) for entry in found] == [("i.x", "3"), ("i.y", "4")]


def test_a_submit_input_without_a_value_submits_its_default_label() -> None:
    assert entries("<input type=submit name=go>", "input") == [("go", "Submit")]


def test_controls_with_a_form_attribute_are_submitted_in_tree_order() -> None:
    doc = page("<input name=a form=f value=1><form id=f><input name=b value=2></form>")
    found = submission.entries_of(doc, doc.tree.select_one("form"))
    assert [entry.name for entry in found] == ["a", "b"]


def test_a_get_form_replaces_the_query_and_an_empty_action_is_the_page() -> None:
    submission = sent("<form><input name=q value='a b'></form>")
    assert (submission.method, submission.url) == ("GET", "http://testserver/dir/page?q=a+b#top")


def test_a_post_form_keeps_the_query_of_its_action() -> None:
    submission = sent("<form method=post action='../to?y=2'><input name=q value=1></form>")
    assert (submission.url, submission.body) == ("http://testserver/to?y=2", b"q=1")
    assert submission.content_type == "application/x-www-form-urlencoded"


def test_the_submitter_overrides_the_form() -> None:
    submission = sent(
        "<form action=/a><input name=q value=1><button formaction=/b formmethod=post "
        "formenctype=multipart/form-data formtarget=_blank>x</button></form>",
        "button",
    )
    assert (submission.method, submission.url, submission.target) == ("POST", "http://testserver/b", "_blank")
    assert (submission.content_type or "").startswith("multipart/form-data; boundary=----WebKitFormBoundary")


def test_unknown_methods_and_encodings_are_the_defaults() -> None:
    submission = sent("<form method=put enctype=json><input name=q value=1></form>")
    assert submission.method == "GET"


def test_an_action_is_resolved_against_the_base_element_but_an_empty_one_is_not() -> None:
    assert sent("<base href=/other/><form action=x></form>").url == "http://testserver/other/x?"
    assert sent("<base href=/other/><form></form>").url == "http://testserver/dir/page?#top"


def test_entries_are_encoded_as_the_page_unless_the_form_has_accept_charset() -> None:
    doc = Document(
        "<form method=post><input name=q value=ä></form>".encode("latin-1"),
        url="http://t/",
        encoding="latin1",
    )
    assert submission.submission(doc, doc.tree.select_one("form")).body == b"q=%E4"
    doc = Document(
        b"<form method=post accept-charset=utf-8><input name=q value=\xe4></form>",
        url="http://t/",
        encoding="latin1",
    )
    assert submission.submission(doc, doc.tree.select_one("form")).body == b"q=%C3%A4"


@pytest.mark.parametrize(("enctype", "query"), [("", "a=b+c"), ("text/plain", "a=b%20c")])
def test_a_button_that_makes_a_form_a_get_chooses_the_query_by_the_forms_type(
    enctype: str, query: str
) -> None:
    field = '<input name=a value="b c"><button formmethod=get>go</button>'
    found = sent(f'<form action="/to" method=post enctype="{enctype}">{field}</form>', "button")
    assert urlsplit(found.url).query == query


def test_a_dialog_form_sends_nothing() -> None:
    submission = sent(
        "<dialog open><form method=dialog><button value=yes>x</button></form></dialog>", "button"
    )
    assert (submission.method, submission.body) == ("DIALOG", b"")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<input id=x>", (True, None)),
        ("<input id=x><input>", (False, None)),
        ("<input id=x><input type=checkbox><textarea></textarea>", (True, None)),
        ("<input id=x><input><button id=b>s</button><button>t</button>", (True, "b")),
        ("<input id=x><button disabled>s</button><button>t</button>", (False, None)),
        ("<input id=x><button type=button>s</button><input type=image id=i>", (True, "i")),
        ("<input id=x><select><button>c</button><option>a</select><button id=b>s</button>", (True, "b")),
        ("<input id=x><select><button>c</button><button id=b>d</button></select>", (True, "b")),
        ("<input id=x><select size=3><button id=b>c</button><option>a</select>", (True, "b")),
        ("<input type=checkbox id=x><select><button>c</button><option>a</select>", (False, None)),
        ("<input type=checkbox id=x>", (False, None)),
        ("<input type=checkbox id=x><button disabled>s</button><button id=b>t</button>", (True, "b")),
    ],
)
def test_implicit_submission(body: str, expected: tuple[bool, str | None]) -> None:
    doc = page(f"<form>{body}</form>")
    submitted, button = submission.implicit_submission(
        doc, doc.tree.select_one("form"), doc.tree.select_one("#x")
    )
    assert (submitted, button.attr("id") if button is not None else None) == expected


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ("<button>", "submit"),
        ("<button type=reset>", "reset"),
        ("<button type=bad>", "submit"),
        ("<button commandfor=x>", "button"),
    ],
)
def test_the_type_of_a_button(markup: str, kind: str) -> None:
    assert submission.button_type(page(markup).tree.select_one("button")) == kind


def test_reset_restores_the_default_of_every_control() -> None:
    doc = page(
        "<form><input name=a value=1><input type=checkbox name=c><select name=s><option>x<option>y</select>"
        "<input type=file name=f></form>"
    )
    form = doc.tree.select_one("form")
    before = submission.entries_of(doc, form)
    controls.set_value(doc, doc.tree.select_one("[name=a]"), "2")
    controls.set_checked(doc, doc.tree.select_one("[name=c]"), True)
    controls.select_options(
        doc, doc.tree.select_one("select"), controls.options(doc.tree.select_one("select"))[1:]
    )
    controls.set_files(doc, doc.tree.select_one("[name=f]"), [Upload("x", "", b"")])
    assert submission.entries_of(doc, form) != before
    submission.reset(doc, form)
    assert submission.entries_of(doc, form) == before
