"""The wheel carries every file of the packages and no other; `make package` installs it and tries the program."""

from __future__ import annotations

import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from tests import packages
from tests.shape.sources import PACKAGES, ROOT

SITE_PAGE = "single_window/reference/html/docs/a-page.html"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy, so that the repository stays as it is."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__", "html"))
    for file in ("setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source)
    (source / SITE_PAGE).parent.mkdir(parents=True, exist_ok=True)
    (source / SITE_PAGE).write_text("", "utf-8")
    packages.run(source, sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), ".")
    return next(built.glob("*.whl"))


@pytest.mark.long
def test_every_file_of_the_packages_is_in_the_wheel_and_no_other(wheel: Path) -> None:
    site = "single_window/reference/html/"
    ours = {name for name in packages.in_the_checkout() if not name.startswith(site)}
    assert packages.differences(packages.carried(wheel), {*ours, SITE_PAGE}) == []


def test_a_file_that_is_missing_and_one_too_many_are_named(tmp_path: Path) -> None:
    file, archive = tmp_path / "file", tmp_path / "some-0.1.tar.gz"
    file.write_text("", "utf-8")
    with tarfile.open(archive, "w:gz") as written:
        for name in ("PKG-INFO", "schemas/kept.xsd", "tests/test_it.py", "some.egg-info/SOURCES.txt"):
            written.add(file, f"some-0.1/{name}")
    assert packages.differences(packages.carried(archive), {"schemas/kept.xsd", "schemas/left_out.zdict"}) == [
        "schemas/left_out.zdict is missing",
        "tests/test_it.py is in it",
    ]
