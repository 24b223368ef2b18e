"""Runs at the start of each Python that a guarded journey starts: the guard holds there too.

Python imports a module of this name at its start; this one then imports the machine's own.
"""

import importlib
import os
import sys


def _import_the_machines_own() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    this = sys.modules.pop("sitecustomize")
    try:
        importlib.import_module("sitecustomize")
    except ImportError:
        sys.modules["sitecustomize"] = this


_import_the_machines_own()
try:
    from django_journey._world.network.child_guard import guard_this_process
except ImportError:  # another Python, without this library
    pass
else:
    guard_this_process()
