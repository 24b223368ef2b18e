"""The sample of random changes: each is valid Python, changes the module, and has tests that could notice it."""

from __future__ import annotations

import ast
import random

from tests.mutations.mutation import ROOT
from tests.mutations.sample import SRC, changes, nearest


def test_each_kind_of_change_is_made_where_it_stands(tmp_path):
    file = tmp_path / "module.py"
    file.write_text(
        "def first(é):\n    if é == 1 and not é:\n        print('ü', True)\n    return é\n", encoding="utf-8"
    )
    texts = {change.applied().partition("\n")[2].strip() for change in changes(file)}
    assert "if (é == 1 or not é):\n        print('ü', True)\n    return é" in texts
    assert "if (not (é == 1 and (not é))):\n        print('ü', True)\n    return é" in texts
    assert "if (é != 1) and not é:\n        print('ü', True)\n    return é" in texts
    assert "if é == 2 and not é:\n        print('ü', True)\n    return é" in texts
    assert "if é == 1 and (é):\n        print('ü', True)\n    return é" in texts
    assert "if é == 1 and not é:\n        pass\n    return é" in texts
    assert "if é == 1 and not é:\n        print('ü', False)\n    return é" in texts
    assert "if é == 1 and not é:\n        print('ü', True)\n    return None" in texts
    assert len(texts) == 8


def test_changes_of_the_source_are_valid_and_have_tests():
    chance = random.Random(1)
    for file in chance.sample(sorted(SRC.rglob("*.py")), 25):
        for change in list(changes(file))[:10]:
            assert ast.dump(ast.parse(change.applied())) != ast.dump(ast.parse(file.read_bytes()))
        assert all((ROOT / test).exists() for tests in nearest(file) for test in tests)
