"""The wheel carries everything: built, installed elsewhere, the copy speaks, validates and opens a window."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.shape.sources import PACKAGES, ROOT

SITE_PAGE = "single_window/reference/html/docs/a-page.html"
TRY = """
import json, pathlib, sys
import declarations, gateways, schemas, simulators, single_window
from single_window.settings import Settings
from single_window.wiring import MAIN, open_window

window = open_window(Settings(data=pathlib.Path("data"), readers=0))
body = (pathlib.Path(schemas.__file__).parent / "samples" / "CEB621Message.xml").read_bytes()
admitted = window.admit(MAIN, [window.read(MAIN, body)], "test")
window.settle()
print(json.dumps({
    "places": [package.__file__ for package in (declarations, gateways, schemas, simulators, single_window)],
    "statuses": [one.status for one in admitted], "findings": [one.code for one in window.read(MAIN, body).findings],
}))
window.close()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that the repository stays as it is."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__", "html"))
    for file in ("setup.cfg", "pyproject.toml", "README.md"):
        if (ROOT / file).is_file():
            shutil.copy(ROOT / file, source)
    (source / SITE_PAGE).parent.mkdir(parents=True, exist_ok=True)
    (source / SITE_PAGE).write_text("", "utf-8")
    run(source, sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(source))
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's contents and nothing else of ours."""
    folder = tmp_path_factory.mktemp("installed")
    run(
        folder,
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(folder),
        str(wheel),
    )
    return folder


def run(folder: Path, *command: str, path: Path | None = None) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.startswith("SINGLE_WINDOW_")
    }
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(wanted - carried) == []
    assert {name for name in carried if name.startswith("tests")} == set()


def test_a_site_that_was_built_before_is_in_the_wheel(wheel: Path) -> None:
    assert SITE_PAGE in zipfile.ZipFile(wheel).namelist()


@pytest.mark.long
def test_the_installed_copy_prints_a_sample_and_validates_it(installed: Path, tmp_path: Path) -> None:
    cli = (sys.executable, "-m", "single_window.cli")
    body = run(tmp_path, *cli, "sample", "621", path=installed)
    assert "CEB621Message" in body
    (tmp_path / "list.xml").write_text(body, "utf-8")
    assert run(tmp_path, *cli, "validate", "list.xml", path=installed)


@pytest.mark.long
def test_the_installed_copy_opens_a_window_and_takes_a_list(installed: Path, tmp_path: Path) -> None:
    answer = json.loads(run(tmp_path, sys.executable, "-c", TRY, path=installed).splitlines()[-1])
    assert all(place.startswith(str(installed)) for place in answer["places"])
    assert (answer["statuses"], answer["findings"]) == ([202], [])


@pytest.mark.long
def test_the_entry_points_lead_to_commands(installed: Path, tmp_path: Path) -> None:
    metadata = next(installed.glob("*.dist-info")) / "entry_points.txt"
    points = [line.partition("=")[2].strip() for line in metadata.read_text("utf-8").splitlines() if "=" in line]
    assert {
        "single_window.cli:main",
        "simulators.demo:demo",
        "simulators.bench:bench",
        "simulators.refunds.year:year",
        "simulators.officers.command:officers",
        "simulators.traffic.command:traffic",
        "simulators.key_control.command:key_control",
        "simulators.scenarios.command:scenario",
        "simulators.recordings.command:recording",
        "simulators.load.command:load",
        "simulators.verdicts.command:verdict",
        "simulators.command_texts:TEXTS",
        "simulators.scenarios.page:page",
        "single_window.client.pytest_plugin",
    } == set(points)
    for point in points:
        module, _, name = point.partition(":")
        run(
            tmp_path,
            sys.executable,
            "-c",
            f"from {module} import {name}" if name else f"import {module}",
            path=installed,
        )
