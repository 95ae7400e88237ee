"""The auditor is itself proved: what is put wrong into a recorded run is found and named, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from simulators.entry.reports import DOUBLED, LATE, LOST, WRONG
from simulators.verdicts.command import verdict
from single_window.recordings.events import Event, MessageEvent, ReceiptEvent
from single_window.recordings.file import RecordingFacts, open_recording, write
from tests.commands import run_command
from tests.tables import each

pytestmark = pytest.mark.long

MINUTE = 60_000
Events = Callable[[Iterable[Event], ReceiptEvent], Iterator[Event]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded day, the same played again in a quiet window and recorded there, and what its trades promise."""
    place = tmp_path_factory.mktemp("verdict")
    day = ("traffic", "tuesday", "--trades", "20", "--per-message", "1", "--quiet", "--json")
    for line in (
        (*day, "--data", place / "one"),
        (*day, "--out", place / "files"),
        ("record", place / "run.swr", "--data", place / "one", "--sandbox", "traffic"),
        ("replay", place / "run.swr", "--data", place / "two", "--sandbox", "quiet"),
        ("record", place / "quiet.swr", "--data", place / "two", "--sandbox", "quiet"),
    ):
        done = run_command(*line)
        assert done.exit_code == 0, done.output
    return place


def judged(folder: Path, run: Path, *more: str | Path) -> tuple[int, Any]:
    words = [run, "--against", folder / "quiet.swr", "--expected", folder / "files" / "expected.jsonl", "--json", *more]
    done = CliRunner().invoke(verdict, [str(word) for word in words], catch_exceptions=False)
    return done.exit_code, json.loads(done.output)


def test_two_runs_of_the_same_traffic_have_nothing_that_does_not_fit(folder: Path) -> None:
    status, result = judged(folder, folder / "run.swr")
    assert (status, result["findings"], result["ok"]) == (0, [], True)
    assert result["receipts"] > 200


def without(events: Iterable[Event], chosen: ReceiptEvent) -> Iterator[Event]:
    return (event for event in events if event is not chosen)


def twice(events: Iterable[Event], chosen: ReceiptEvent) -> Iterator[Event]:
    for event in events:
        yield event
        if event is chosen:
            yield event


def instead(changed: Callable[[ReceiptEvent], ReceiptEvent]) -> Events:
    def made(events: Iterable[Event], chosen: ReceiptEvent) -> Iterator[Event]:
        return (changed(chosen) if event is chosen else event for event in events)

    return made


def delayed(span: int) -> Events:
    return instead(lambda receipt: replace(receipt, at=receipt.at + span))


def a_fen_more(receipt: ReceiptEvent) -> ReceiptEvent:
    tax = f"{float(receipt.fields['valueAddedTax']) + 0.01:.2f}"
    return replace(receipt, fields={**receipt.fields, "valueAddedTax": tax})


LAST_OF_THE_TRADE: Mapping[str, str] = {"code": "818"}
TAX_BILL: Mapping[str, str] = {"code": "816"}
RELEASE: Mapping[str, str] = {"code": "622", "status": "800"}
LIST_TAKEN: Mapping[str, str] = {"code": "622", "status": "120"}


@each(
    ("name", "receipt", "tampered", "kind", "named"),
    [
        ("a release that was lost", RELEASE, without, LOST, "there is no receipt 800"),
        ("a tax bill that was lost", TAX_BILL, without, LOST, "there is no receipt 1"),
        ("a release that was said twice", RELEASE, twice, DOUBLED, "receipt 800"),
        ("a tax bill that was said twice", TAX_BILL, twice, DOUBLED, "receipt 1"),
        ("a collection past its limit", LAST_OF_THE_TRADE, delayed(MINUTE + 1), LATE, "60.001 s later"),
        ("a tax bill one fen too high", TAX_BILL, instead(a_fen_more), WRONG, "valueAddedTax is"),
        (
            "another code",
            LIST_TAKEN,
            instead(lambda receipt: replace(receipt, rule="1801")),
            WRONG,
            "rule is 1801, and should be",
        ),
        (
            "another status",
            TAX_BILL,
            instead(lambda receipt: replace(receipt, status="9")),
            WRONG,
            "status is 9, and should be 1",
        ),
    ],
)
def test_what_was_put_wrong_is_found_and_named_and_nothing_else(
    folder: Path,
    tmp_path: Path,
    name: str,
    receipt: Mapping[str, str],
    tampered: Events,
    kind: str,
    named: str,
) -> None:
    chosen, run = tampering(folder, tmp_path / f"{kind}.swr", receipt, tampered)
    status, result = judged(folder, run)
    findings = result["findings"]
    # what differs from the quiet run may break a promise, too
    assert {(finding["kind"], finding["trade"], finding["mailbox"]) for finding in findings} == {
        (kind, chosen.trade, chosen.mailbox)
    }, result
    assert any(named in finding["words"] for finding in findings)
    assert status == 1
    assert [check["name"] for check in result["checks"] if not check["ok"]] == [kind]


