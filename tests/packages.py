"""Wheel and source distribution, as whoever installs them gets them: `python -m tests.packages` builds both in `dist/`,
installs each where nothing else is installed, and tries the program from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from single_window import __version__
from tests.shape.sources import PACKAGES, ROOT

DIST = ROOT / "dist"
BESIDE = {"PKG-INFO", "README.md", "pyproject.toml", "setup.cfg"}
"""What a source distribution holds beside the packages."""
SECONDS = 600
"""Within which each step has to end, on a machine that does much else."""
DEMO = ("demo", "--exit", "--quiet", "--trades", "20", "--exports", "20", "--batch", "0")
TRADE = """
import json
from importlib.metadata import entry_points
from pathlib import Path
from urllib.request import urlopen
import declarations, gateways, schemas, simulators, single_window
from single_window.client import WindowClient, running

for package in (declarations, gateways, schemas, simulators, single_window):
    assert Path(package.__file__).is_relative_to(ENVIRONMENT), package.__file__
for group in ("console_scripts", "single_window.commands", "single_window.command_texts", "single_window.reference"):
    for entry in entry_points(group=group):
        assert not entry.value.startswith(("single_window.", "simulators.")) or entry.load()
started = running.start(Path.cwd())
assert started.version == VERSION, started
try:
    sandbox = WindowClient(started.url).sandbox()
    trade = sandbox.sample()
    sandbox.submit(trade)
    print("the list is", sandbox.wait_for(trade).state)
    for page in ("/", "/api/v1/openapi.json", "/readyz"):
        assert urlopen(started.url + page).status == 200, page
finally:
    running.stop(started)
"""
"""Loads every command, then starts a window and sends a trade."""


def tries(environment: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What each call of the installed program prints, and the call; `{bin}` is its folder."""
    trade = TRADE.replace("ENVIRONMENT", repr(str(environment))).replace("VERSION", repr(__version__))
    return (
        (f"version {__version__}", ("{bin}/single-window", "--version")),
        ("now at revision", ("env", "SINGLE_WINDOW_DATABASE=sqlite:///made.sqlite3", "{bin}/single-window", "upgrade")),
        ("the list is released", ("{bin}/python", "-c", trade)),
        ("Every outcome was as expected.", ("{bin}/single-window", *DEMO)),
    )


def build(folder: Path = DIST) -> tuple[Path, Path]:
    """Build the source distribution, and the wheel from it; returns both files."""
    rmtree(folder, ignore_errors=True)
    run(ROOT, sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT))
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def carried(package: Path) -> set[str]:
    """The names of the files in a wheel or source distribution, as they stand in the checkout."""
    if package.suffix == ".whl":
        return set(zipfile.ZipFile(package).namelist())
    with tarfile.open(package) as archive:
        return {file.name.partition("/")[2] for file in archive.getmembers() if file.isfile()}


def in_the_checkout() -> set[str]:
    """The names of all files of the packages."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def differences(files: Set[str], wanted: Set[str]) -> list[str]:
    """What is missing in a package, and what does not belong there, such as tests."""
    described = (".dist-info", ".egg-info")
    extra = {name for name in files - wanted - BESIDE if not name.partition("/")[0].endswith(described)}
    return [f"{name} is missing" for name in sorted(wanted - files)] + [f"{name} is in it" for name in sorted(extra)]


def faults(package: Path) -> Iterator[str]:
    """What is wrong with a package: its files, its name, and what the program does where it alone is installed."""
    yield from differences(carried(package), in_the_checkout())
    if f"-{__version__}" not in package.name:
        yield f"its version is not {__version__}"
    with TemporaryDirectory(prefix="single-window-") as temporary:
        environment, empty = Path(temporary).resolve() / "environment", Path(temporary) / "empty"
        empty.mkdir()
        venv.create(environment)
        pip = (sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"))
        run(empty, *pip, "install", "--quiet", str(package))
        run(empty, *pip, "check")
        for expected, call in tries(environment):
            printed = run(empty, *(word.replace("{bin}", str(environment / "bin")) for word in call))
            if expected not in printed:
                yield f"{call[-2:]} does not print {expected!r} but: {printed[-2_000:]}"


def run(folder: Path, *command: str) -> str:
    """Run a command in a folder with nothing of this checkout around it; returns what it prints."""
    ours = ("PYTHON", "SINGLE_WINDOW_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        command, cwd=folder, env=kept, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)[:300]} failed:\n{done.stdout[-4_000:]}{done.stderr[-4_000:]}")
    return done.stdout


def main() -> int:
    """Build, install and try both packages; 1 if anything is wrong with one of them."""
    packages = build()
    with ThreadPoolExecutor(len(packages)) as workers:
        found = list(workers.map(lambda package: list(faults(package)), packages))
    for package, wrong in zip(packages, found, strict=True):
        print(package.relative_to(ROOT), "works" if not wrong else "does not work:", *wrong, sep="\n  ")
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())
