"""The tests on every supported Python, Django and database.

``nox`` runs all, ``nox -s "tests(3.12-6.0-mariadb)" -- tests/story`` one of them with these words for pytest. The
databases are those of this machine; the variables ``POSTGRESQL_URL`` and ``MARIADB_URL`` name others.
"""

from __future__ import annotations

import os

import nox

DJANGOS = {"5.2": ("3.11", "3.12", "3.13"), "6.0": ("3.12", "3.13"), "6.1": ("3.12", "3.13")}
DATABASES = {
    "sqlite": "",
    "postgresql": os.environ.get("POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/journey"),
    "mariadb": os.environ.get("MARIADB_URL", "mysql://root@127.0.0.1:3306/journey"),
}
COMBINATIONS = [
    nox.param(python, django, database, id=f"{python}-{django}-{database}", tags=[database])
    for django, pythons in DJANGOS.items()
    for python in pythons
    for database in DATABASES
]

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False


@nox.session
@nox.parametrize(("python", "django", "database"), COMBINATIONS)
def tests(session: nox.Session, django: str, database: str) -> None:
    """Run the tests with one Django on one database."""
    session.install("pip>=25.1")
    groups = ["--group", "test"]
    if database == "mariadb":
        groups += ["--group", "mariadb"]
    session.install("--editable", ".", *groups, f"django~={django}.0", "ruff")
    url = DATABASES[database]
    words = session.posargs or ["-n", "2"]
    session.run("python", "-m", "pytest", "-q", *words, env={"DATABASE_URL": url} if url else {})


@nox.session(default=False)
def links(session: nox.Session) -> None:
    """Ask every site outside to which the documents link, whether it still has the page."""
    session.install("httpx")
    session.run("python", "docs/check_links.py")


@nox.session(default=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel and the source distribution, check both, and run a story with the installed wheel."""
    session.run(".ci/wheel", external=True)
