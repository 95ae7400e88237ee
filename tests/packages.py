"""Wheels and source distributions of window and client, as whoever installs them gets them: `python -m tests.packages`
builds all in `dist/`, installs each where nothing else is installed, and tries it from an empty folder; `--once` tries
the window's wheel alone, by one trade."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from single_window import __version__
from tests.shape.sources import CLIENT, FOLDERS, PACKAGES, ROOT

DIST = ROOT / "dist"
Tries = tuple[tuple[str, tuple[str, ...]], ...]
"""What each call prints, and the call; `{bin}` is the folder of programs."""
FIND = ("--find-links", str(DIST))
"""Options by which pip finds the client that the window requires."""
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
import declarations, gateways, schemas, simulators, single_window, single_window_client
from single_window_client import WindowClient, running

for package in (declarations, gateways, schemas, simulators, single_window, single_window_client):
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


CLIENT_ALONE = """
from importlib.metadata import entry_points, version
from importlib.util import find_spec
import single_window_client
from single_window_client import running

assert not any(map(find_spec, ("declarations", "gateways", "schemas", "simulators", "single_window")))
assert all(getattr(single_window_client, name) for name in single_window_client.__all__)
(plugin,) = entry_points(group="pytest11", name="single_window")
try:
    running.command_of(path="")
except running.NotStarted as failed:
    print(version("single-window-client"), plugin.value, failed)
"""
"""Imports every name of the client; no window is found."""


def client_tries(environment: Path) -> Tries:
    """What each call of an environment prints in which the client alone is installed, and the call."""
    said = f"{__version__} single_window_client.pytest_plugin there is no single-window on the PATH"
    return ((said, ("{bin}/python", "-c", CLIENT_ALONE)),)


def one_trade(environment: Path) -> Tries:
    """What the installed program prints when it plays one trade, and the call."""
    trade = TRADE.replace("ENVIRONMENT", repr(str(environment))).replace("VERSION", repr(__version__))
    return (("the list is released", ("{bin}/python", "-c", trade)),)


def tries(environment: Path) -> Tries:
    """What each call of the installed program prints, and the call; `{bin}` is its folder."""
    return (
        (f"version {__version__}", ("{bin}/single-window", "--version")),
        ("now at revision", ("env", "SINGLE_WINDOW_DATABASE=sqlite:///made.sqlite3", "{bin}/single-window", "upgrade")),
        *one_trade(environment),
        ("Every outcome was as expected.", ("{bin}/single-window", *DEMO)),
    )


def build(folder: Path = DIST) -> list[Path]:
    """Build the source distributions of client and window, and a wheel from each; returns the files."""
    rmtree(folder, ignore_errors=True)
    for source in (FOLDERS[CLIENT], ROOT):
        run(ROOT, sys.executable, "-m", "build", "--outdir", str(folder), str(source))
    return sorted(path for path in folder.iterdir() if path.name.endswith((".tar.gz", ".whl")))


def carried(package: Path) -> set[str]:
    """The names of the files in a wheel or source distribution, as they stand in the checkout."""
    if package.suffix == ".whl":
        return set(zipfile.ZipFile(package).namelist())
    with tarfile.open(package) as archive:
        return {file.name.partition("/")[2] for file in archive.getmembers() if file.isfile()}


def in_the_checkout(home: Path = ROOT, packages: Sequence[str] = PACKAGES) -> set[str]:
    """The names of all files of the packages in a folder."""
    return {
        path.relative_to(home).as_posix()
        for package in packages
        for path in (home / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def differences(files: Set[str], wanted: Set[str]) -> list[str]:
    """What is missing in a package, and what does not belong there, such as tests."""
    described = (".dist-info", ".egg-info")
    extra = {name for name in files - wanted - BESIDE if not name.partition("/")[0].endswith(described)}
    return [f"{name} is missing" for name in sorted(wanted - files)] + [f"{name} is in it" for name in sorted(extra)]


def missing_or_odd(package: Path) -> Iterator[str]:
    """What is wrong with a package as a file: what it holds, and its name."""
    files = in_the_checkout(FOLDERS[CLIENT], (CLIENT,)) if of_client(package) else in_the_checkout()
    yield from differences(carried(package), files)
    if f"-{__version__}" not in package.name:
        yield f"its version is not {__version__}"


def of_client(package: Path) -> bool:
    """Whether it is one of the client, not of the window."""
    return package.name.startswith(CLIENT)


def faults(package: Path, tries: Callable[[Path], Tries]) -> Iterator[str]:
    """What is wrong with what the program does where this package alone is installed."""
    with TemporaryDirectory(prefix="single-window-") as temporary:
        environment, empty = Path(temporary).resolve() / "environment", Path(temporary) / "empty"
        empty.mkdir()
        venv.create(environment)
        pip = (sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"))
        run(empty, *pip, "install", "--quiet", *FIND, str(package))
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


def main(words: Sequence[str] | None = None) -> int:
    """Build all packages, and install and try each, or once the window's wheel; 1 if anything is wrong with one."""
    parser = ArgumentParser(prog="python -m tests.packages", description=__doc__)
    parser.add_argument("--once", action="store_true", help="install the window's wheel only, and play one trade")
    once = parser.parse_args(words).once
    packages = build()

    def wrong_with(package: Path) -> list[str]:
        found = list(missing_or_odd(package))
        if not once:
            return [*found, *faults(package, client_tries if of_client(package) else tries)]
        return [*found, *faults(package, one_trade)] if package.suffix == ".whl" and not of_client(package) else found

    with ThreadPoolExecutor(2) as workers:
        found = list(workers.map(wrong_with, packages))
    for package, wrong in zip(packages, found, strict=True):
        print(package.relative_to(ROOT), "works" if not wrong else "does not work:", *wrong, sep="\n  ")
    return int(any(found))


if __name__ == "__main__":
    sys.exit(main())
