"""Certificates over HTTP: issued, registered, listed and revoked, by programs and by the command with --url."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from single_window.process.serving import Server
from single_window_client import CallRefused, SandboxClient, WindowClient
from tests.commands import run_command
from tests.tables import each

COMPANY = "370296T088"


@pytest.fixture
def sandbox(server: Server, request: pytest.FixtureRequest) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        made = client.make_sandbox(request.node.originalname[5:35].replace("_", "-"), options={"signatures": "require"})
        yield made
        made.delete()


def issued(sandbox: SandboxClient, **body: Any) -> dict[str, Any]:
    made: dict[str, Any] = sandbox.call("POST", "/certificates", json={"company": COMPANY, **body})
    return made


@each(
    ("path", "body", "status", "code"),
    [
        ("", {"company": "no code"}, 400, "wrong-parameter"),
        ("", {"algorithm": "rsa"}, 400, "wrong-parameter"),
        ("", {"company": COMPANY, "algorithm": "dsa"}, 400, "wrong-parameter"),
        ("", {"company": COMPANY, "days": 0}, 400, "wrong-parameter"),
        ("/register", {"company": COMPANY, "certificate": "nonsense"}, 400, "wrong-parameter"),
    ],
)
def test_what_cannot_be_issued_is_refused(
    sandbox: SandboxClient, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        sandbox.call("POST", f"/certificates{path}", json=body)
    assert (refused.value.status, refused.value.codes[0]) == (status, code)


def test_one_number_is_registered_once(sandbox: SandboxClient) -> None:
    own = issued(sandbox)["certificate"]
    with pytest.raises(CallRefused) as refused:
        sandbox.call("POST", "/certificates/register", json={"company": COMPANY, "certificate": own})
    assert (refused.value.status, refused.value.codes) == (409, ["certificate-taken"])


def run(sandbox: SandboxClient, *arguments: object) -> Any:
    there = ["--url", sandbox.caller.url, "--sandbox", sandbox.name, "--json"]
    result = run_command("certificate", *arguments, *there, code=0)
    return json.loads(result.stdout)


def test_the_command_does_there_what_it_does_here(sandbox: SandboxClient, tmp_path: Path) -> None:
    made = run(sandbox, "issue", "--company", COMPANY, "--algorithm", "sm2", "--to", tmp_path)
    assert Path(made["key"]).stat().st_mode & 0o77 == 0
    assert [row["number"] for row in run(sandbox, "list")] == [made["number"]]
    assert run(sandbox, "revoke", made["number"])["holds"] is False
    other = sandbox.call("POST", "/certificates", json={"company": COMPANY})
    sandbox.reset(master_data=False)
    (tmp_path / "own.cer").write_text(other["certificate"])
    assert run(sandbox, "register", tmp_path / "own.cer", "--company", COMPANY)["number"] == other["number"]
