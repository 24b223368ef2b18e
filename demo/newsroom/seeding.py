"""Articles and comments to browse."""

from __future__ import annotations

from newsroom.models import Article, Comment

PUBLISHED = (
    (
        "The tide clock on Harbour Street",
        "For ninety years it has told the fishers when to leave. This spring somebody wound it backwards.",
        "Nobody saw who did it. On the morning of the second of March the long hand of the tide clock stood "
        "an hour and ten minutes early, and four boats left on water that was not there yet.\n\n"
        "The clockmaker's granddaughter climbed up with a lamp and a rag. She found no damage, only a "
        "wooden peg where the spring is held, cut by somebody who knew what they were doing.\n\n"
        "It runs again. The fishers, she says, look at it twice now.",
        ("My grandfather used to set his watch by it. Twice a day, he said, and it was still late.",),
    ),
    (
        "A library that lends out silence",
        "The reading room in the old dairy closes its doors to telephones, and finds that people queue.",
        "There are eleven chairs. You leave your telephone in a butter crock by the door, and you get a "
        "number for it, as in a cloakroom.\n\n"
        "“We thought that we would lend books,” says the librarian. “What they borrow is the hour.”",
        (),
    ),
    (
        "What the beekeepers' ledger remembers",
        "A century of weather, written by people who only wanted to know about honey.",
        "The ledger begins in 1911 with a line about frost. After it come forty thousand others, in "
        "eleven hands, and not one of them was meant for science.\n\n"
        "Put side by side they say when the lime trees flowered, every year, to the day.",
        ("Is it open to visitors?", "On Thursdays, I believe. Bring gloves."),
    ),
)
DRAFT = (
    "Notes on a bridge that was never built",
    "The plans are complete. So are the excuses.",
    "There is a drawer in the town hall, the third from the left, and in it lies a bridge.",
)


def plant(*, author, editor, reader) -> None:
    """Add the articles that are not there yet."""
    for title, summary, body, comments in PUBLISHED:
        if Article.objects.filter(title=title).exists():
            continue
        # Published by hand and not by the service, which would write to the author.
        article = Article.objects.create(
            title=title,
            author=author,
            summary=summary,
            body=body,
            status=Article.Status.PUBLISHED,
            published_by=editor,
        )
        for number, text in enumerate(comments):
            Comment.objects.create(article=article, author=(reader, editor)[number % 2], body=text)
    title, summary, body = DRAFT
    if not Article.objects.filter(title=title).exists():
        Article.objects.create(title=title, summary=summary, body=body, author=author)
