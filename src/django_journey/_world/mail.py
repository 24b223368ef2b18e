"""The mail that the site has sent, by recipient, with its links found by their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Any

from django_journey._dom.tree.document import Document
from django_journey._trace.hooks.mail_parts import URL, attachment_name, text_and_html, without_punctuation
from django_journey.errors import Explanation, WorldError

__all__ = ["Attachment", "Mail", "MailLink", "Mailbox", "arrived"]

_READ = "_django_journey_read"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; ``content_id`` names an inline image."""

    name: str
    mime_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class MailLink:
    """A link in a mail: what it says and where it leads."""

    text: str
    url: str


class Mail:
    """One mail, as the person who got it sees it.

    Args:
        message: Django's message, as it was handed to the backend.
    """

    def __init__(self, message: Any) -> None:
        self.message = message

    def __repr__(self) -> str:
        return f"<Mail {self.subject!r} to {', '.join(self.recipients)}>"

    @property
    def was_read(self) -> bool:
        """Whether the story has read it from a mailbox."""
        return bool(getattr(self.message, _READ, False))

    def read(self) -> Mail:
        """Mark it as read by the story."""
        setattr(self.message, _READ, True)
        return self

    @property
    def subject(self) -> str:
        """The subject, on one line."""
        return str(self.message.subject)

    @property
    def sender(self) -> str:
        """The ``From`` address."""
        return str(self.message.from_email)

    @property
    def to(self) -> list[str]:
        """The addresses in ``To``."""
        return list(self.message.to)

    @property
    def cc(self) -> list[str]:
        """The addresses in ``Cc``."""
        return list(self.message.cc)

    @property
    def bcc(self) -> list[str]:
        """The addresses that got a blind copy."""
        return list(self.message.bcc)

    @property
    def recipients(self) -> list[str]:
        """All addresses that get it."""
        return [address for address in (*self.to, *self.cc, *self.bcc) if address]

    @property
    def text(self) -> str:
        """The plain text, or an empty text where the mail has HTML alone."""
        return self._text_and_html[0]

    @property
    def html(self) -> str:
        """The HTML, or an empty text."""
        return self._text_and_html[1]

    @property
    def _text_and_html(self) -> tuple[str, str]:
        message = self.message
        return text_and_html(message.body, message.content_subtype, getattr(message, "alternatives", ()))

    @property
    def attachments(self) -> list[Attachment]:
        """The attached files, inline images among them."""
        return [_attachment(item) for item in self.message.attachments]

    @property
    def links(self) -> list[MailLink]:
        """All links, those of the HTML first; the text of a link in the plain text is its line."""
        found: list[MailLink] = []
        if self.html:
            anchors = Document(self.html).tree.select("a[href]")
            found += [
                MailLink(" ".join(item.text.split()), (item.attr("href") or "").strip()) for item in anchors
            ]
        found.extend(_links_of_text(self.text))
        return found

    def link(self, text: str | re.Pattern[str]) -> MailLink:
        """Return the link that says this, or whose URL contains it.

        Args:
            text: A part of what the link says (letter case aside), a part of its URL, or a pattern for either.

        Raises:
            WorldError: No link fits, or links to several places do.
        """
        links = self.links
        exact = [] if isinstance(text, re.Pattern) else [item for item in links if item.text == text]
        fitting = exact or [item for item in links if _fits(text, item.text) or _fits(text, item.url)]
        targets = dict.fromkeys(item.url for item in fitting)
        if len(targets) == 1:
            return fitting[0]
        wanted = text.pattern if isinstance(text, re.Pattern) else text
        raise WorldError(
            Explanation(
                f"{'several links' if targets else 'no link'} in the mail {'fit' if targets else 'fits'} {wanted!r}",
                where=repr(self),
                nearest=tuple(f"{item.text!r} -> {item.url}" for item in (fitting or links))
                or ("the mail has no link at all; it says: " + _excerpt(self.text or self.html),),
                instead="name the link by a longer part of what it says, or by a pattern of its URL",
            )
        )


class Mailbox:
    """The mail for one address or for all, read from the outbox each time.

    Args:
        address: The recipient; ``None`` for all.
    """

    def __init__(self, address: str | None = None) -> None:
        self.address = address

    def __len__(self) -> int:
        return len(self._mine(None))

    def __iter__(self) -> Iterator[Mail]:
        return iter(self.all())

    def all(self, subject: str | re.Pattern[str] | None = None) -> list[Mail]:
        """Return all mails, oldest first, and mark them as read.

        Args:
            subject: A part of the subject (letter case aside), or a pattern.
        """
        return [mail.read() for mail in self._mine(subject)]

    def latest(self, subject: str | re.Pattern[str] | None = None) -> Mail:
        """Return the newest mail.

        Args:
            subject: A part of the subject (letter case aside), or a pattern.

        Raises:
            WorldError: No such mail arrived; the ones that did are listed.
        """
        fitting = self._mine(subject)
        if fitting:
            return fitting[-1].read()
        wanted = subject.pattern if isinstance(subject, re.Pattern) else subject
        everything = arrived()
        raise WorldError(
            Explanation(
                f"no mail {f'with the subject {wanted!r} ' if wanted else ''}arrived for {self.address or 'anybody'}",
                where=f"the outbox, which holds {len(everything)} mail{'s' if len(everything) != 1 else ''}",
                nearest=tuple(
                    f"{mail.subject!r} to {', '.join(mail.recipients)}" for mail in everything[-8:]
                ),
                instead="check who the mail is sent to, and whether a task or a commit hook that has"
                " not run yet sends it",
            )
        )

    def clear(self) -> None:
        """Delete the mail of this mailbox."""
        outbox = _outbox()
        outbox[:] = [message for message in outbox if not self._is_for_me(Mail(message))]

    def _mine(self, subject: str | re.Pattern[str] | None) -> list[Mail]:
        return [
            mail
            for mail in arrived()
            if self._is_for_me(mail) and (subject is None or _fits(subject, mail.subject))
        ]

    def _is_for_me(self, mail: Mail) -> bool:
        if self.address is None:
            return True
        mine = parseaddr(self.address)[1].lower()
        return any(parseaddr(address)[1].lower() == mine for address in mail.recipients)


def arrived() -> list[Mail]:
    """Return all mail of the outbox, oldest first, without marking it as read."""
    return [Mail(message) for message in _outbox()]


def _outbox() -> list[Any]:
    from django.core import mail

    if not hasattr(mail, "outbox"):
        mail.outbox = []
    return mail.outbox


def _fits(wanted: str | re.Pattern[str], text: str) -> bool:
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return " ".join(wanted.split()).lower() in " ".join(text.split()).lower()


def _links_of_text(text: str) -> Iterator[MailLink]:
    before = ""
    for line in text.splitlines():
        for match in URL.finditer(line):
            url = without_punctuation(match[0])
            says = line.replace(match[0], "").strip(" :-\t")
            yield MailLink(says or before, url)
        before = line.strip() or before


def _attachment(item: Any) -> Attachment:
    if isinstance(item, Message):
        payload = item.get_payload(decode=True)
        return Attachment(
            name=attachment_name(item),
            mime_type=item.get_content_type(),
            content=payload if isinstance(payload, bytes) else b"",
            content_id=(item.get("Content-ID") or "").strip("<>"),
        )
    _, content, mime_type = item
    data = content if isinstance(content, bytes) else str(content).encode()
    return Attachment(
        name=attachment_name(item), mime_type=mime_type or "application/octet-stream", content=data
    )


def _excerpt(text: str, length: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
