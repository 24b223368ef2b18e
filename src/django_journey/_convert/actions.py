"""Writes the actors of a test function, and what each request and login of a client becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

from django_journey._convert.calls import ClientCall
from django_journey._convert.facts import FunctionFacts
from django_journey._convert.form_lines import form_lines
from django_journey._convert.responses import LeftError, ResponseVariable
from django_journey._convert.targets import Target, code_of, nodes_of, quoted, target_of

__all__ = ["Acting", "Login", "login_of", "request_of"]

_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


class Acting:
    """The actors of a test function, one for each client."""

    def __init__(self, function: cst.FunctionDef, facts: FunctionFacts) -> None:
        self._facts = facts
        self._used = {node.value for node in nodes_of(function, cst.Name)}
        self._logins = {
            code_of(node.func.value)
            for node in nodes_of(function, cst.Call)
            if isinstance(node.func, cst.Attribute)
            and any(call.kind in ("login", "force_login") for call in facts.calls_at(node))
        }
        self._actors: dict[str, str] = {}
        self._own: dict[str, bool] = {}
        for node in nodes_of(function, cst.Assign):
            if isinstance(node.value, cst.Call) and code_of(node.value.func).rpartition(".")[2] == "Client":
                self._own[code_of(node.targets[0].target)] = True
        self.clients: set[str] = set()
        self._opened: set[str] = set()
        self._signed_in: dict[str, str] = {}

    def is_own_client(self, small: cst.CSTNode) -> bool:
        """Tell whether a statement makes a client that an actor takes the place of."""
        return (
            isinstance(small, cst.Assign)
            and code_of(small.targets[0].target) in self._own
            and m.matches(small.value, m.Call(args=[]))
        )

    def name(self, client: str, *, signed_in: bool) -> str:
        """Return the variable of the actor who takes the place of a client."""
        if client not in self._actors:
            base = (
                client
                if client in self._own
                else "actor"
                if signed_in or client in self._logins
                else "visitor"
            )
            taken = {*self._actors.values(), *(self._used - set(self._own))}
            options = [base, f"{client.rpartition('.')[2]}_actor", "person", "someone"]
            self._actors[client] = next(each for each in options if each not in taken)
            if client not in self._own:
                self.clients.add(client)
        return self._actors[client]

    def of(self, call: cst.Call) -> tuple[str, str]:
        """Return the client's expression, and the actor's variable."""
        client = client_of(call)
        first = self._facts.calls_at(call)[0]
        return client, self.name(client, signed_in=bool(first.user.strip("?")))

    def opened(self, call: cst.Call) -> list[str]:
        """Return the line that opens the actor of a request, if none did yet."""
        client, actor = self.of(call)
        if client in self._opened:
            return []
        self._opened.add(client)
        first = self._facts.calls_at(call)[0]
        if not first.user:
            return [f"{actor} = {self._facts.journey}.visitor()"]
        return [f"{actor} = {self._facts.journey}.actor({self._user_of(client)})"]

    def _user_of(self, client: str) -> str:
        if client == "admin_client" and not self._facts.in_class:
            return "admin_user"
        if client == "self.client" and self._facts.setup_user:
            return self._facts.setup_user
        self._facts.imports.add("django.contrib.auth:get_user")
        return f"get_user({client})"

    def signed_in(self, call: cst.Call, user: str, *, again: bool = False) -> str:
        """Return the line that signs a client's actor in; ``again`` for another alternative of the same line."""
        client = client_of(call)
        actor = self.name(client, signed_in=True)
        if again:
            return self._signed_in[client].format(user)
        known = client in self._opened
        self._signed_in[client] = (
            f"{actor}.sign_in({{}})" if known else f"{actor} = {self._facts.journey}.actor({{}})"
        )
        if known:
            return f"{actor}.sign_in({user})"
        self._opened.add(client)
        return f"{actor} = {self._facts.journey}.actor({user})"

    def signed_out(self, call: cst.Call) -> str:
        """Return the line that signs a client's actor out."""
        client = client_of(call)
        if client not in self._opened:
            self._opened.add(client)
            return f"{self.name(client, signed_in=False)} = {self._facts.journey}.visitor()"
        return f"{self.name(client, signed_in=False)}.context.clear_cookies()"


