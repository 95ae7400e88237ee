"""The same recording comes to the same digest on RabbitMQ and PostgreSQL: with one worker of each role and with four,
undisturbed or reordered and restarted; a year and a demo with four workers that nobody disturbs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.absent import absent
from tests.brokers import empty_vhost
from tests.chaos.crew import Crew, surroundings
from tests.chaos.engines import free_port
from tests.chaos.programs import until
from tests.databases import made_database
from tests.patience import PATIENCE
from tests.services.played_again import call, day, digest, disturbing, listed, times

__all__ = ["day"]
pytestmark = pytest.mark.long


@pytest.mark.service
@pytest.mark.parametrize(
    ("day", "workers", "disturbed"),
    [
        *(("traffic", workers, disturbed) for workers in (1, 4) for disturbed in (False, True)),
        ("year", 4, False),
        ("demo", 4, False),
    ],
    indirect=["day"],
)
def test_on_engines(day: Path, tmp_path: Path, workers: int, disturbed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with spread(tmp_path, workers, monkeypatch) as (url, crew):
        for number in range(times(day)):
            with disturbing(crew, number) if disturbed else nullcontext():
                shuffled = ("--shuffle", number) if disturbed else ()
                call("replay", day, "--url", url, "--sandbox", f"again-{number}", *shuffled, "--json")
            answer = json.loads(call("digest", "--sandbox", f"again-{number}", "--json"))
            assert (number, answer["sha256"]) == (number, digest(day))


@contextmanager
def spread(folder: Path, workers: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Crew]]:
    """A window in processes of its own: its address, the processes."""
    with made_database("postgresql", folder) as database, empty_vhost() as vhost:
        if not vhost.own:
            absent("no RabbitMQ whose vhosts may be made: processes of the window know one namespace only")
        settings = {"data": folder / "data", "database": database, "broker": vhost.url, "port": free_port()}
        for name, value in settings.items():
            monkeypatch.setenv(f"SINGLE_WINDOW_{name.upper()}", str(value))
        call("sandbox", "list")
        commands = {
            "serve": ("serve", "--processes", "1"),
            "work": ("work", "all", "--processes", str(workers)),
        }
        with Crew(commands, surroundings(settings), folder / "logs") as crew:
            url = f"http://127.0.0.1:{settings['port']}"
            until(lambda: "again" not in listed(url), PATIENCE, "nobody answers")
            yield url, crew
