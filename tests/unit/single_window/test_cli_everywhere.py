"""Every command that acts on a sandbox does so at a window anywhere, with `--url`; the others say here why not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from single_window.cli import main
from single_window.process.serving import Server
from single_window_client import CallRefused, SandboxClient, WindowClient
from tests.commands import run_command

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
    "upgrade": FOLDER,
    "sample": FILES,
    "attack": FILES,
    "docs": FILES,
    "rules day": FILES,
    "rules expiring": FILES,
    "rules show": FILES,
    "rules source": FILES,
    "scenarios": FILES,
    "scenario list": FILES,
    "scenario show": FILES,
    "faults list": FILES,
    "signature sign": FILES,
    "recording check": FILES,
    "recording profile": FILES,
    "recording scrub": FILES,
    "recording show": FILES,
    "verdict": FILES,
    "record": STORE,
    "audit history": STORE,
    "bench": OWN,
    "demo": OWN,
    "year": OWN,
    "officers": OWN,
}
EVERY: dict[str, tuple[str, int]] = {
    "validate": ("{order}", 0),
    "submit": ("{order}", 0),
    "receipts": ("", 0),
    "conformance": ("DXPENT0000000001", 1),
    "show": ("DD202206010001", 0),
    "act": ("42272026I000000001", 1),
    "dossier": ("declaration NONE", 1),
    "create": ("batch", 0),
    "case notes": ("declaration NONE", 1),
    "case note": ("declaration NONE x", 1),
    "case files": ("declaration NONE", 1),
    "case file": ("declaration NONE {order}", 1),
    "case assign": ("declaration NONE take_up", 1),
    "team absences": ("", 0),
    "team absent": ("2098-06-01 2098-06-02 --officer nobody", 1),
    "team present": ("nobody 2098-06-01", 1),
    "team hand-over": ("--officer nobody", 1),
    "team distribute": ("nowhere", 1),
    "team alerts": ("", 0),
    "declaration list": ("", 0),
    "declaration show": ("NONE", 1),
    "batch open": ("I 4200 9610", 0),
    "batch list": ("", 0),
    "batch show": ("NONE", 1),
    "batch add": ("NONE X1 --participant A", 1),
    "batch remove": ("NONE X1 --participant A", 1),
    "batch declare": ("NONE --participant A", 1),
    "batch audit": ("NONE", 1),
    "summary list": ("", 0),
    "summary due": ("", 0),
    "summary show": ("NONE", 1),
    "refund list": ("", 0),
    "refund claimable": ("", 0),
    "refund draft": ("claim NONE", 1),
    "refund show": ("NONE", 1),
    "refund explain": ("NONE", 1),
    "audit log": ("", 0),
    "audit own": ("", 0),
    "audit statistics": ("--month 2026-10", 0),
    "forex list": ("", 0),
    "forex show": ("NONE", 1),
    "forex class": ("", 0),
    "forex rates": ("", 0),
    "credit dishonest": ("", 0),
    "recall list": ("", 0),
    "recall show": ("NONE", 1),
    "recall trail": ("NONE", 1),
    "trace-batch list": ("", 0),
    "trace-batch show": ("NONE", 1),
    "trace-batch codes": ("NONE", 1),
    "spot-check failures": ("", 0),
    "spot-check list": ("", 0),
    "spot-check show": ("NONE", 1),
    "spot-check plans": ("", 0),
    "spot-check redraw": ("NONE", 1),
    "spot-check preview": ("title=A;rate=0.1", 0),
    "filing list": ("", 0),
    "filing show": ("NONE", 1),
    "korea list": ("", 0),
    "korea show": ("NONE", 1),
    "korea certificate": ("K001-26-0000001", 0),
    "korea return-draft": ("NONE", 1),
    "port list": ("", 0),
    "port show": ("NONE", 1),
    "port charges": ("NONE", 0),
    "port container": ("QDXU1000015", 0),
    "port interchange": (f"{__file__}", 1),
    "port platform-file": (f"{__file__}", 1),
    "port manifest": (f"{__file__}", 1),
    "port release": ("NONE", 1),
    "commerce list": ("", 0),
    "commerce show": ("NONE", 1),
    "commerce licence": ("91350100M000100Y43", 0),
    "commerce month": ("--zone 青岛 --month 202611", 0),
    "open-data list": ("", 0),
    "open-data show": ("NONE", 1),
    "overseas list": ("", 0),
    "overseas show": ("NONE", 1),
    "overseas stock": ("", 0),
    "overseas items": ("NONE", 0),
    "overseas drafts": ("NONE", 0),
    "overseas draft": ("NONE TS1", 1),
    "overseas ledger": (f"{__file__} --company 3702961003 --zone DEU=Europe/Berlin", 1),
    "overseas edifact": (f"{__file__} --company 3702961003 --warehouse HAM01 --zone DEU=Europe/Berlin --unit 011", 1),
    "credit list": ("", 0),
    "credit show": ("NONE", 1),
    "credit events": ("NONE", 1),
    "credit profile": ("NONE", 1),
    "registration list": ("", 0),
    "registration show": ("NONE", 1),
    "question list": ("", 0),
    "question show": ("1", 1),
    "question answer": ("1 --text x", 1),
    "proposal list": ("", 0),
    "proposal show": ("1", 1),
    "parked list": ("", 0),
    "parked retry": ("1", 1),
    "parked dismiss": ("1 --reason x", 1),
    "channel webhook": ("DXPENT0000000009 http://127.0.0.1:9/", 1),
    "channel amqp": ("DXPENT0000000009", 1),
    "channel broker": ("DXPENT0000000009 nothing://", 1),
    "channel envelope": ("DXPENT0000000009 DxpMsg", 0),
    "channel list": ("", 0),
    "channel off": ("DXPENT0000000009", 1),
    "channel redeliver": ("DXPENT0000000009", 1),
    "channel test": ("DXPENT0000000009", 1),
    "epcis capture": ("{order}", 1),
    "epcis events": ("--of urn:x:1 --since 2026-11-20T00:00:00+08:00", 0),
    "certificate issue": ("--company 3702960CGJ --to {folder}", 0),
    "certificate list": ("", 0),
    "certificate register": ("{order} --company 3702960CGJ", 1),
    "certificate revoke": ("NONE", 1),
    "payment-request list": ("", 0),
    "payment-request show": ("NONE", 1),
    "payment-request ask": ("NONE", 1),
    "platform-data address set": ("3702960A1B http://8.8.8.8/platDataOpen", 0),
    "platform-data address list": ("", 0),
    "platform-data address remove": ("3702960A1B", 0),
    "signature explain": ("{order}", 1),
    "key issue": ("DXPENT0000000009", 0),
    "key list": ("", 0),
    "key rotate": ("NONE", 1),
    "key revoke": ("NONE", 1),
    "import": ("participants {order}", 1),
    "sandbox create": ("made", 0),
    "sandbox list": ("", 0),
    "sandbox options": ("open=false", 0),
    "sandbox snapshot": ("made", 0),
    "sandbox restore": ("made 999999", 1),
    "sandbox reset": ("made", 0),
    "sandbox delete": ("made", 0),
    "clock show": ("", 0),
    "clock next": ("", 0),
    "clock set": ("2098-06-01T08:00", 0),
    "clock advance": ("2d", 0),
    "trigger add": ("--scenario lost --order NONE*", 0),
    "trigger list": ("", 0),
    "trigger remove": ("all", 0),
    "faults on": ("a-normal-tuesday", 0),
    "faults show": ("", 0),
    "faults off": ("", 0),
    "tax bills": ("", 0),
    "tax pay": ("NONE", 1),
    "tax parcel": ("3304990039,price=425,model=20g", 0),
    "parameters show": ("vat.standard", 0),
    "status": ("", 0),
    "digest": ("", 0),
    "compare": ("every other", 1),
    "profile list": ("", 0),
    "profile show": ("NONE", 1),
    "profile preview": ("NONE", 1),
    "quality show": ("", 0),
    "quality draw": ("", 0),
    "quality audit": ("", 0),
}
"""Arguments of each command that is a call of the API, in an order in which they can be made, and its exit code."""
OWNERS = frozenset(
    {
        "account add",
        "account disable",
        "account enable",
        "account list",
        "account password",
        "account unlock",
        "account webhook",
        "prune",
    }
)
"""Only for whoever owns the data folder: HTTP alone does not prove that."""
OTHERS = frozenset({"listen", "load", "replay", "scenario run", "traffic", "verify-peer"})
"""They play or follow for as long as they are told to, and have tests of their own."""


def commands(group: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            assert command is not None
            yield from commands(command, *path, name)
    else:
        yield " ".join(path), group


def test_no_help_shows_how_it_is_set() -> None:
    assert [name for name, command in commands(main) if "\\b" in command.get_help(click.Context(command))] == []


def test_every_command_works_at_any_window_or_says_why_not() -> None:
    far = {name for name, command in commands(main) if any("--url" in param.opts for param in command.params)}
    every = {name for name, _ in commands(main)}
    assert every - far == set(HERE)
    assert far - OWNERS - OTHERS == set(EVERY)


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        yield client.make_sandbox("everywhere")


def run(sandbox: SandboxClient, *arguments: str, code: int = 0) -> str:
    result = run_command(*arguments, "--url", sandbox.caller.url, "--sandbox", sandbox.name, code=code)
    return result.output


@pytest.mark.long
@pytest.mark.parametrize("place", ["folder", "window"])
def test_every_command_does_the_same_on_a_folder_and_at_a_window(
    request: pytest.FixtureRequest, tmp_path: Path, place: str
) -> None:
    where = ["--data", str(tmp_path / "data")]
    if place == "window":
        there: SandboxClient = request.getfixturevalue("sandbox")
        run(there, "sandbox", "create", "every", "--set", "open_desks=true")
        where = ["--url", there.caller.url, "--sandbox", "every"]
    order = tmp_path / "order.xml"
    order.write_text(run_command("sample", "311").output)
    wrong: list[tuple[str, str]] = []
    for name, (arguments, code) in EVERY.items():
        given = [*name.split(), *arguments.format(order=order, folder=tmp_path).split(), "--json", *where]
        result = run_command(*given)
        answered = code or json.loads(result.stdout) is not None if result.exit_code == code else False
        if not answered or "went wrong" in result.output or "another shape" in result.output:
            wrong.append((name, result.output))
    assert wrong == []


BLOCKED = """
import json, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"sqlalchemy", "flask", "apiflask", "werkzeug"}:
            raise ImportError(f"{name} is not for a client")

