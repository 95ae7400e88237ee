"""The client alone, in a project whose packages are named as those of the window: `python -m tests.clients.alone`
installs it with pytest and nothing of the window, and runs the tests of the shop against this checkout's window."""

from __future__ import annotations

import shutil
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.packages import run
from tests.running import own_program
from tests.shape.sources import CLIENT, FOLDERS, ROOT

OWN_PACKAGES = ("schemas", "declarations", "gateways", "simulators", "tests")
"""Packages of the project, all but the last with the names of the window's."""
FIRST_TEST = f"""
from importlib.util import find_spec
from pathlib import Path


def test_the_first_trade_is_released(single_window):
    for name in {OWN_PACKAGES}:
        assert Path(find_spec(name).origin).is_relative_to(Path.cwd()), name
    assert find_spec("single_window") is None
    trade = single_window.sample("import")
    single_window.submit(trade)
    assert single_window.wait_for(trade, 800).state == "released"
"""


def main() -> None:
    """Install, release a trade, test the shop; say how long the first took. Ends the program where a step fails."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        shop = project(folder / "project")
        venv.create(folder / "environment", with_pip=True)
        python, window = str(folder / "environment/bin/python"), str(own_program(folder))
        begun = monotonic()
        run(shop, python, "-m", "pip", "install", "--quiet", str(FOLDERS[CLIENT]), f"{shop}[test]")
        installed = monotonic()
        tests = (python, "-m", "pytest", f"--single-window-command={window}")
        run(shop, *tests, "tests/test_first.py")
        print(
            f"client alone: {monotonic() - begun:.1f} s from pip install to the first released trade, "
            f"{installed - begun:.1f} s of them for the installation",
            flush=True,
        )
        print("client alone: " + run(shop, *tests).strip().splitlines()[-1], flush=True)


def project(folder: Path) -> Path:
    """The shop in a folder, with packages of its own."""
    shutil.copytree(ROOT / "examples/shop", folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
    for name in OWN_PACKAGES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f'"""The {name} of the shop."""\n', "utf-8")
    (folder / "tests/test_first.py").write_text(FIRST_TEST, "utf-8")
    return folder


if __name__ == "__main__":
    main()
