"""The shops of `examples/` in Node and Java with the clients of `clients/`: built as their users build them, and tested
against a window that their own tests start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.clients.tools import JUNIT, run
from tests.shape.sources import ROOT

MADE = ignore_patterns("node_modules", "dist")


def node_shop(folder: Path, window: str) -> str:
    """Install the shop with npm, which builds the client, and run the shop's tests; returns what they print."""
    for name in ("clients/node", "examples/node"):
        copytree(ROOT / name, folder / name, ignore=MADE)
    run("npm", "install", "--prefix", str(folder / "examples/node"), "--no-audit", "--no-fund", "--silent")
    return run("npm", "test", "--prefix", str(folder / "examples/node"), SINGLE_WINDOW_COMMAND=window)


def java_shop(folder: Path, window: str) -> str:
    """Compile the client, the shop and its tests with every warning an error, and run them with JUnit; returns what
    they print."""
    sources = [path for name in ("clients/java/src", "examples/java/src") for path in (ROOT / name).rglob("*.java")]
    libraries = ":".join(map(str, JUNIT))
    options = ("-Xlint:all", "-Werror", "-encoding", "UTF-8", "--release", "17")
    run("javac", *options, "-d", str(folder), "-cp", libraries, *map(str, sources))
    tests = ("java", "-cp", f"{folder}:{libraries}", "org.junit.runner.JUnitCore", "ShopTest")
    return run(*tests, SINGLE_WINDOW_COMMAND=window)


SHOPS: tuple[Callable[[Path, str], str], ...] = (node_shop, java_shop)
