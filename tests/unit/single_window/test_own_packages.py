"""A project with a package of the name of one of ours: nothing starts on the wrong one, and a sentence says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from single_window import own_packages
from single_window.own_packages import NAMES, Shadowed, demand_own_packages
from tests.patience import PATIENCE
from tests.tables import each

pytestmark = pytest.mark.long


def package(folder: Path, name: str, text: str = "MODELS = []\n") -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(text)


def called(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, as a project does."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_with_its_own_packages_the_program_starts(tmp_path: Path) -> None:
    demand_own_packages()
    assert called(tmp_path, "-m", "single_window", "sample", "311").returncode == 0


@each("name", NAMES)
def test_a_command_names_the_package_that_shadows_an_own_one(name: str, tmp_path: Path) -> None:
    project = tmp_path / name
    package(project, name)
    for how in ({"PYTHONPATH": str(project)}, {}):
        answer = called(project, "-m", "single_window", "sample", "311", **how)
        assert answer.returncode == 1 and "Traceback" not in answer.stderr
        assert f"The package {name} of the single window is shadowed by {project / name}" in answer.stderr
        assert "--single-window-url" in answer.stderr


def test_a_project_with_a_package_of_that_name_has_its_window_from_the_plug_in(tmp_path: Path) -> None:
    package(tmp_path, "schemas")
    (tmp_path / "test_shop.py").write_text(
        "import schemas\n\ndef test_own():\n    assert schemas.MODELS == []\n\n"
        "def test_window(single_window):\n    assert single_window\n"
    )
    answer = called(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    assert "2 passed" in answer.stdout, answer.stdout


def test_a_program_beside_packages_of_the_same_names_starts_its_processes_on_its_own(tmp_path: Path) -> None:
    for name in NAMES:
        package(tmp_path, name)
    variables = own_packages.own_environment({"PYTHONPATH": str(tmp_path)})
    assert called(tmp_path, "-m", "single_window", "sample", "311", **variables).returncode == 0


@each("name", NAMES)
def test_an_own_package_that_an_installation_overwrote_is_named(name: str, tmp_path: Path) -> None:
    home = tmp_path / name
    package(home, "single_window", "")
    (home / "single_window" / "own_packages.py").write_text(Path(own_packages.__file__).read_text("utf-8"))
    for other in NAMES:
        package(home, other, (own_packages.HOME / other / "__init__.py").read_text("utf-8"))
    program = "from single_window.own_packages import demand_own_packages as demand\ndemand()"
    assert called(home, "-c", program).returncode == 0
    (home / name / "__init__.py").write_text("MODELS = []\n")
    assert (
        f"The package {name} of the single window was overwritten in {home / name}"
        in called(home, "-c", program).stderr
    )


def test_a_module_without_a_specification_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simulators", type(sys)("simulators"))
    with pytest.raises(Shadowed, match="simulators of the single window is shadowed by something without a file"):
        demand_own_packages()
