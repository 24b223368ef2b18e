"""The three encodings of a form's entries, byte for byte."""

from __future__ import annotations

import pytest

from django_journey._dom.forms.body_encoding import FormEntry, encode_text, multipart, plain_text, urlencoded
from django_journey._dom.tree.document import Upload


def test_urlencoded_writes_spaces_as_plus_and_line_breaks_as_crlf() -> None:
    entries = [FormEntry("a b", "x\ny"), FormEntry("größe", "*-._~&="), FormEntry("", "€")]
    assert urlencoded(entries) == "a+b=x%0D%0Ay&gr%C3%B6%C3%9Fe=*-._%7E%26%3D&=%E2%82%AC"


def test_characters_that_an_encoding_lacks_become_character_references() -> None:
    assert urlencoded([FormEntry("a", "ä日")], "windows-1252") == "a=%E4%26%2326085%3B"


def test_a_lone_surrogate_becomes_the_replacement_character() -> None:
    assert urlencoded([FormEntry("a", "\ud800")]) == "a=%EF%BF%BD"


def test_without_multipart_a_file_is_submitted_as_its_name() -> None:
    upload = Upload("a.png", "image/png", b"\x89")
    assert urlencoded([FormEntry("f", upload)]) == "f=a.png"
    assert plain_text([FormEntry("f", upload)]) == b"f=a.png\r\n"


def test_multipart_escapes_quotes_and_line_breaks_in_names() -> None:
    kind, body = multipart([FormEntry('q"\nx', "a\rb")], boundary="B")
    assert kind == "multipart/form-data; boundary=B"
    assert body == b'--B\r\nContent-Disposition: form-data; name="q%22%0D%0Ax"\r\n\r\na\r\nb\r\n--B--\r\n'


def test_multipart_sends_files_as_they_are_with_their_type() -> None:
    _, body = multipart([FormEntry("f", Upload("ä.png", "", b"\r\x00"))], boundary="B")
    assert body == (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="\xc3\xa4.png"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\x00\r\n--B--\r\n"
    )


def test_a_multipart_body_without_entries_is_only_the_closing_boundary() -> None:
    assert multipart([], boundary="B")[1] == b"--B--\r\n"


def test_boundaries_are_random() -> None:
    assert multipart([])[0] != multipart([])[0]


def test_plain_text_escapes_nothing() -> None:
    assert plain_text([FormEntry("a", "x=y"), FormEntry("b", "1\n2")]) == b"a=x=y\r\nb=1\r\n2\r\n"


@pytest.mark.parametrize(
    ("encoding", "text", "written"),
    [
        ("GBK", "€ḿ&\ud800", b"\x80\xa8\xbc&&#65533;"),
        ("gb18030", "€é\U0001f600", b"\xa2\xe3\xa8\xa6\x949\xfc6"),
        ("Big5", "十¢À", b"\xa4Q&#162;&#192;"),
        ("EUC-JP", "¥ｱ\u2212¢", b"\\\x8e\xb1\xa1\xdd&#162;"),
        ("Shift_JIS", "¥ｱ\u2212\u2170\ue000", b"\\\xb1\x81|\xfa@&#57344;"),
        ("EUC-KR", "각갂", b"\xb0\xa2\x81A"),
        ("KOI8-U", "Ўў╝", b"\xbe\xae&#9565;"),
        ("windows-1252", "€\x81Ā", b"\x80\x81&#256;"),
        ("x-user-defined", "a\uf780é", b"a\x80&#233;"),
        ("ISO-2022-JP", "aあé¥b\\ﾞ\x1b", b'a\x1b$B$"\x1b(B&#233;\x1b(J\\b\x1b(B\\\x1b$B!+\x1b(B&#65533;'),
    ],
)
def test_legacy_encodings_follow_the_encoding_standard(encoding: str, text: str, written: bytes) -> None:
    assert encode_text(text, encoding) == written
