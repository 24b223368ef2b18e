"""Checks that pyproject.toml, the changelog and a tag name the same version: ``check_version.py [v0.1.0]``."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main(tag: str = "") -> int:
    """Return the exit code: 1 where they differ."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    sections = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    problems = [] if version in sections else [f"CHANGELOG.md has no section {version}"]
    if tag and tag != f"v{version}":
        problems.append(f"the tag is {tag}, and the version {version}")
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return bool(problems)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
