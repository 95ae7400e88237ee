"""`single-window listen`: receipts as they come, passed on in order to a program that may be away at first."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from single_window.channels.webhook_headers import headers, signature
from single_window.process.serving import Server
from single_window.receipts.messages import ReceiptsMessage
from single_window_client import SandboxClient, WindowClient
from tests.commands import run_command
from tests.receivers import receiving, status


@pytest.fixture(scope="module")
def sandbox(server: Server) -> Iterator[SandboxClient]:
    with WindowClient(server.url) as client:
        made = client.make_sandbox("listened")
        trade = made.sample()
        made.submit(trade)
        made.wait_for(trade, 800)
        made.settle()
        yield made


def listened(sandbox: SandboxClient, *arguments: str) -> list[str]:
    box = sandbox.sample().mailbox("621")
    result = run_command("listen", box, "--url", sandbox.caller.url, "--sandbox", sandbox.name, *arguments, code=0)
    return result.stdout.splitlines()


def test_it_prints_what_lies_there_in_order(sandbox: SandboxClient) -> None:
    result = [json.loads(line) for line in listened(sandbox, "--json", "--count", "3")]
    assert [receipt["sequence"] for receipt in result] == [1, 2, 3]
    assert "[Code:1800;" in listened(sandbox, "--count", "4")[-1]
    assert [json.loads(line)["sequence"] for line in listened(sandbox, "--json", "--count", "1", "--after", "2")] == [3]


def test_it_posts_each_receipt_until_it_is_taken(sandbox: SandboxClient) -> None:
    with receiving(status(503)) as receiver:
        result = listened(sandbox, "--forward-to", receiver.url, "--count", "2", "--json")
    told, *printed = [json.loads(line) for line in result]
    assert [line["forwarded"] for line in printed] == ["204", "204"]
    for posted in receiver.posted:
        timestamp = int(posted.headers["X-Single-Window-Timestamp"])
        expected = f"sha256={signature(told['secret'], timestamp, posted.body)}"
        assert posted.headers["X-Single-Window-Signature"] == expected
    first, again, _ = [posted.headers["X-Single-Window-Delivery"] for posted in receiver.posted]
    assert first == again, "the same receipt keeps its id"
    assert [posted.headers["X-Single-Window-Sequence"] for posted in receiver.posted] == ["1-1", "1-1", "2-2"]
    assert receiver.posted[0].body == receiver.posted[1].body and b"CEB312Message" in receiver.posted[0].body


def test_it_has_the_headers_of_a_webhook_and_signs_with_a_chosen_secret(sandbox: SandboxClient) -> None:
    with receiving() as receiver:
        (line,) = listened(sandbox, "--forward-to", receiver.url, "--count", "1", "--secret", "hunter2", "--json")
    (posted,) = receiver.posted
    webhook = headers("s", ReceiptsMessage("", "", "", 1, 1, "312", b""), 1)
    assert webhook.keys() <= posted.headers.keys() and "secret" not in json.loads(line)
    timestamp = int(posted.headers["X-Single-Window-Timestamp"])
    assert posted.headers["X-Single-Window-Signature"] == f"sha256={signature('hunter2', timestamp, posted.body)}"


def test_a_window_that_is_not_there_is_reported(tmp_path: object) -> None:
    result = run_command("listen", "DXPENT0000000001", "--data", tmp_path)
    assert result.exit_code == 1 and "--url" in result.output