sys.meta_path.insert(0, Blocker())
from click.testing import CliRunner
from single_window.cli import main

for arguments in json.load(sys.stdin):
    result = CliRunner().invoke(main, arguments, env={"LANG": "C"})
    print(json.dumps([result.exit_code, result.output]))
"""
"""A process that can import neither the database's library nor that of the web, and calls commands one by one."""


def test_a_command_that_asks_a_window_imports_neither_database_nor_web(sandbox: SandboxClient, tmp_path: Path) -> None:
    run(sandbox, "sandbox", "create", "light", "--set", "open_desks=true")
    order = tmp_path / "order.xml"
    order.write_text(run_command("sample", "311").output)
    where = ["--url", sandbox.caller.url, "--sandbox", "light"]
    given = [
        [*name.split(), *arguments.format(order=order, folder=tmp_path).split(), *where]
        for name, (arguments, _) in EVERY.items()
    ]
    done = subprocess.run([sys.executable, "-c", BLOCKED], input=json.dumps(given), capture_output=True, text=True)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(EVERY), done.stderr
    wrong = {
        name: output
        for (name, (_, code)), (given_code, output) in zip(EVERY.items(), results, strict=True)
        if given_code != code or "not for a client" in output
    }
    assert wrong == {}


def test_accounts_and_pruning_are_for_whoever_owns_the_folder(sandbox: SandboxClient) -> None:
    assert "[owner-only]" in run(sandbox, "account", "list", code=1)
    assert "[owner-only]" in run(sandbox, "account", "add", "eve", "--role", "supervisor", "--generate", code=1)
    for method, given in (("GET", "query"), ("POST", "json")):
        with pytest.raises(CallRefused) as refused:
            sandbox.call(method, "/pruning", **{given: {"before": "2026-01-01"}})
        assert (refused.value.status, refused.value.codes) == (403, ["owner-only"])


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
