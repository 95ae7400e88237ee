"""Runs the tools of other languages, and installs those that are absent.

Every tool comes from PyPI, npm or Debian at a fixed version. What cannot be installed fails: nothing is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

from tests.shape.sources import ROOT

TOOLS = ROOT / ".clients"
"""Where the tools are kept from one run to the next."""
PYTHON_TOOLS = ("openapi-python-client==0.29.1", "ruff>=0.5,<1")
GENERATOR = ("openapi-generator-cli==7.26.0",)
"""Brings the generator for Java and TypeScript as a JAR, with Jackson in it, which the client in Java needs."""
NODE_TOOLS = (
    "@redocly/cli@2.77.0",
    "@stoplight/spectral-cli@6.16.3",
    "openapi-fetch@0.17.0",
    "openapi-typescript@7.13.0",
    "typescript@5.9.3",
    "@types/node@20.19.0",
)
DEBIAN_PACKAGES = {"npm": "npm", "javac": "default-jdk-headless"}
"""Program → Debian's package, which is installed where the program is absent."""
JARS = {
    Path("/usr/share/java/httpmime.jar"): "libhttpmime-java",
    Path("/usr/share/java/httpcore.jar"): "libhttpcore-java",
}
"""What the generated client for Java needs to send forms with files, as its own `pom.xml` says → Debian's package."""
JUNIT = {Path("/usr/share/java/junit4.jar"): "junit4", Path("/usr/share/java/hamcrest.jar"): "libhamcrest-java"}
"""What the tests of the shop in Java need → Debian's package."""
SECONDS = 900
"""Within which each step has to end, on a machine that does much else."""


def install_for_python() -> None:
    """Install what the generated client for Python needs, where it is absent."""
    _install_once("python", PYTHON_TOOLS, _python_packages)


def install() -> None:
    """Install what is absent, for all languages."""
    install_for_python()
    absent = [package for program, package in DEBIAN_PACKAGES.items() if shutil.which(program) is None]
    absent += [package for jar, package in {**JARS, **JUNIT}.items() if not jar.exists()]
    if absent:
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        run(*as_root, "apt-get", "-qq", "update")
        run(*as_root, "apt-get", "-qq", "install", "--yes", "--no-install-recommends", *absent)
    _install_once("generator", GENERATOR, _python_packages)
    _install_once("node", NODE_TOOLS, _node_packages)


def _install_once(name: str, wanted: tuple[str, ...], made: Callable[[Path, tuple[str, ...]], None]) -> None:
    folder = TOOLS / name
    stamp = folder / "installed.json"
    if stamp.exists() and stamp.read_text("utf-8") == json.dumps(wanted):
        return
    shutil.rmtree(folder, ignore_errors=True)
    made(folder, wanted)
    stamp.write_text(json.dumps(wanted), "utf-8")


def _python_packages(folder: Path, wanted: tuple[str, ...]) -> None:
    venv.create(folder, with_pip=True)
    run(str(folder / "bin/python"), "-m", "pip", "install", "--quiet", *wanted)


def _node_packages(folder: Path, wanted: tuple[str, ...]) -> None:
    run("npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--silent", *wanted)


def node_program(name: str) -> str:
    """The path of an installed tool for Node."""
    return str(TOOLS / "node/node_modules/.bin" / name)


def generator() -> str:
    """The path of the generator's JAR."""
    (jar,) = (TOOLS / "generator").glob("lib/*/site-packages/openapi_generator_cli/*.jar")
    return str(jar)


def run(*command: str, **variables: str) -> str:
    """Run a command and return what it printed; ends the program where it fails."""
    done = subprocess.run(
        command,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-10_000:])
        raise SystemExit(f"{' '.join(command)[:500]} ended with {done.returncode}")
    return done.stdout


def said(name: str, printed: str) -> None:
    """Print the end of what a step printed, under its name."""
    lines = [line for line in printed.strip().splitlines() if line.strip()]
    print(f"{name}: " + " · ".join(lines[-6:])[-600:], flush=True)
