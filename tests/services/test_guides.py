"""The guides, typed as they stand: every command of their shell blocks, in order, with a window that is there for it.

A row says what a guide presupposes, what to read in place of what only an example is, and which blocks are left out,
and why. A call that is refused fails its page.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.chaos.engines import free_port
from tests.pages import follow, page, typed

CURL = f'exec {shutil.which("curl")} --silent --show-error --fail-with-body "$@"'
SERVED = """export SINGLE_WINDOW_WEBHOOK_PRIVATE=1
single-window run --port 8642 --ready-file ready.json > window.log 2>&1 &
until [ -f ready.json ]; do sleep 0.2; done"""
OPENED = """curl -X PATCH http://127.0.0.1:8642/api/v1/sandboxes/ci --json '{"options": {"open": true}}'"""
TRADE = """for code in 311 411 511 621; do
  single-window sample $code | curl http://127.0.0.1:8642/api/v1/messages --data-binary @- -H 'X-Sandbox: ci'
done"""
COMPANIES = "printf 'code,name,kinds\\n3702961003,青岛示例电子商务有限公司,merchant\\n' > companies.csv"
SNAPSHOT = """$(curl http://127.0.0.1:8642/api/v1/sandboxes/ci/snapshots |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["snapshots"][0]["id"])')"""
DIFFERS = "|| [ $? -eq 1 ]"
"""Behind a command that says by its status that something differs."""


class Guide(NamedTuple):
    """A page: what is typed before its first block and before others, by their place, and what is read for what."""

    before: Mapping[int, Sequence[str]] = {}
    read: Mapping[str, str] = {}
    left_out: Mapping[int, str] = {}


GUIDES = {
    "connect.md": Guide(
        before={
            0: [
                "single-window sample 311 | tee order.xml | curl http://127.0.0.1:8642/api/v1/messages --data-binary @-"
            ]
        },
        read={
            "--from 120": "--from 1",
            "https://example.org/receipts": "http://127.0.0.1:9/receipts",
            "single-window channel test DXPENT0000000001": f"single-window channel test DXPENT0000000001 {DIFFERS}",
        },
        left_out={
            3: "queues of RabbitMQ: tests/services/test_amqp_participants.py",
            4: "users of RabbitMQ, made by root",
        },
    ),
    "edifact.md": Guide(),
    "faults.md": Guide(),
    "load.md": Guide(
        before={2: ["single-window sandbox create ci"]},
        read={
            "--rate 50 --for 1m": "--rate 5 --for 5s",
            "--owner load --sandbox ci": "--owner load --sandbox ci | tee key.txt",
            "--key KEY": '--key "$(grep -o "sw_[^ ]*" key.txt)"',
        },
        left_out={0: "the same without a key", 1: "how fast a machine is", 3: "a minute of faults"},
    ),
    "outcomes.md": Guide(
        before={0: ["single-window sandbox create ci"], 2: ["single-window sample 622 > receipt.xml"]},
    ),
    "recording.md": Guide(
        read={"--what-if": f"--what-if {DIFFERS}"},
        left_out={2: "it records traffic of a live window", 4: "it measures, for minutes"},
    ),
    "testing.md": Guide(
        before={1: [OPENED, TRADE], 6: [COMPANIES]},
        left_out={5: "a decision about a case that waits"},
        read={"snapshots/1001/restore": f"snapshots/{SNAPSHOT}/restore"},
    ),
}


def script(name: str, guide: Guide) -> list[str]:
    """The lines that are typed for a page."""
    blocks, port = typed(page(name)), str(free_port())
    typed_in = [SERVED]
    for place, block in enumerate(blocks):
        typed_in += [*guide.before.get(place, ()), *(() if place in guide.left_out else (block,))]
    whole = "\n".join(typed_in)
    for example, real in {**guide.read, "8642": port}.items():
        assert example in whole, f"{name} does not say {example}"
        whole = whole.replace(example, real)
    return [whole]


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_a_guide_does_what_it_says(name: str, tmp_path: Path) -> None:
    follow(script(name, GUIDES[name]), tmp_path, {"curl": CURL})
