"""Every command that acts on a sandbox does so at a window anywhere, with `--url`; the others say here why not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from single_window.cli import main
from single_window.client import SandboxClient, WindowClient
from single_window.process.serving import Server
from tests.tables import each

FOLDER = "it is about the data folder and the processes on it"
FILES = "it needs no sandbox: it reads what the program brings, or files that are named to it"
STORE = "it compares or takes away what the store holds, row by row; `replay` and `verdict` read files of it"
OWN = "it makes a window or a peer of its own, or works beside one in its folder"
READ = "no call tells it; what it reads follows from what `show`, `refund list` and the pages tell"
HERE = {
    "run": FOLDER,
    "serve": FOLDER,
    "work": FOLDER,
    "backup": FOLDER,
    "check": FOLDER,
    "restored": FOLDER,
    "prune": FOLDER,
    "upgrade": FOLDER,
    "sample": FILES,
    "reference": FILES,
    "rules day": FILES,
    "rules expiring": FILES,
    "rules show": FILES,
    "rules source": FILES,
    "scenarios": FILES,
    "scenario list": FILES,
    "scenario show": FILES,
    "faults list": FILES,
    "signature sign": FILES,
    "tax parcel": FILES,
    "recording check": FILES,
    "recording scrub": FILES,
    "recording show": FILES,
    "verdict": FILES,
    "compare": STORE,
    "digest": STORE,
    "record": STORE,
    "bench": OWN,
    "demo": OWN,
    "key-control": OWN,
    "year": OWN,
    "officers": OWN,
}
LISTS = (
    ("batch", "list"),
    ("summary", "list"),
    ("summary", "due"),
    ("parked", "list"),
    ("proposal", "list"),
    ("registration", "list"),
    ("forex", "list"),
    ("refund", "list"),
    ("payment-request", "list"),
    ("platform-data", "address", "list"),
    ("tax", "bills"),
    ("certificate", "list"),
    ("channel", "list"),
    ("status",),
)


def commands(group: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            assert command is not None
            yield from commands(command, *path, name)
    else:
        yield " ".join(path), group


def test_every_command_works_at_any_window_or_says_why_not() -> None:
    far = {name for name, command in commands(main) if any("--url" in param.opts for param in command.params)}
    every = {name for name, _ in commands(main)}
    assert every - far == set(HERE)


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        yield client.make_sandbox("everywhere")


def run(sandbox: SandboxClient, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, [*arguments, "--url", sandbox.caller.url, "--sandbox", sandbox.name])
    assert result.exit_code == code, result.output
    return result.output


@each("named", LISTS)
def test_what_is_listed_here_is_listed_there(sandbox: SandboxClient, named: tuple[str, ...]) -> None:
    run(sandbox, *named)
    assert json.loads(run(sandbox, *named, "--json")) is not None


def test_what_there_is_is_shown_in_tables_and_an_act_is_one_call(sandbox: SandboxClient) -> None:
    output = run(sandbox, "batch", "open", "I", "4200", "9610", "--participant", "3702960001")
    (made,) = json.loads(run(sandbox, "batch", "list", "--json"))["batches"]
    assert made["batch_no"] in output and made["batch_no"] in run(sandbox, "batch", "show", made["batch_no"])
    assert "[no-such-batch]" in run(sandbox, "batch", "show", "NONE-1", code=1)
    run(sandbox, "platform-data", "address", "set", "3702960A1B", "http://8.8.8.8/platDataOpen")
    assert "3702960A1B" in run(sandbox, "platform-data", "address", "list")
    run(sandbox, "platform-data", "address", "remove", "3702960A1B")
    assert "No addresses" in run(sandbox, "platform-data", "address", "list")


def test_what_only_the_folder_can_do_is_refused_by_name(sandbox: SandboxClient) -> None:
    assert "--as is for the data folder" in run(sandbox, "act", "3702960001", "--as", "li", code=2)
