"""The mail that the site sent is read by those who get it."""

from __future__ import annotations

import re
from email.message import MIMEPart
from email.mime.image import MIMEImage

import django
import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives

from django_journey._world.mail import Mail, Mailbox
from django_journey.errors import WorldError


def send(
    subject: str = "Welcome", to: str = "smartie@example.com", body: str = "Hello", **more: object
) -> None:
    EmailMessage(subject, body, "site@example.com", [to], **more).send()  # type: ignore[arg-type]


def newsletter() -> Mail:
    message = EmailMultiAlternatives(
        "Your article is online",
        "Read it here:\nhttp://testserver/articles/one/.\n\nUnsubscribe: http://testserver/off/?u=1",
        "site@example.com",
        ["Smartie Pants <smartie@example.com>"],
        cc=["editor@example.com"],
        bcc=["archive@example.com"],
    )
    message.attach_alternative(
        '<p><a href="http://testserver/articles/one/"> Read\n it </a> <img src="cid:logo"></p>', "text/html"
    )
    message.attach("terms.txt", "the terms", "text/plain")
    image: MIMEPart | MIMEImage
    if django.VERSION >= (6, 0):
        image = MIMEPart()
        image.set_content(
            b"\x89PNG",
            maintype="image",
            subtype="png",
            cid="<logo>",
            filename="logo.png",
            disposition="inline",
        )
    else:
        image = MIMEImage(b"\x89PNG", "png")
        image.add_header("Content-ID", "<logo>")
        image.add_header("Content-Disposition", "inline", filename="logo.png")
    message.attach(image)
    message.send()
    return Mailbox("smartie@example.com").latest()


def test_the_latest_mail_is_found_by_a_part_of_its_subject_or_a_pattern() -> None:
    send("Welcome")
    send("Your Article is online")
    box = Mailbox("smartie@example.com")
    assert box.latest().subject == "Your Article is online"
    assert box.latest(subject="your article").subject == "Your Article is online"
    assert box.latest(subject=re.compile("^Wel")).subject == "Welcome"
    assert [mail.subject for mail in box.all()] == ["Welcome", "Your Article is online"]


def test_a_mailbox_holds_only_the_mail_for_its_address_copies_included() -> None:
    newsletter()
    send(to="other@example.com")
    assert len(Mailbox("SMARTIE@example.com")) == 1
    assert len(Mailbox("editor@example.com")) == 1
    assert len(Mailbox("archive@example.com")) == 1
    assert len(Mailbox()) == 2


def test_the_mails_that_did_arrive_are_listed_when_none_fits() -> None:
    send("Welcome", to="other@example.com")
    with pytest.raises(
        WorldError, match=r"no mail with the subject 'Reset'(.|\n)*'Welcome' to other@example.com"
    ):
        Mailbox("smartie@example.com").latest(subject="Reset")


def test_parts_copies_and_attachments_are_distinguished() -> None:
    mail = newsletter()
    assert mail.text.startswith("Read it here")
    assert "<a href" in mail.html
    assert (mail.cc, mail.bcc) == (["editor@example.com"], ["archive@example.com"])
    terms, logo = mail.attachments
    assert (terms.name, terms.mime_type, terms.content) == ("terms.txt", "text/plain", b"the terms")
    assert (logo.name, logo.mime_type, logo.content_id) == ("logo.png", "image/png", "logo")


def test_a_link_is_found_by_what_it_says_or_by_its_url() -> None:
    mail = newsletter()
    assert mail.link("Read it").url == "http://testserver/articles/one/"
    assert mail.link("Unsubscribe").url == "http://testserver/off/?u=1"
    assert mail.link(re.compile(r"/articles/\w+/$")).url == "http://testserver/articles/one/"


def test_a_link_that_says_exactly_this_comes_before_those_that_say_more_or_have_it_in_their_url() -> None:
    message = EmailMultiAlternatives("Hi", "", "shop@host.example", ["ann@host.example"])
    message.attach_alternative(
        '<a href="http://testserver/read-all/">Read all</a> <a href="http://testserver/read/">Read</a>'
        ' <a href="http://testserver/more/">read</a> <a href="http://testserver/Read/">More</a>',
        "text/html",
    )
    message.send()
    mail = Mailbox().latest()
    assert mail.link("Read").url == "http://testserver/read/"
    assert mail.link("read").url == "http://testserver/more/"
    assert mail.link("Read all").url == "http://testserver/read-all/"
    with pytest.raises(WorldError, match="several links in the mail fit 'Rea'"):
        mail.link("Rea")
    with pytest.raises(WorldError, match=r"several links in the mail fit 'Read'"):
        mail.link(re.compile("Read"))


def test_a_link_in_plain_text_is_named_by_its_line_or_the_line_above() -> None:
    send(body="To choose a new password, go to\nhttp://testserver/reset/abc/\nThanks")
    assert Mailbox().latest().link("new password").url == "http://testserver/reset/abc/"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("The terms (see http://testserver/terms/).", "http://testserver/terms/"),
        ("More: http://testserver/wiki/Story_(test).", "http://testserver/wiki/Story_(test)"),
        ("More (http://testserver/wiki/Story_(test)!)", "http://testserver/wiki/Story_(test)"),
    ],
)
def test_a_link_in_plain_text_ends_before_the_sentences_own_punctuation(body: str, url: str) -> None:
    send(body=body)
    assert [link.url for link in Mailbox().latest().links] == [url]


def test_a_link_that_is_missing_or_ambiguous_lists_what_there_is() -> None:
    mail = newsletter()
    with pytest.raises(WorldError, match=r"no link in the mail fits 'Buy'(.|\n)*'Read it' -> http"):
        mail.link("Buy")
    with pytest.raises(WorldError, match="several links in the mail fit 'testserver'"):
        mail.link("testserver")
    send(body="nothing to click")
    with pytest.raises(WorldError, match="no link at all; it says: nothing to click"):
        Mailbox().latest().link("Read")


def test_a_mailbox_can_be_cleared_without_touching_others() -> None:
    send()
    send(to="other@example.com")
    Mailbox("smartie@example.com").clear()
    assert len(Mailbox()) == 1
