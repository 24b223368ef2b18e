"""The pages of the documentation: their code is run, their data can be read, their links lead somewhere."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from docs.blocks import Block, blocks, python_blocks

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if not {"_build", "examples"} & {*path.relative_to(DOCS).parts}
)
NAMES = [path.relative_to(DOCS).as_posix() for path in PAGES]

#: ``py`` is for signatures, which are no code of a test; ``text`` for what a program prints.
LANGUAGES = {"python", "py", "console", "diff", "text", "ini", "yaml", "html"}

_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)

#: How many blocks of Python are not run, by page; each says why.
NOT_RUN = {
    "database.md": 1,
    "explore.md": 1,
    "guide.md": 7,
    "how-to/asgi-and-websockets.md": 1,
    "how-to/look-and-pause.md": 1,
    "how-to/password-hashers.md": 1,
}


def blocks_of(name: str) -> list[Block]:
    return list(blocks((DOCS / name).read_text()))


@pytest.mark.parametrize("name", NAMES)
def test_every_block_says_its_language(name: str) -> None:
    page = (DOCS / name).read_text()
    found = blocks_of(name)
    assert page.count("\n```") == 2 * len(found), "a fence that is not closed"
    without_language = {"design.md"}  # its drawing
    assert {block.language for block in found} <= LANGUAGES | ({""} if name in without_language else set())


def test_blocks_that_are_not_run_are_counted_and_say_why() -> None:
    found = {name: [block for block in blocks_of(name) if block.not_run] for name in NAMES}
    assert {name: len(left_out) for name, left_out in found.items() if left_out} == NOT_RUN


@pytest.mark.parametrize("name", NAMES)
def test_data_can_be_read(name: str) -> None:
    for block in blocks_of(name):
        if block.language == "yaml":
            assert yaml.safe_load(block.code)
        elif block.language == "ini":
            parser = configparser.ConfigParser()
            parser.read_string(block.code)
            assert parser.sections()


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("coming-from/")])
def test_both_columns_are_tests_that_run(name: str) -> None:
    tests = [block.code for block in python_blocks((DOCS / name).read_text()) if "def test_" in block.code]
    stories = [code for code in tests if "journey" in code]
    assert stories
    assert len(tests) > len(stories), "nothing shows what the story takes the place of"


def test_each_page_is_in_the_index() -> None:
    linked = {
        (DOCS / folder / target).resolve()
        for folder in ("", "reference")
        for target in re.findall(r"\]\(([^)#:]+\.md)\)", (DOCS / folder / "index.md").read_text())
    }
    assert {*PAGES} - linked == {DOCS / "index.md"}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (DOCS / name).read_text()):
        assert ((DOCS / name).parent / target).exists(), target


def anchors_of(page: Path) -> set[str]:
    """Return the names under which a page's headings can be linked to, as GitHub and the site make them."""
    headings = re.findall(r"^#{1,4} (.+)$", _CODE.sub("", page.read_text()), re.MULTILINE)
    words = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower() for heading in headings]
    return {re.sub(r"[^\w -]", "", each).replace(" ", "-") for each in words}


@pytest.mark.parametrize("page", [*PAGES, *ROOT.glob("*.md")], ids=lambda page: page.name)
def test_links_to_headings_lead_to_one(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", _CODE.sub("", page.read_text())):
        other = (page.parent / target) if target else page
        if other.suffix == ".md":
            assert anchor in anchors_of(other), f"{target}#{anchor}"


def test_every_picture_is_made_by_the_script_and_shown() -> None:
    shown = {
        name
        for page in [*PAGES, ROOT / "README.md"]
        for name in re.findall(r"images/([\w.-]+)", page.read_text())
    }
    source = (DOCS / "make_pictures.py").read_text()
    assert shown == {path.name for path in (DOCS / "images").iterdir()}
    assert all(name.removesuffix(".png") in source for name in shown)


def test_there_is_enough_to_read() -> None:
    prose = [_CODE.sub("", path.read_text()) for path in [*PAGES, ROOT / "README.md"]]
    words = sum(len(re.findall(r"\w[\w'-]*", text)) for text in prose)
    assert words >= 15_000, f"{words} words, code aside"


def test_the_skill_has_ten_examples_that_run() -> None:
    examples = re.split(r"^### \d+\. ", (DOCS / "SKILL.md").read_text(), flags=re.MULTILINE)[1:]
    assert len(examples) == 10
    assert all("def test_" in block.code for text in examples for block in python_blocks(text))
    assert all(any(python_blocks(text)) for text in examples)


def test_the_supported_versions_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    table = (DOCS / "supported-versions.md").read_text()
    for framework, row in (("Framework :: Django", "Django"), ("Programming Language :: Python", "Python")):
        versions = [
            each.rpartition(" ")[2] for each in project["classifiers"] if each.startswith(f"{framework} ::")
        ]
        assert f"| {row} | {', '.join(versions)} |" in table


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/**/*.yml")), ids=lambda path: path.name)
def test_the_forms_for_issues_can_be_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text())


@pytest.mark.parametrize("name", ["SECURITY.md", "CODE_OF_CONDUCT.md"])
def test_links_of_the_project_s_own_pages_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text()):
        assert (ROOT / target).exists()


def test_the_story_of_the_readme_is_the_one_that_the_index_runs() -> None:
    def statements(path: Path) -> list[str]:
        code = "".join(block.code for block in python_blocks(path.read_text()))
        return ast.unparse(ast.parse(code)).partition("def test_")[2].splitlines()

    assert statements(ROOT / "README.md") == statements(DOCS / "index.md")
