"""Blocks of a page become tests, with the page's own line numbers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from docs.blocks import blocks

ROOT = Path(__file__).parent.parent.parent

PAGE = """# A page

```python
WORD = "right"
```

```python
def test_of_the_first_block():
    assert WORD == "right"
```

<!-- not run: there is no such library -->
```python
import no_such_library
```

```python
def test_of_the_second_block():
    word = "wrong"
    assert word == WORD
```
"""


def test_a_block_has_its_language_its_line_and_its_reason() -> None:
    found = [(block.language, block.line, block.not_run) for block in blocks(PAGE)]
    assert found == [
        ("python", 4, ""),
        ("python", 8, ""),
        ("python", 14, "there is no such library"),
        ("python", 18, ""),
    ]


def test_a_failing_block_is_shown_at_its_line_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in ("conftest.py", "blocks.py"):
        shutil.copy(ROOT / "docs" / name, tmp_path / "docs" / name)
    (tmp_path / "docs" / "page.md").write_text(PAGE)
    command = "-m pytest docs -q -p django_journey -p no:cacheprovider -o pythonpath=."
    done = subprocess.run(
        [sys.executable, *command.split()],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 1 passed" in done.stdout
    assert "docs/page.md:20: AssertionError" in done.stdout
    assert "assert 'wrong' == 'right'" in done.stdout