@each("span", [0, MINUTE])
def test_what_comes_within_the_limit_is_no_fault(folder: Path, tmp_path: Path, span: int) -> None:
    _, run = tampering(folder, tmp_path / "run.swr", LAST_OF_THE_TRADE, delayed(span))
    assert judged(folder, run)[1]["findings"] == []


def test_a_message_of_which_nothing_was_reported_is_named_once(folder: Path, tmp_path: Path) -> None:
    with open_recording(folder / "run.swr") as recording:
        events = list(recording.events())
        sandbox = recording.sandbox
    sent = next(event for event in events if isinstance(event, MessageEvent) and event.code == "411")
    left = [
        event
        for event in events
        if not (isinstance(event, ReceiptEvent) and event.code == "412" and event.trade == sent.trades[0])
    ]
    write(tmp_path / "run.swr", sandbox, left, RecordingFacts)
    _, result = judged(folder, tmp_path / "run.swr")
    assert [finding["kind"] for finding in result["findings"]] == [LOST]
    assert sent.transmission in result["findings"][0]["words"]


def test_a_list_that_came_to_what_its_trade_does_not_promise_is_named_without_a_quiet_run(
    folder: Path, tmp_path: Path
) -> None:
    chosen, run = tampering(
        folder, tmp_path / "run.swr", RELEASE, instead(lambda receipt: replace(receipt, status="100"))
    )
    expected = folder / "files" / "expected.jsonl"
    done = CliRunner().invoke(verdict, [str(run), "--expected", str(expected), "--json"])
    (finding,) = json.loads(done.output)["findings"]
    assert (finding["kind"], finding["trade"]) == (WRONG, chosen.trade)
    assert "should come to 800" in finding["words"]


def test_the_page_and_the_file_for_build_servers_say_the_same(folder: Path, tmp_path: Path) -> None:
    chosen, run = tampering(folder, tmp_path / "run.swr", RELEASE, without)
    page, suites = tmp_path / "page.html", tmp_path / "suites.xml"
    judged(folder, run, "--report", page, "--junit", suites)
    assert chosen.trade in page.read_text("utf-8")
    root = ElementTree.parse(suites).getroot()
    assert [element.attrib["name"] for element in root.iter("testcase") if element.find("failure") is not None] == [
        LOST
    ]


@each(
    ("more", "message"),
    [
        ([], "--against RECORDING, --expected FILE"),
        (["--expected", "FILE"], "line 1: this is no promise"),
        (["--against", "FILE"], "no whole recording"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(
    folder: Path, tmp_path: Path, more: list[str], message: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text('{"trade": 1}\n')
    done = CliRunner().invoke(
        verdict, [str(folder / "run.swr"), *(str(wrong) if name == "FILE" else name for name in more)]
    )
    assert done.exit_code != 0
    assert message in done.output


def tampering(folder: Path, file: Path, receipt: Mapping[str, str], how: Events) -> tuple[ReceiptEvent, Path]:
    """A recording in which something was done to the last sound import's receipt of this kind."""
    with open_recording(folder / "run.swr") as recording:
        events, sandbox = list(recording.events()), recording.sandbox
    sound = {
        row["trade"]
        for row in map(json.loads, (folder / "files" / "expected.jsonl").read_text("utf-8").splitlines())
        if row["flow"] == "import" and not row["fault"]
    }
    chosen = next(
        event
        for event in events
        if isinstance(event, ReceiptEvent)
        and event.trade in sound
        and all(getattr(event, name) == wanted for name, wanted in receipt.items())
    )
    file.unlink(missing_ok=True)
    write(file, sandbox, how(events, chosen), RecordingFacts)
    return chosen, file
