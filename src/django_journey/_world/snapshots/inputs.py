"""Watches a migration: what it reads, what it runs, and what it leaves outside of the database.

Migrations run code and read files that no list tells in advance. So while the database of a snapshot is migrated, the
code that runs, the files that are opened and the variables of the environment that are read are noted; the snapshot is
used for as long as they stay the same. If something is changed outside of the database, there is no snapshot.
"""

from __future__ import annotations

import ast
import cProfile
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from hashlib import blake2b
from importlib.util import resolve_name
from typing import Any

from django.core import mail
from django.db import connections

from django_journey._adapters.django import locmem_stores
from django_journey._adapters.environment import noted_variables
from django_journey._world.snapshots.digests import (
    digest,
    digest_of_folder,
    is_temporary,
    is_unchanged,
    state_of_file,
)

__all__ = ["Watch", "changed"]

_PATHS = sysconfig.get_paths()
_INSTALLED = tuple({_PATHS["purelib"] + os.sep, _PATHS["platlib"] + os.sep})
_PYTHONS = tuple({_PATHS["stdlib"] + os.sep, _PATHS["platstdlib"] + os.sep})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FOLDERS = frozenset({"os.listdir", "os.scandir"})
_FILES_CHANGED = frozenset(
    {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate"}
)
_PROCESSES = frozenset({"subprocess.Popen", "os.system", "os.fork", "os.posix_spawn", "os.exec"})
_NOTED = frozenset({"open", "socket.connect"}) | _FOLDERS | _FILES_CHANGED | _PROCESSES

_COMPILED = f"{os.sep}__pycache__"

_watching: Watch | None = None


class Watch:
    """Notes what one thread does in this context; a context is used once.

    Args:
        alias: The database that is migrated.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._thread = threading.get_ident()
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._variables: set[str] = set()
        self._profile = cProfile.Profile(subcalls=False, builtins=False)
        self._before = _outside()
        self._stack = ExitStack()
        #: What makes the result unfit to be kept; empty if nothing does.
        self.unfit = ""

    def __enter__(self) -> Watch:
        global _watching
        with ExitStack() as stack:
            self._variables = stack.enter_context(noted_variables())
            for name in connections:
                if name != self._alias:
                    stack.enter_context(connections[name].execute_wrapper(self._other_database))
            if sys.getprofile() is not None:
                raise ValueError("a profiler is running")
            self._profile.enable()  # a ValueError if another tool profiles
            stack.callback(self._profile.disable)
            _add_audit_hook()
            _watching = self
            stack.callback(_stop_watching)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()
        if self._before != _outside():
            self._is_unfit("the migrations change the cache, or send mail")

    def inputs(self, more_files: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the state of what was read: of files, of the names in folders, and of the environment.

        Args:
            more_files: Python files whose imports count, whether they were run or not.
        """
        ran = {
            entry.code.co_filename for entry in self._profile.getstats() if not isinstance(entry.code, str)
        }
        sources = {path for path in ran if os.path.isabs(path) and not _is_pythons(path)}
        files = _with_imports(sources | set(more_files)) | self._files
        return {
            "files": {path: state_of_file(path) for path in sorted(files)},
            "folders": {path: digest_of_folder(path) for path in sorted(self._folders)},
            "variables": {name: _variable(name) for name in sorted(self._variables)},
        }

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note one event of Python's audit of this process."""
        if threading.get_ident() != self._thread or _is_import(sys._getframe(2).f_code.co_filename):
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, (str, bytes, os.PathLike)):
                return  # a descriptor: its file was opened already
            path = os.path.abspath(os.fsdecode(path))
            if is_temporary(path) or path == os.devnull:
                return
            if (flags or 0) & _WRITES:
                self._is_unfit(f"the migrations write to {path}")
            else:
                self._files.add(path)
        elif event in _FOLDERS:
            if arguments[0] is None or isinstance(arguments[0], (str, bytes, os.PathLike)):
                self._folders.add(os.path.abspath(os.fsdecode(arguments[0] or ".")))
        elif event in _FILES_CHANGED:
            if not is_temporary(os.path.abspath(os.fsdecode(arguments[0]))):
                self._is_unfit(f"the migrations change files: {os.fsdecode(arguments[0])}")
        elif event in _PROCESSES:
            self._is_unfit(f"the migrations start a process ({event})")
        elif event == "socket.connect":
            self._is_unfit(f"the migrations connect to {arguments[1]}")

    def _other_database(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self._is_unfit("the migrations use another database, too")
        return execute(*arguments)

    def _is_unfit(self, reason: str) -> None:
        self.unfit = self.unfit or reason


def changed(inputs: dict[str, dict[str, Any]]) -> str:
    """Return the first of the inputs of ``Watch.inputs`` that is not as it was; empty if all are."""
    for path, state in inputs["files"].items():
        if not is_unchanged(path, state):
            return path
    for path, before in inputs["folders"].items():
        if digest_of_folder(path) != before:
            return path
    for name, before in inputs["variables"].items():
        if _variable(name) != before:
            return f"the variable {name}"
    return ""


def _variable(name: str) -> str:
    return digest(os.environ.get(name, "\0"))[:6]


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    watch = _watching
    if watch is not None and event in _NOTED:
        try:
            # What Python, or pytest for it, compiles is made of sources, which count.
            if not (arguments and _COMPILED in str(arguments[0])):
                watch.note(event, arguments)
        except Exception as error:  # an audit hook that raises would stop what it sees
            watch.unfit = watch.unfit or f"{event} {arguments} is not understood: {error}"


_hooked: list[bool] = []


def _add_audit_hook() -> None:
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)


