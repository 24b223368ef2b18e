"""The subset of YAML that templates use."""

from __future__ import annotations

import pytest
import yaml

from django_journey._dom.aria.yaml_subset import YamlError, YamlList, YamlMap, YamlScalar, read_yaml


def plain(node):
    if isinstance(node, YamlScalar):
        return node.value
    if isinstance(node, YamlList):
        return [plain(item) for item in node.items]
    assert isinstance(node, YamlMap)
    return {key.value: plain(value) for key, value in node.entries}


@pytest.mark.parametrize(
    "text",
    [
        "- a\n- b",
        "- a: b\n- c: d",
        "- a:\n  - b\n  - c:\n    - d",
        "- a:\n  - b\n\n# comment\n- c # comment",
        "- a:\n    - b",
        "- 'a: b': c",
        '- "a\\tb": "c \\u00e9 \\x41"',
        "- 'it''s'",
        "- a b c\n- a#b",
        "- a: |\n    one\n     two\n\n    three\n- b",
        "- a: >\n    one\n    two\n- b",
        "- a: |-\n    one\n- b",
        "- |\n  one\n  two",
        "- 5\n- 1.5\n- true\n- ~\n- null",
        "- a: one\n    two",
        "- a: b\n  c: d",
        "-\n  a: b",
        "- - a\n  - b",
        "- a:",
        "a: b",
        "- 'x'  # comment",
        "- http://x/y:z",
    ],
)
def test_it_reads_what_a_yaml_library_reads(text):
    assert plain(read_yaml(text)) == yaml.safe_load(text)


def test_numbers_are_written_as_a_browser_writes_them():
    texts = [item.text for item in read_yaml("- 1.10\n- 007\n- 1e3\n- 1e-7\n- 0x1f").items]
    assert texts == ["1.1", "7", "1000", "1e-7", "31"]


@pytest.mark.parametrize(
    "text", ["- [a]", "- &a b", "- *a", "- !t a", "- 'a", '- "a" b', "- a\n  - b: c\n b", "a: b: c"]
)
def test_other_syntax_is_rejected_with_the_position(text):
    with pytest.raises(YamlError, match=r"at line \d, column \d"):
        read_yaml(text)
