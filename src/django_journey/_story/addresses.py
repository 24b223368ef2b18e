"""URLs of the site: from a URL name or a path, or from a link in a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django_journey._routes.url_names import url_for
from django_journey._trace.record import recorder
from django_journey.errors import ExpectationError, Explanation, StoryError

if TYPE_CHECKING:
    from django_journey._pages.page import Page

__all__ = ["address_of", "elsewhere", "expect_query", "on_this_site"]


def address_of(
    target: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    query: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
) -> str:
    """Return the path and query string of a target.

    Args:
        target: The name of a URL, or a path that begins with ``/``.
        args: The URL's positional arguments.
        kwargs: The URL's keyword arguments.
        query: The query string's names and values.

    Raises:
        StoryError: No URL has that name or takes those arguments, or the target is neither a name nor a path.
    """
    _check_target(target)
    if target.startswith("/") and not target.startswith("//"):
        if args or kwargs:
            given = ", ".join([*map(repr, args), *kwargs])
            raise StoryError(
                Explanation(
                    f"the path {target!r} takes no arguments, but got {given}",
                    instead=f"actor.visit({target!r}, query={dict(kwargs)!r}) puts them into the query string;\n"
                    "a URL name takes arguments",
                )
            )
        path = target
    elif "://" in target or target.startswith("//"):
        raise StoryError(
            Explanation(
                f"{target!r} is an absolute URL; a story visits its own site",
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
            f"a page is named by a URL name or a path, not by {target!r}",
            where="the first argument of visit(…) or should_be_at(…)",
            instead="the object's URL: actor.visit(article.get_absolute_url())"
            if callable(own)
            else 'actor.visit("article-detail", 5), or actor.visit("/articles/5/")',
        )
    )


def on_this_site(url: str, base_url: str, source: object) -> str:
    """Return a link of the site with the host of the server that this story uses.

    A mail has the site's public host, which the test server seldom has. The host is replaced, and the trace
    records it. Links to other sites are an error.

    Args:
        url: The absolute URL of the link.
        base_url: The origin of the server.
        source: Where the link was found, for the message.

    Raises:
        StoryError: The link's host is neither in ``ALLOWED_HOSTS`` nor the domain of a ``Site``.
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
                instead="fix the link, or add the host to ALLOWED_HOSTS (or as the domain of a Site)",
            )
        )
    recorder.note("mail", f"the link's host {link.netloc} was replaced by {base.netloc}", url=url)
    return link._replace(scheme=base.scheme, netloc=base.netloc).geturl()


def elsewhere(page: Page, base_url: str, wanted: str) -> ExpectationError:
    """Return the error for an actor who is at another URL than expected.

    Args:
        page: The actor's page.
        base_url: The site's origin.
        wanted: The expected path.
    """
    from django.urls import Resolver404, resolve

    url, path = page.url, urlsplit(page.url).path
    instead = f"actor.should_be_at({path!r}), if that is right"
    try:
        found = resolve(unquote(path)) if url.startswith(base_url) else None
    except Resolver404:
        found = None
    if found is not None and found.view_name and not found.args:
        captured: Mapping[str, Any] = vars(found)["captured_kwargs"]  # django-stubs leave it out
        values = "".join(f", {name}={value!r}" for name, value in captured.items())
        instead = f'actor.should_be_at("{found.view_name}"{values}), if that is right'
    return ExpectationError(
        Explanation(
            f"the page should be at {wanted}",
            where="its URL",
            nearest=(f"it is at {url}",),
            instead=instead,
        )
    )


def expect_query(url: str, wanted: str) -> None:
    """Check that a URL has the wanted query string, whatever its percent-encoding.

    Raises:
        ExpectationError: It has another one.
    """
    actual = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    if actual != parse_qsl(wanted, keep_blank_values=True):
        raise ExpectationError(
            Explanation(
                f"the URL should have the query string {unquote(wanted)!r}",
                where=url,
                nearest=(f"it has {unquote(urlsplit(url).query)!r}",),
                instead="leave the query string out, if any will do",
            )
        )


def _own_hosts() -> set[str]:
    from django.apps import apps
    from django.conf import settings

    # ``*`` allows every host: a wrong host in a mail would not be noticed.
    hosts = {host for host in settings.ALLOWED_HOSTS if host != "*"} | {"testserver", "localhost"}
    if apps.is_installed("django.contrib.sites"):
        from django.contrib.sites.models import Site

        hosts |= {domain.split(":")[0] for domain in Site.objects.values_list("domain", flat=True)}
    return hosts