def client_of(call: cst.Call) -> str:
    """Return the expression of the client whose method is called."""
    if not isinstance(call.func, cst.Attribute):
        raise LeftError("a client is called in another way than client.get(…)")
    return code_of(call.func.value)


@dataclass(frozen=True, slots=True)
class Login:
    """A login or logout.

    Args:
        users: The expressions of the user, the best first; an empty one for a logout.
    """

    users: tuple[str, ...]

    def kept_for(self, user: str, call: cst.Call) -> list[str]:
        """Return the login itself, where the user is read from it."""
        return [code_of(call)] if user.startswith("get_user(") else []


def login_of(call: cst.Call, facts: FunctionFacts) -> Login:
    """Return who is signed in.

    Raises:
        LeftError: The login failed.
    """
    recorded = facts.calls_at(call)
    if recorded[0].kind == "logout":
        return Login(("",))
    if not all(each.user for each in recorded):
        raise LeftError("a login that fails")
    facts.imports.add("django.contrib.auth:get_user")
    found = user_expression(call, recorded[0].user_field)
    if found.startswith("get_user_model()"):
        facts.imports.add("django.contrib.auth:get_user_model")
    return Login((*([found] if found else []), f"get_user({client_of(call)})"))


def user_expression(call: cst.Call, field: str = "") -> str:
    """Return the expression of the user of ``login`` or ``force_login``; empty if it does not tell.

    Args:
        call: The call.
        field: The field of the user model that holds the name; the one that the call names if not given.
    """
    given = {arg.keyword.value if arg.keyword else "": arg.value for arg in call.args if not arg.star}
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "force_login":
        return code_of(given.get("", given.get("user"))) if given else ""  # type: ignore[arg-type]
    for key in ("username", "email"):
        name = given.get(key)
        if isinstance(name, cst.Attribute) and name.attr.value in ("username", "email"):
            return code_of(name.value)
        if name is not None:
            return f"get_user_model().objects.get({field or key}={code_of(name)})"
    return ""


def request_of(
    call: cst.Call, facts: FunctionFacts, acting: Acting
) -> tuple[list[list[str]], ResponseVariable]:
    """Return the lines that a request becomes, the best alternative first, and its response."""
    recorded = [each for each in facts.calls_at(call) if each.kind == "request"]
    method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    if method not in _METHODS:
        raise LeftError(f"client.{method}(…)")
    _, actor = acting.of(call)
    given = _Given.of(call)
    target = target_of(given.path, [each.path for each in recorded], facts.names, facts.values.value_of)
    found = ResponseVariable(f"{actor}.response", actor, True, recorded, call, given.follow)
    if method == "get" and not given.headers and all(_is_page(each) for each in recorded):
        if given.data is not None:
            query = code_of(given.data)
            target = Target(target.name, target.args, target.kwargs, query, target.is_name)
        return [[f"{actor}.visit({target.code})"]], found
    if method == "post" and not given.headers and not given.content_type:
        return [*_forms(actor, given, recorded, target, facts), _posted(actor, target, given)], found
    found.page, found.latest, found.ref = False, False, "response"
    return [[_by_api(actor, method, target, given, facts, recorded)]], found


def _is_page(call: ClientCall) -> bool:
    return (
        not call.download
        and call.status != 204
        and (call.content_type == "text/html" or bool(call.redirect) or call.status >= 400)
    )


def _posted(actor: str, target: Target, given: _Given) -> list[str]:
    data = f", data={code_of(given.data)}" if given.data is not None else ""
    return [f"{actor}.post({target.plain}{data}{f', query={target.query}' if target.query else ''})"]


