"""Finds secrets by the names of fields, labels, headers, cookies and arguments, also in text and source."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from django_journey._trace.secrets.mask_text import MASK

__all__ = ["SecretNames"]

# Words that mark a secret anywhere in a name, also joined (``newpassword``) …
_PARTS = (
    *("password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "contraseña", "motdepasse"),
    *("senha", "wachtwoord", "lösenord", "adgangskode", "hasło", "heslo", "salasana", "parola", "пароль"),
    *("密码", "密碼", "パスワード", "비밀번호", "csrf", "sessionid", "sessionkey", "apikey", "accesskey"),
    *("privatekey", "secretkey", "authorization", "credential", "cardnumber", "sessiontoken"),
)
# … and words that do so only as a separate word, or at the end of one (``authtoken``).
_WORDS = frozenset(
    {"pwd", "pass", "pin", "otp", "cvv", "cvc", "secret", "secrets", "token", "tokens", "jwt", "cookie"}
    | {"cookies", "setcookie", "signature", "sig", "iban", "sesame", "sessionid"}
)
_ENDS = ("token", "secret")
# Words that mark a secret in a query string or a header; elsewhere the value decides.
_VAGUE = frozenset({"auth", "key", "magic", "session"})
_WORDS_ALONE = re.compile(r"[a-z]+(?:[-_. ][a-z]+)*|\d{1,5}", re.IGNORECASE)

# Names as they occur in text, lower case; the characters after them decide whether a secret follows.
_WRITTEN = (
    *(part for part in _PARTS if part not in {"apikey", "accesskey", "secretkey", "motdepasse"}),
    *("api_key", "api-key", "apikey", "api key", "access_key", "access-key", "accesskey", "access key"),
    *("mot de passe", "token", "secret", "cookie", "pwd"),
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[^\W\d_]+")
_REST = r"[\w \]\[#*-]{0,40}"
_ENTITY = r"&quot;|&\#x27;|&\#39;"

# ``password="…"``, ``"token": "…"``, ``fill("Password", "…")``, ``get_by_label("Password").fill("…")``
_QUOTED = (
    rf"{_REST}(?:\\?[\"']|{_ENTITY})?\s*(?:[=:,]|(?:,[^\"'\n()]{{0,60}})?\)\.\w+\()\s*[bruf]?"
    rf"(?:(?P<far>\\[\"']|{_ENTITY})(?P<value1>(?:(?!(?P=far))[^\n])+)(?P=far)"
    r"|(?P<near>[\"'])(?P<value2>(?:\\.|(?!(?P=near))[^\n\\])+)(?P=near))"
)
_BARE = r"[\w-]{0,24}=(?P<value3>[^&#\s\"'<>;,)]+)"
_HEADER = (
    r"[\w-]{0,24}[ \t]*:[ \t]*(?P<value4>(?:basic|bearer|token) [^\n\"'<]+"
    r"|[^\s=\"'<]+=[^\n\"'<]+|(?=[^\s\"'<]*\d)[^\s\"'<]{8,})"
)

# In a page only quotes that can't belong to an attribute: JSON, and source with escaped quotes.
_JSON = (
    rf"{_REST}(?:(?P<far>{_ENTITY})\s*[:,]\s*(?P=far)(?P<value1>(?:(?!(?P=far))[^\n<])+)(?P=far)"
    r"|(?P<near>\\?[\"'])\s*:\s*(?P=near)(?P<value2>(?:(?!(?P=near))[^\n<])+)(?P=near))"
)

# ``?sig=…``, ``&amp;key=…``: in a query string a name is stronger evidence than in text
_QUERY = re.compile(r"([?&;])([A-Za-z][\w.\[\]-]{0,63})=([^&#\s\"'<>;,)]+)")

# A secret only follows a name and one of these.
_SAYING = re.compile(r"[=:,)]")
_INPUT = re.compile(r"<input\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")


class SecretNames:
    """The names of secrets; masks the values under them.

    Args:
        names: More names of fields, headers, cookies and arguments whose values are secrets.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._extra: frozenset[str] = frozenset()
        self._written = _WRITTEN
        self._named = lru_cache(maxsize=2048)(self._is_named_so)
        self._vague = lru_cache(maxsize=2048)(self._is_vaguely_named_so)
        self._in_text = re.compile(f"{_QUOTED}|{_BARE}|{_HEADER}", re.IGNORECASE)
        self._in_page = re.compile(_JSON, re.IGNORECASE)
        self.add(*names)

    def add(self, *names: str) -> bool:
        """Add names of secrets; return whether any is new."""
        more = frozenset(filter(None, map(_run_together, names))) - self._extra
        if more:
            self._extra |= more
            self._written += tuple(name.strip().lower() for name in names if _run_together(name) in more)
            self._named.cache_clear()
            self._vague.cache_clear()
        return bool(more)

    def is_secret(self, name: str) -> bool:
        """Tell whether a name marks a secret."""
        return self._named(name)

    def is_vague(self, name: str) -> bool:
        """Tell whether the name marks a secret only in a query string or a header, or if the value is random."""
        return self._vague(name)

    def mask_text(self, text: str) -> str:
        """Mask values after a secret's name in a text or a line of source."""
        return self._sweep(self._in_queries(text), self._in_text)

    def mask_page(self, markup: str) -> str:
        """Mask the values of a page's password fields and secret hidden inputs, and secrets in its JSON."""
        return self._sweep(self._in_queries(_INPUT.sub(self._input, markup)), self._in_page)

    def _in_queries(self, text: str) -> str:
        return _QUERY.sub(self._argument, text) if "=" in text and ("?" in text or "&" in text) else text

    def _argument(self, found: re.Match[str]) -> str:
        mark, name, value = found.groups()
        if not self.is_secret(name) or (self.is_vague(name) and _WORDS_ALONE.fullmatch(value)):
            return found[0]
        return f"{mark}{name}={MASK}"

    def _is_named_so(self, name: str) -> bool:
        return self._is_plainly_named_so(name) or _is_vague(name)

    def _is_vaguely_named_so(self, name: str) -> bool:
        return _is_vague(name) and not self._is_plainly_named_so(name)

    def _is_plainly_named_so(self, name: str) -> bool:
        together = _run_together(name)
        if together in self._extra or any(part in together for part in _PARTS):
            return True
        words = [word.lower() for word in _WORD.findall(name)]
        return any(word in _WORDS or word.endswith(_ENDS) for word in words) or together in _WORDS

    def _sweep(self, text: str, pattern: re.Pattern[str]) -> str:
        """Match only after a name: much faster than one pattern over the whole text."""
        if not _SAYING.search(text):
            return text
        low = text.lower()
        if len(low) != len(text):
            # Some letters (İ) have no lower case of the same length: they stay, so that positions stay the same.
            low = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
        here = [word for word in self._written if word in low]
        if not here:
            return text
        ends = sorted({end for word in here for end in _ends(low, word)})
        done, pieces = 0, []
        for end in ends:
            if end < done:
                continue
            match = pattern.match(text, end)
            if match is None:
                continue
            group = next(name for name, value in match.groupdict().items() if value and name[:5] == "value")
            pieces += [text[done : match.start(group)], MASK]
            done = match.end(group)
        return "".join([*pieces, text[done:]]) if pieces else text

    def _input(self, match: re.Match[str]) -> str:
        tag = match[0]
        attributes = {key.lower(): value.strip("\"'") for key, value in _ATTRIBUTE.findall(tag)}
        kind = attributes.get("type", "").lower()
        hidden = kind == "hidden" and self.is_secret(html.unescape(attributes.get("name", "")))
        return _ATTRIBUTE.sub(_mask_value, tag) if hidden or kind == "password" else tag


def _is_vague(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    return not _VAGUE.isdisjoint(words[:1] + words[-1:])


def _mask_value(found: re.Match[str]) -> str:
    empty = not found[2].strip("\"'")
    return f'{found[1]}="{MASK}"' if found[1].lower() == "value" and not empty else found[0]


def _ends(text: str, word: str) -> list[int]:
    found, at = [], text.find(word)
    while at >= 0:
        found.append(at + len(word))
        at = text.find(word, at + 1)
    return found


def _run_together(name: str) -> str:
    return re.sub(r"[\W\d_]+", "", name).lower()
