"""``pytest --journey-explore``: a failed test for each finding that the project does not accept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.explore.planted import plant
from tests.explore.test_planted_bugs import environment


def test_each_finding_is_a_failed_test_unless_it_is_accepted(tmp_path: Path) -> None:
    site = plant(tmp_path, ["a link", "an image"])
    (site / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\n")
    (site / "journey-explore.toml").write_text('[[accepted]]\nkey = "broken-image: /static/banner.png"\n')
    (site / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    options = [
        "--journey-explore",
        "--journey-explore-requests=120",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "--tb=line", "test_nothing.py", *options],
        cwd=site,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    outcomes = [
        line.split(" - ")[0] for line in done.stdout.splitlines() if line.startswith(("PASSED", "FAILED"))
    ]
    assert sorted(outcomes) == [
        "FAILED journey-explore::test_home_broken_link",
        "PASSED journey-explore::site",
        "PASSED test_nothing.py::test_nothing",
    ]