def _forms(
    actor: str, given: _Given, recorded: Sequence[ClientCall], target: Target, facts: FunctionFacts
) -> list[list[str]]:
    """Return the lines that send a form of the page, named by labels and by names."""
    items = _items(given.data, recorded, facts)
    first = recorded[0]
    if items is None or any(len(each.forms) != len(first.forms) for each in recorded):
        return []
    found: list[list[str]] = []
    for form in first.forms:
        opening = [] if form.here else [f"{actor}.visit({target.code})"]
        for labels in (True, False):
            lines = form_lines(actor, form, items, labels=labels)
            if lines is not None and [*opening, *lines] not in found:
                found.append([*opening, *lines])
    return found


def _items(
    data: cst.BaseExpression | None, recorded: Sequence[ClientCall], facts: FunctionFacts
) -> list[tuple[str, cst.BaseExpression]] | None:
    """Return the names and values of what is posted, or ``None`` where the source does not tell."""
    if data is None:
        return []
    literal = facts.values.value_of(data)
    if isinstance(literal, cst.Dict):
        found = []
        for element in literal.elements:
            key = element.key if isinstance(element, cst.DictElement) else None
            if not isinstance(key, cst.SimpleString):
                return None
            found.append((str(key.evaluated_value), element.value))
        return found
    names = recorded[0].posted
    if isinstance(data, cst.Name) and all(each.posted == names for each in recorded):
        return [(name, cst.parse_expression(f"{data.value}[{quoted(name)}]")) for name in names]
    return None


@dataclass(slots=True)
class _Given:
    """The arguments of a call of a client."""

    path: cst.BaseExpression
    data: cst.BaseExpression | None = None
    content_type: str = ""
    follow: bool = False
    headers: tuple[str, ...] = ()

    @classmethod
    def of(cls, call: cst.Call) -> _Given:
        plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
        named = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
        if any(arg.star for arg in call.args):
            raise LeftError("a request with *args or **kwargs")
        path = plain[0] if plain else named.pop("path", None)
        if path is None:
            raise LeftError("a request without a path")
        data = plain[1] if len(plain) > 1 else named.pop("data", None)
        data = named.pop("query_params", data)
        kind = code_of(named.pop("content_type")) if "content_type" in named else ""
        if "format" in named:
            kind = {'"json"': '"application/json"'}.get(code_of(named["format"]), "?")
            named.pop("format")
        follow = code_of(named.pop("follow")) == "True" if "follow" in named else False
        headers = [
            f'"{_header(key)}": {code_of(named.pop(key))}' for key in list(named) if key.startswith("HTTP_")
        ]
        if "headers" in named:
            headers.append(f"**{code_of(named.pop('headers'))}")
        if named or len(plain) > 2 or "HTTP_HOST" in code_of(call):
            raise LeftError(f"a request with {', '.join(named) or 'other arguments'}")
        return cls(path, data, kind, follow, tuple(headers))


def _header(key: str) -> str:
    return key.removeprefix("HTTP_").replace("_", "-").title()


def _by_api(
    actor: str,
    method: str,
    target: Target,
    given: _Given,
    facts: FunctionFacts,
    recorded: Sequence[ClientCall],
) -> str:
    path = target.as_path
    if path.startswith("reverse("):
        facts.imports.add("django.urls:reverse")
    arguments = [path]
    if target.query:
        arguments.append(f"params={target.query}")
    if given.data is not None and method in ("get", "head"):
        arguments.append(f"params={code_of(given.data)}")
    elif given.data is not None:
        arguments.append(_body(given, method))
    headers = [f'"Content-Type": {given.content_type}'] if given.content_type else []
    if headers or given.headers:
        arguments.append(f"headers={{{', '.join([*headers, *given.headers])}}}")
    if not given.follow and any(each.redirect for each in recorded):
        arguments.append("max_redirects=0")
    return f"{actor}.api.{method}({', '.join(arguments)})"


def _body(given: _Given, method: str) -> str:
    data = given.data
    assert data is not None
    if isinstance(data, cst.Call) and code_of(data.func) == "json.dumps" and len(data.args) == 1:
        data = data.args[0].value
    if given.content_type:
        return f"data={code_of(data)}"
    return f"{'form' if method == 'post' else 'data'}={code_of(data)}"
