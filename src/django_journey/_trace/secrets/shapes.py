"""Finds secrets by their shape: signed and random tokens, providers' keys, passwords in URLs."""

from __future__ import annotations

import re

from django_journey._trace.secrets.mask_text import MASK

__all__ = ["codes_in", "is_random", "mask_shapes", "tokens_in"]

# Every shape below has this many token characters in a row: a quick check.
_LONG = re.compile(r"(?<![\w.-])[\w.-]{27}")
# What is not ASCII counts as a character of a token here; this is ten times as quick as the expression.
_MARKED = bytes(120 if code > 127 or re.match(r"[\w.-]", chr(code)) else 32 for code in range(256))
_LONG_RUN = b"x" * 27
_SHAPES = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # JSON web token (RFC 7519)
    r"|(?<![\w-])(?:\w{1,40}-)?[0-9a-z]{6,7}-[0-9a-f]{32}(?![\w-])"  # Django's password-reset token, with its user
    r"|(?<![\w.@+-])[\w.@+-]*(?::|%3A)[0-9A-Za-z]{6}(?::|%3A)[\w-]{27,86}(?![\w-])"  # TimestampSigner, dumps()
    r"|(?<=:)(?=[\w-]*[0-9])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])"  # the signature of Django's Signer
    r"|(?<!\w)(?=[0-9a-zA-Z]*[A-Z])(?=[0-9a-zA-Z]*[a-z])[0-9a-zA-Z]{64}(?!\w)"  # Django's masked CSRF token
    r"|(?<=Bearer )[\w.~+/-]{8,}=*"  # RFC 6750
    r"|(?<=Token )[0-9a-f]{40}(?!\w)"  # REST framework's
)

# Keys with a known beginning; searched for only if one of these occurs.
_SHORTEST = 12
_BEGINNINGS = (
    *(
        "_live_",
        "_test_",
        "AKIA",
        "ASIA",
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xox",
        "SG.",
        "AIza",
    ),
    *("pbkdf2_", "bcrypt", "argon2", "scrypt$", "md5$", "PRIVATE KEY-----"),
)
_SHORT_BEGINNINGS = ("k_live_", "k_test_", "AKIA", "$", "PRIVATE KEY-----")  # of the shorter ones
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_\w{8,}|A(?:KI|SI)A[0-9A-Z]{16}|gh[pos]_\w{20,}|github_pat_\w{20,}"
    r"|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|SG\.[\w-]{10,}\.[\w-]{10,}|AIza[\w-]{35}"
    r"|(?:pbkdf2_\w+|bcrypt\w*|argon2\w*|scrypt|md5)\$[^\s\"'<>&]{8,})"
    r"|(?<=PRIVATE KEY-----)[\sA-Za-z0-9+/=\\]+(?=-----END)"
)

# The password of a URL (RFC 3986 section 3.2.1); the user name stays.
_IN_URL = re.compile(r"(?<=://)([^\s/?#@:\"'<>]*):([^\s/?#@\"'<>]+)@")

_RUN = re.compile(r"[A-Za-z0-9_-]{16,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# Words of a mail with a one-time code: a number, or a word in capitals.
_ABOUT_CODES = re.compile(
    r"(?i)\b(?:code|passcode|otp|pin|token|one-time|two-factor|2fa|mfa|kennzahl|einmal\w*|c[oó]digo|codice|kod)\b"
)
_ABOUT_LOGIN = re.compile(
    r"(?i)log\W?in|sign\W?in|signin|log\W?on|verif|confirm|authenti|security|one-time|two-factor|2fa|otp|passcode"
    r"|anmeld|best[äa]tig|einmal|connexion|iniciar|acced|access"
)
_CODE_LINE = re.compile(
    r"(?m)^[ \t]*([0-9]{4,10}|[0-9]{3}[ -][0-9]{3}|[A-Z0-9]{4,10}|[A-Z0-9]{3,5}-[A-Z0-9]{3,5})[ \t.]*$"
)
_CODE_AFTER = re.compile(
    r"(?i)\b(?:code|passcode|otp|pin|token|kennzahl|c[oó]digo|codice|kod)\b[^\d\n]{0,40}?(?<![\w-])([0-9]{4,10})(?![\w-])"
)
_CODE_BEFORE = re.compile(
    r"(?i)(?<![\w-])([0-9]{4,10})(?![\w-])[^\d\n]{0,30}\b(?:code|passcode|otp|pin|token)\b"
)
_TAG = re.compile(r"<[^>]*>")


def mask_shapes(text: str) -> str:
    """Return a text with everything of a secret's shape masked."""
    if len(text) < _SHORTEST:
        return text
    if _has_long_run(text) or "Bearer " in text:
        text = _SHAPES.sub(MASK, text)
        if any(beginning in text for beginning in _BEGINNINGS):
            text = _KNOWN.sub(MASK, text)
    elif any(beginning in text for beginning in _SHORT_BEGINNINGS):
        text = _KNOWN.sub(MASK, text)
    if "://" in text and "@" in text:
        text = _IN_URL.sub(rf"\1:{MASK}@", text)
    return text


def _has_long_run(text: str) -> bool:
    marked = text.encode("utf-8", "replace").translate(_MARKED)
    return _LONG_RUN in marked and _LONG.search(text) is not None


def is_random(text: str) -> bool:
    """Tell whether a text is random: long enough, and no word, slug, path or UUID."""
    if len(text) < 16 or _UUID.fullmatch(text.lower()):
        return False
    for run in _RUN.findall(text):
        letters = re.sub(r"[^A-Za-z]", "", run)
        digits = len(run) - len(letters) - run.count("-") - run.count("_")
        mixed = bool(letters) and not letters.islower() and not letters.isupper() and not letters.istitle()
        # Slugs have hyphens between words and digits in groups.
        changes = len(re.findall(r"[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])", run))
        if changes >= 3 or (mixed and digits and "-" not in run.strip("-")):
            return True
    return False


def tokens_in(path: str) -> list[str]:
    """Return the random parts of a URL's path."""
    return [part for part in path.split("/") if is_random(part)]


def codes_in(text: str) -> list[str]:
    """Return the one-time codes in a mail: it is about logging in, and they follow or precede a word for them.

    Args:
        text: The mail, plain or HTML.
    """
    plain = _TAG.sub("\n", text)
    if not (_ABOUT_CODES.search(plain) and _ABOUT_LOGIN.search(plain)):
        return []
    found = [
        match[1] for pattern in (_CODE_LINE, _CODE_AFTER, _CODE_BEFORE) for match in pattern.finditer(plain)
    ]
    return list(dict.fromkeys(found))
