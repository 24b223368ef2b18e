"""Turns what a story names (a URL name or a path, a link in a mail) into an address of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django_journey.errors import ExpectationError, Explanation, StoryError
from django_journey.routes.urlconf import url_for
from django_journey.trace import recorder

__all__ = ["address_of", "elsewhere", "expect_query", "on_this_site"]


def address_of(
    target: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    query: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
) -> str:
    """Return the path and query that a target means.

    Args:
        target: The name of a URL, or a path that begins with ``/``.
        args: The URL's arguments by their places.
        kwargs: The URL's arguments by name.
        query: The query string's names and values.

    Raises:
        StoryError: No URL has that name or takes those arguments, or it is neither a name nor a path.
    """
    _check_target(target)
    if target.startswith("/") and not target.startswith("//"):
        if args or kwargs:
            said = ", ".join([*map(repr, args), *kwargs])
            raise StoryError(
                Explanation(
                    f"the path {target!r} takes no arguments, but {said} came with it",
                    instead=f"actor.visit({target!r}, query={dict(kwargs)!r}) puts them into the query string;\n"
                    "a URL name takes arguments",
                )
            )
        path = target
    elif "://" in target or target.startswith("//"):
        raise StoryError(
            Explanation(
                f"{target!r} is a whole address; a story visits its own site",
                instead=f"actor.visit({urlsplit(target).path or '/'!r}); for another site use actor.page.goto(…)",
            )
        )
    else:
        path = url_for(target, *args, **kwargs)
    if not query:
        return path
    path, mark, fragment = path.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{urlencode(query, doseq=True)}{mark}{fragment}"


def _check_target(target: Any) -> None:
    if isinstance(target, str):
        return
    own = getattr(target, "get_absolute_url", None)
    raise StoryError(
        Explanation(
            f"a page is visited by the name of its URL or by its path, not by {target!r}",
            where="the first argument of visit(…) or should_be_at(…)",
            instead="its own address, e.g. actor.visit(article.get_absolute_url())"
            if callable(own)
            else 'actor.visit("article-detail", 5), or actor.visit("/articles/5/")',
        )
    )


def on_this_site(url: str, base_url: str, source: object) -> str:
    """Return the address under which this story's site answers a link that it gave out.

    A mail names the site's public host, which the tests' server seldom has; that host is exchanged,
    and the trace says so. A host that is not the site's own is refused.

    Args:
        url: The link, absolute.
        base_url: The origin under which the site answers now.
        source: What the link stands in, for the message.

    Raises:
        StoryError: The link leads to a host that the settings do not know as the site's own.
    """
    link, base = urlsplit(url), urlsplit(base_url)
    if link.netloc == base.netloc:
        return url
    from django.http.request import validate_host

    hosts = _own_hosts()
    if not validate_host(link.hostname or "", hosts):
        raise StoryError(
            Explanation(
                f"the link {url} leads to {link.netloc!r}, which is not this site",
                where=repr(source),
                nearest=tuple(sorted(hosts | {base.netloc})),
                instead="mend the link, or name the host in ALLOWED_HOSTS (or as the Site's domain)\n"
                "if it is one of the site's own",
            )
        )
    recorder.note("mail", f"the link's host {link.netloc} is answered by {base.netloc} here", url=url)
    return link._replace(scheme=base.scheme, netloc=base.netloc).geturl()


def elsewhere(page: Any, base_url: str, wanted: str) -> ExpectationError:
    """Return the error that says where an actor is instead of where they should be.

    Args:
        page: Their page, Playwright's or its twin.
        base_url: The site's origin.
        wanted: The path that they should be at.
    """
    from django.urls import Resolver404, resolve

    url, path = page.url, urlsplit(page.url).path
    instead = f"actor.should_be_at({path!r}), if that is meant"
    try:
        found = resolve(unquote(path)) if url.startswith(base_url) else None
    except Resolver404:
        found = None
    if found is not None and found.view_name and not found.args:
        captured: Mapping[str, Any] = vars(found)["captured_kwargs"]  # django-stubs leave it out
        values = "".join(f", {name}={value!r}" for name, value in captured.items())
        instead = f'actor.should_be_at("{found.view_name}"{values}), if that is meant'
    return ExpectationError(
        Explanation(
            f"the page should be at {wanted}",
            where="its address",
            nearest=(f"it is at {url}",),
            instead=instead,
        )
    )


def expect_query(url: str, wanted: str) -> None:
    """Expect a URL's query to say the same as the wanted one, however it is percent-encoded.

    Raises:
        ExpectationError: It does not.
    """
    said = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    if said != parse_qsl(wanted, keep_blank_values=True):
        raise ExpectationError(
            Explanation(
                f"the address should have the query {unquote(wanted)!r}",
                where=url,
                nearest=(f"it has {unquote(urlsplit(url).query)!r}",),
                instead="leave the query out where any will do",
            )
        )


def _own_hosts() -> set[str]:
    from django.apps import apps
    from django.conf import settings

    # ``*`` names nobody, so a wrong host in a mail would pass for the site's own.
    hosts = {host for host in settings.ALLOWED_HOSTS if host != "*"} | {"testserver", "localhost"}
    if apps.is_installed("django.contrib.sites"):
        from django.contrib.sites.models import Site

        hosts |= {domain.split(":")[0] for domain in Site.objects.values_list("domain", flat=True)}
    return hosts
