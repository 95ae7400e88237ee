"""The container image: its steps run as scripts, and where a container engine is found it is built and run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import urllib3

from tests.chaos.programs import Program, until
from tests.patience import PATIENCE
from tests.receivers import free_port
from tests.running import address, environment, logged, running

ROOT = Path(__file__).parents[2]
STEPS = ROOT / "deploy/image"
BUILD_SECONDS = 900


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE))
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in text.splitlines() if line]


def test_the_window_runs_for_an_ordinary_user_and_says_whether_it_is_well() -> None:
    steps = instructions()
    names = [name for name, _ in steps]
    assert int(dict(steps)["USER"]) > 0 and names.index("USER") > max(
        place for place, name in enumerate(names) if name in {"RUN", "COPY"}
    )
    assert "healthy" in dict(steps)["HEALTHCHECK"]


def test_everything_that_is_copied_is_there_and_reaches_the_build() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert all((ROOT / name).exists() for name in allowed)
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests"} | {"clients/python"}
    assert packages | {"setup.cfg", "pyproject.toml", "README.md"} <= allowed
    for name, arguments in instructions():
        if name == "COPY" and not arguments.startswith("--from"):
            assert (ROOT / arguments.split()[0]).exists()


@pytest.mark.long
def test_the_steps_install_a_window_that_answers_until_it_is_ended(tmp_path: Path) -> None:
    source, target, port = tmp_path / "source", tmp_path / "installed", free_port()
    for name in ("declarations", "gateways", "schemas", "simulators", "single_window", "clients/python"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    libraries = {
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "VENV_OPTIONS": "--without-pip",  # that of the libraries will do
        "PIP_OPTIONS": "--no-deps --no-build-isolation --no-index --no-compile",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    settings = {**environment(tmp_path, port=port), **libraries}
    subprocess.run([STEPS / "install.sh", source, target], env=settings, check=True, timeout=BUILD_SECONDS)
    assert (target / "lib").is_dir() and not list(target.rglob("tests/conftest.py"))

    def healthy() -> bool:
        return subprocess.run([STEPS / "healthy.sh"], env=settings, capture_output=True).returncode == 0

    assert not healthy()
    program = Program("image", [str(target / "bin/single-window"), "run"], tmp_path / "image.log", settings)
    program.start()
    try:
        address(program)
        until(lambda: healthy() or not program.alive, PATIENCE, f"it is healthy:\n{program.tail()}")
    finally:
        assert program.stop(patience=PATIENCE)
    assert not healthy()


def test_the_command_of_the_image_makes_a_key_at_its_first_start_and_answers_under_its_own_name(tmp_path: Path) -> None:
    steps = dict(instructions())
    command = " ".join(json.loads(steps["CMD"]))
    hosts = re.search(r"SINGLE_WINDOW_ALLOWED_HOSTS=(\S+)", (ROOT / "Dockerfile").read_text("utf-8"))
    assert hosts is not None
    settings = {"host": "0.0.0.0", "port": 0, "allowed_hosts": hosts[1]}
    with running(command, tmp_path, "first", **settings) as first:
        key = logged(first, r"Key for every call \(it is shown only now\): (\S+)")[1]
        port = address(first).rpartition(":")[2]
        url = f"http://127.0.0.1:{port}/api/v1/declarations"
        for headers, status in (({}, 401), ({"X-Api-Key": key}, 200)):
            for host in ("localhost", "single-window"):
                answer = urllib3.request("GET", url, headers={**headers, "Host": f"{host}:8642"})
                assert answer.status == status
    with running(command, tmp_path, "second", **settings) as second:
        address(second)
        assert key not in second.log.read_text() and "Key for every call" not in second.log.read_text()


@pytest.mark.long
def test_the_image_is_built_and_its_container_is_healthy() -> None:
    if shutil.which("docker") is None or subprocess.run(["docker", "info"], capture_output=True).returncode:
        pytest.skip("no container engine that answers")
    image = f"single-window-test-{os.getpid()}"
    subprocess.run(["docker", "build", "--tag", image, ROOT], check=True, timeout=BUILD_SECONDS)
    started = subprocess.run(
        ["docker", "run", "--detach", "--rm", image, "run", "--ephemeral", "--preset", "ci"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    try:
        until(
            lambda: (
                subprocess.run(
                    ["docker", "inspect", "--format", "{{.State.Health.Status}}", started], capture_output=True
                ).stdout.strip()
                == b"healthy"
            ),
            PATIENCE,
            "the container is healthy",
        )
        assert subprocess.run(["docker", "exec", started, "id", "-u"], capture_output=True).stdout.strip() == b"10001"
    finally:
        subprocess.run(["docker", "rm", "--force", started], capture_output=True)
        subprocess.run(["docker", "rmi", "--force", image], capture_output=True)
