"""Clients generated from the OpenAPI document, as integrators generate them: `python -m tests.clients` checks the
document with two linters, generates a client for Python and one for Java, and has each release a trade at a window.

Every tool comes from PyPI, npm or Debian at a fixed version. What cannot be installed fails: nothing is skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from single_window.client import SampleTrade, WindowClient, running
from tests.shape.sources import ROOT

HERE = Path(__file__).parent
TOOLS = ROOT / ".clients"
"""Where the tools are kept from one run to the next."""
PYTHON_TOOLS = ("openapi-python-client==0.29.1", "openapi-generator-cli==7.26.0", "ruff>=0.5,<1")
"""The second brings the generator for Java as a JAR, with Jackson in it, which the client needs."""
NODE_TOOLS = ("@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3")
DEBIAN_PACKAGES = {"npm": "npm", "javac": "default-jdk-headless"}
"""Program → Debian's package, which is installed where the program is absent."""
JARS = {
    Path("/usr/share/java/httpmime.jar"): "libhttpmime-java",
    Path("/usr/share/java/httpcore.jar"): "libhttpcore-java",
}
"""What the generated client for Java needs to send forms with files, as its own `pom.xml` says → Debian's package."""
SECONDS = 900
"""Within which each step has to end, on a machine that does much else."""


def main() -> None:
    """Install the tools, lint, and release a trade with each client."""
    install()
    with TemporaryDirectory() as folder:
        started = running.start(Path(folder))
        try:
            document = Path(folder) / "openapi.json"
            with urlopen(f"{started.url}/api/v1/openapi.json") as answer:
                document.write_bytes(answer.read())
            lint(document)
            for released in (python_client, java_client):
                trade = WindowClient(started.url).sandbox().sample(key=released.__name__)
                _release(released, document, started.url, trade)
        finally:
            running.stop(started)


def install() -> None:
    """Install what is absent."""
    absent = [package for program, package in DEBIAN_PACKAGES.items() if shutil.which(program) is None]
    absent += [package for jar, package in JARS.items() if not jar.exists()]
    if absent:
        as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        run(*as_root, "apt-get", "-qq", "update")
        run(*as_root, "apt-get", "-qq", "install", "--yes", "--no-install-recommends", *absent)
    wanted = json.dumps([PYTHON_TOOLS, NODE_TOOLS])
    stamp = TOOLS / "installed.json"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    venv.create(TOOLS / "python", with_pip=True)
    run(str(TOOLS / "python/bin/python"), "-m", "pip", "install", "--quiet", *PYTHON_TOOLS)
    run("npm", "install", "--prefix", str(TOOLS / "node"), "--no-audit", "--no-fund", "--silent", *NODE_TOOLS)
    stamp.write_text(wanted, "utf-8")


def lint(document: Path) -> None:
    """Check the document; an error of either linter fails."""
    programs = TOOLS / "node/node_modules/.bin"
    ruleset = document.with_name("spectral.yaml")
    ruleset.write_text('extends: ["spectral:oas"]\n', "utf-8")
    said("Redocly", run(str(programs / "redocly"), "lint", "--extends=recommended", str(document)))
    spectral = ("lint", "--fail-severity", "error", "--ruleset", str(ruleset), str(document))
    said("Spectral", run(str(programs / "spectral"), *spectral))


def python_client(document: Path, folder: Path) -> list[str]:
    """Generate and install a client for Python; returns the command that releases a trade with it."""
    tools, made = TOOLS / "python/bin", folder / "python"
    path = {"PATH": f"{tools}:{os.environ['PATH']}"}
    run(str(tools / "openapi-python-client"), "generate", "--path", str(document), "--output-path", str(made), **path)
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    run(str(environment / "bin/python"), "-m", "pip", "install", "--quiet", str(made))
    return [str(environment / "bin/python"), str(HERE / "release.py")]


def java_client(document: Path, folder: Path) -> list[str]:
    """Generate and compile a client for Java; returns the command that releases a trade with it."""
    (jar,) = (TOOLS / "python").glob("lib/*/site-packages/openapi_generator_cli/*.jar")
    made, classes = folder / "java", folder / "classes"
    generate = ("generate", "-i", str(document), "-g", "java", "--library", "native", "-o", str(made))
    run("java", "-jar", str(jar), *generate, "--additional-properties=openApiNullable=false")
    sources = [*(made / "src/main/java").rglob("*.java"), *(HERE / "java").rglob("*.java")]
    listed = folder / "sources"
    listed.write_text("\n".join(map(str, sources)), "utf-8")
    needed = ":".join(map(str, (jar, *JARS)))
    run("javac", "-nowarn", "-encoding", "UTF-8", "-d", str(classes), "-cp", needed, f"@{listed}")
    return ["java", "-cp", f"{classes}:{needed}", "Release"]


def _release(make: Callable[[Path, Path], list[str]], document: Path, address: str, trade: SampleTrade) -> None:
    with TemporaryDirectory() as folder:
        files = []
        for code, body in trade.messages.items():
            files.append(str(Path(folder) / f"{code}.xml"))
            Path(files[-1]).write_bytes(body)
        printed = run(*make(document, Path(folder)), address, trade.order_no, *files)
        said(make.__name__.replace("_", " "), printed)
        if "the list is released" not in printed:
            raise SystemExit(f"{make.__name__} released nothing")


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


if __name__ == "__main__":
    sys.exit(main())
