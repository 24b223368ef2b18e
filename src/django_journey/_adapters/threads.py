"""The functions of Python's library in which threads wait for work."""

from __future__ import annotations

__all__ = ["WAITING"]

#: File and function, of threads of pools, queues' consumers and event loops.
WAITING = frozenset(
    {("queue.py", "get"), ("thread.py", "_worker"), ("pool.py", "worker"), ("selectors.py", "select")}
    | {("selectors.py", "_select"), ("events.py", "_run_once"), ("socketserver.py", "serve_forever")}
)
