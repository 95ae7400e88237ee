"""The auditor is itself proved: what is put wrong into a recorded run is found and named, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from simulators.entry.reports import DOUBLED, LATE, LOST, WRONG
from simulators.verdicts.command import verdict
from single_window.cli import main
from single_window.recordings.events import Came, Event, Told
from single_window.recordings.file import Made, opened, write
from tests.tables import each

MINUTE = 60_000
Events = Callable[[Iterable[Event], Told], Iterator[Event]]


def typed(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)


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
        done = typed(*line)
        assert done.exit_code == 0, done.output
    return place


def judged(folder: Path, run: Path, *more: str | Path) -> tuple[int, Any]:
    words = [run, "--against", folder / "quiet.swr", "--expected", folder / "files" / "expected.jsonl", "--json", *more]
    done = CliRunner().invoke(verdict, [str(one) for one in words], catch_exceptions=False)
    return done.exit_code, json.loads(done.output)


def test_two_runs_of_the_same_traffic_have_nothing_that_does_not_fit(folder: Path) -> None:
    status, told = judged(folder, folder / "run.swr")
    assert (status, told["findings"], told["ok"]) == (0, [], True)
    assert told["receipts"] > 200


def without(events: Iterable[Event], chosen: Told) -> Iterator[Event]:
    return (one for one in events if one is not chosen)


def twice(events: Iterable[Event], chosen: Told) -> Iterator[Event]:
    for one in events:
        yield one
        if one is chosen:
            yield one


def instead(changed: Callable[[Told], Told]) -> Events:
    def made(events: Iterable[Event], chosen: Told) -> Iterator[Event]:
        return (changed(chosen) if one is chosen else one for one in events)

    return made


def delayed(span: int) -> Events:
    return instead(lambda one: replace(one, at=one.at + span))


def a_fen_more(one: Told) -> Told:
    tax = f"{float(one.fields['valueAddedTax']) + 0.01:.2f}"
    return replace(one, fields={**one.fields, "valueAddedTax": tax})


LAST_OF_THE_TRADE: Mapping[str, str] = {"code": "818"}
TAX_BILL: Mapping[str, str] = {"code": "816"}
RELEASE: Mapping[str, str] = {"code": "622", "status": "800"}
LIST_TAKEN: Mapping[str, str] = {"code": "622", "status": "120"}


@each(
    ("what", "receipt", "tampered", "kind", "named"),
    [
        ("a release that was lost", RELEASE, without, LOST, "there is no receipt 800"),
        ("a tax bill that was lost", TAX_BILL, without, LOST, "there is no receipt 1"),
        ("a release that was said twice", RELEASE, twice, DOUBLED, "receipt 800"),
        ("a tax bill that was said twice", TAX_BILL, twice, DOUBLED, "receipt 1"),
        ("a release past its limit", RELEASE, delayed(MINUTE + 1), LATE, "60.001 s later"),
        ("a tax bill one fen too high", TAX_BILL, instead(a_fen_more), WRONG, "valueAddedTax is"),
        (
            "another code",
            LIST_TAKEN,
            instead(lambda one: replace(one, rule="1801")),
            WRONG,
            "rule is 1801, and should be",
        ),
        (
            "another status",
            TAX_BILL,
            instead(lambda one: replace(one, status="9")),
            WRONG,
            "status is 9, and should be 1",
        ),
    ],
)
def test_what_was_put_wrong_is_found_and_named_and_nothing_else(
    folder: Path,
    tmp_path: Path,
    what: str,
    receipt: Mapping[str, str],
    tampered: Events,
    kind: str,
    named: str,
) -> None:
    chosen, run = tampering(folder, tmp_path / f"{kind}.swr", receipt, tampered)
    status, told = judged(folder, run)
    found = told["findings"]
    assert [(one["kind"], one["trade"], one["mailbox"]) for one in found] == [(kind, chosen.trade, chosen.mailbox)], (
        told
    )
    assert named in found[0]["words"]
    assert status == 1
    assert [one["name"] for one in told["checks"] if not one["ok"]] == [kind]


@each("span", [0, MINUTE])
def test_what_comes_within_the_limit_is_no_fault(folder: Path, tmp_path: Path, span: int) -> None:
    _, run = tampering(folder, tmp_path / "run.swr", RELEASE, delayed(span))
    assert judged(folder, run)[1]["findings"] == []


def test_a_message_of_which_nobody_was_told_anything_is_named_once(folder: Path, tmp_path: Path) -> None:
    with opened(folder / "run.swr") as found:
        events = list(found.events())
        sandbox = found.sandbox
    sent = next(one for one in events if isinstance(one, Came) and one.code == "411")
    left = [one for one in events if not (isinstance(one, Told) and one.code == "412" and one.trade == sent.trades[0])]
    write(tmp_path / "run.swr", sandbox, left, Made)
    _, told = judged(folder, tmp_path / "run.swr")
    assert [one["kind"] for one in told["findings"]] == [LOST]
    assert sent.transmission in told["findings"][0]["words"]


def test_a_list_that_came_to_what_its_trade_does_not_promise_is_named_without_a_quiet_run(
    folder: Path, tmp_path: Path
) -> None:
    chosen, run = tampering(folder, tmp_path / "run.swr", RELEASE, instead(lambda one: replace(one, status="100")))
    expected = folder / "files" / "expected.jsonl"
    done = CliRunner().invoke(verdict, [str(run), "--expected", str(expected), "--json"])
    (found,) = json.loads(done.output)["findings"]
    assert (found["kind"], found["trade"]) == (WRONG, chosen.trade)
    assert "should come to 800" in found["words"]


def test_the_page_and_the_file_for_build_servers_say_the_same(folder: Path, tmp_path: Path) -> None:
    chosen, run = tampering(folder, tmp_path / "run.swr", RELEASE, without)
    page, suites = tmp_path / "page.html", tmp_path / "suites.xml"
    judged(folder, run, "--report", page, "--junit", suites)
    assert chosen.trade in page.read_text("utf-8")
    root = ElementTree.parse(suites).getroot()
    assert [one.attrib["name"] for one in root.iter("testcase") if one.find("failure") is not None] == [LOST]


@each(
    ("more", "said"),
    [
        ([], "--against RECORDING, --expected FILE"),
        (["--expected", "FILE"], "line 1: this is no promise"),
        (["--against", "FILE"], "no whole recording"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_to_do(
    folder: Path, tmp_path: Path, more: list[str], said: str
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text('{"trade": 1}\n')
    done = CliRunner().invoke(
        verdict, [str(folder / "run.swr"), *(str(wrong) if one == "FILE" else one for one in more)]
    )
    assert done.exit_code != 0
    assert said in done.output


def tampering(folder: Path, file: Path, receipt: Mapping[str, str], how: Events) -> tuple[Told, Path]:
    """A recording in which something was done to the last sound import's receipt of this kind."""
    with opened(folder / "run.swr") as found:
        events, sandbox = list(found.events()), found.sandbox
    sound = {
        one["trade"]
        for one in map(json.loads, (folder / "files" / "expected.jsonl").read_text("utf-8").splitlines())
        if one["flow"] == "import" and not one["fault"]
    }
    chosen = next(
        one
        for one in events
        if isinstance(one, Told)
        and one.trade in sound
        and all(getattr(one, name) == wanted for name, wanted in receipt.items())
    )
    file.unlink(missing_ok=True)
    write(file, sandbox, how(events, chosen), Made)
    return chosen, file
