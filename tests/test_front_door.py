"""The front door is light: importing the package or its pytest plugin brings no Django."""

import subprocess
import sys


def test_importing_the_package_and_the_plugin_does_not_import_django() -> None:
    code = (
        "import sys, django_journey, django_journey._runners.pytest.plugin;"
        "heavy = {'django', 'turbohtml', 'playwright', 'httpx'} & set(sys.modules);"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