def _stop_watching() -> None:
    global _watching
    _watching = None


def _outside() -> tuple[object, ...]:
    """Return what migrations may leave in this process: the keys in local-memory caches, and the mails."""
    caches, expiry, _ = locmem_stores()
    contents = {name: dict(cache) for name, cache in caches.items() if cache}
    return (
        contents,
        {name: dict(times) for name, times in expiry.items() if times},
        len(getattr(mail, "outbox", ())),
    )


def _is_import(file: str) -> bool:
    return file.startswith("<frozen importlib")


def _is_pythons(path: str) -> bool:
    return path.startswith(_PYTHONS) and not path.startswith(_INSTALLED)


def _with_imports(files: set[str]) -> set[str]:
    """Return these files with all files of the project that they import, directly or not."""
    names = {
        getattr(module, "__file__", None): name
        for name, module in list(sys.modules.items())
        if module is not None
    }
    found: set[str] = set()
    waiting = [*files]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if path.startswith(_INSTALLED) or _is_pythons(path):
            continue  # what installed packages import is theirs, and has their version
        with suppress(OSError, SyntaxError, ValueError):
            for name in _imported(path, names.get(path, "")):
                file = getattr(sys.modules.get(name), "__file__", None)
                if file is not None and not file.startswith(_INSTALLED) and not _is_pythons(file):
                    waiting.append(file)
    return found


def _imported(path: str, module: str) -> tuple[str, ...]:
    """Return the names of the modules that a file may import; of ``from a import b`` both ``a`` and ``a.b``."""
    package = module if os.path.basename(path) == "__init__.py" else module.rpartition(".")[0]
    with open(path, "rb") as file:
        source = file.read()
    key = (blake2b(source).digest(), package)
    if key not in _IMPORTED:  # each alias asks for the same files
        _IMPORTED[key] = tuple(_imports(ast.parse(source), package))
    return _IMPORTED[key]


_IMPORTED: dict[tuple[bytes, str], tuple[str, ...]] = {}


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            name = (
                resolve_name("." * node.level + (node.module or ""), package)
                if node.level
                else node.module or ""
            )
            yield from _with_parents(name)
            yield from (f"{name}.{alias.name}" for alias in node.names)


def _with_parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
