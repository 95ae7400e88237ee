"""The gateways in a process beside this one: the same outcomes, and a killed process is replaced without loss."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys

import pytest

from simulators.imports.stories import refund
from tests.chaos.programs import spawned
from tests.stories.story import KINDS, outcome

FAULTS = ("", "amount_differs", "guarantee_short", "annual_limit", "staged_first", "")


def played(story) -> dict[str, list[tuple[str, str]]]:
    trades = [story.trade(number, fault=fault) for number, fault in enumerate(FAULTS)]
    for kind in reversed(KINDS):
        story.file(*[story.message(trade, kind) for trade in trades if trade.document(kind) is not None])
    story.window.settle()
    released = [trade for trade in trades if story.state(trade) == "released"]
    story.submit(refund(released[0], str(story.column(released[0], "invt_no"))).body)
    story.pass_time(days=33)
    return {
        f"{number} {kind}": outcome(story.receipts(trade, kind))
        for number, trade in enumerate(trades)
        for kind in (*KINDS, "refund", "tax_bill")
    }


def test_the_same_traffic_ends_in_the_same_outcomes(start_story):
    here, beside = played(start_story("here")), played(start_story("beside", gateways=1))
    assert beside == here
    assert ("800", "2600") in here["0 inventory"]


def test_a_killed_gateway_process_is_replaced_and_its_work_is_done_once(start_story):
    story = start_story(gateways=1)
    trades = [story.trade(number) for number in range(6)]
    for trade in trades:
        story.file(*[story.message(trade, kind) for kind in KINDS])
        story.window.step()
        os.kill(story.window._beside._process.pid, signal.SIGKILL)
        story.window._beside._process.join()
    story.window.settle()
    for trade in trades:
        assert outcome(story.receipts(trade)) == [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
        assert story.bills(trade) == [("0", "made")]


def test_the_process_ends_with_the_window(start_story):
    story = start_story(gateways=1)
    story.send(story.trade())
    process = story.window._beside._process
    assert process.is_alive()
    story.window.close()
    assert process.exitcode == 0


ORPHANING = """
import os, sys
from pathlib import Path
from single_window.settings import Settings
from single_window.wiring import Window

if __name__ == "__main__":
    window = Window(Settings(data=Path(sys.argv[1]), synchronous="NORMAL", readers=0, gateways=1))
    window._beside.wake()
    window._beside.wait(30)
    print(window._beside._process.pid, flush=True)
    sys.stdin.read()
    os._exit(9)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="a process that is no child is watched by its pidfd (Linux)")
def test_the_process_ends_when_the_one_beside_it_is_killed(start_story, tmp_path):
    start_story("orphaned").window.close()
    command = [sys.executable, "-c", ORPHANING, str(tmp_path / "orphaned")]
    with spawned(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        beside = os.pidfd_open(int(parent.stdout.readline()))
        parent.stdin.close()
        assert parent.wait(30) == 9
    assert select.select([beside], [], [], 30)[0], "it still runs"
