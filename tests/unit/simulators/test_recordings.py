"""A recording of a sandbox, played again: it comes to the same, also in another order, after an interrupt, or moved."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from errno import ENOSPC
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from gateways.circumstances import Options
from schemas.identifiers import is_valid_guid, is_valid_s10
from schemas.signature import keys
from schemas.signature.algorithms import Key
from simulators.signing import CompanySigners
from single_window.accounts.people import OPERATOR
from single_window.cases.digests.lines import digest_of
from single_window.cases.digests.outcomes import common, outcomes
from single_window.clock import Clock, system_now
from single_window.intake.trades import sample
from single_window.master_data import certificates
from single_window.master_data.importing import import_csv
from single_window.recordings import file, inside, playing, resume_file
from single_window.recordings.events import WITH_CHANGES, MessageEvent, OfficerAct, ReceiptEvent, SandboxChanged
from single_window.recordings.moving import RoundMove
from single_window.recordings.numbers import IssuedNumber, Numbers, subject_of
from single_window.recordings.playing import Progress, ReplayPlan
from single_window.recordings.resume_file import ProgressNote
from single_window.recordings.waves import Wave, divide_into_waves, parse_instant, shuffle_wave
from single_window.wiring import Window
from single_window_client.trades import SampleTrade
from tests.brokers import empty_vhost
from tests.commands import run_command
from tests.databases import made_database, read_by, window_in
from tests.officers import act
from tests.running import address, running

pytestmark = pytest.mark.long

TRAFFIC = ("--sandbox", "traffic")
AMENDED, AMENDED_UNSEEN, LATER = "amended", "amended unseen", "later"


def recorded(data: Path, sandbox: str) -> Path:
    done = run_command("record", data.parent / f"{sandbox}.swr", "--data", data, "--sandbox", sandbox)
    assert done.exit_code == 0, done.output
    return data.parent / f"{sandbox}.swr"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded day of traffic: cancellations, returns and intake notes name numbers that the window gave."""
    data = tmp_path_factory.mktemp("day") / "data"
    run_command("traffic", "tuesday", "--trades", "30", "--per-message", "1", "--data", data, "--quiet", "--json")
    return recorded(data, "traffic")


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded sandbox in which calls forced reviews, and an officer decided each list, an hour later."""
    data = tmp_path_factory.mktemp("decided") / "data"
    morning = parse_instant("2026-11-24T08:00")
    with closing(window_in(data)) as window:
        still = Clock("virtual", morning, system_now(), Decimal(0))
        window.make_sandbox("ci", Options(inspection=False, automatic_officer=False), "", still)
        for number, action in enumerate(("conclude", "reject", "conclude")):
            trade = sample("import", f"decided {number}", morning)
            readings = [
                window.read("ci", body)._replace(scenario="reviewed" if code == "621" else "")
                for code, body in trade.messages.items()
            ]
            window.commit_messages("ci", "http", readings)
            window.advance("ci", morning + (number + 1) * 3_600_000)
            act(window, "ci", trade.order_no, action, "模拟", OPERATOR, as_declared=True)
            window.settle()
    return recorded(data, "ci")


@pytest.fixture(scope="module")
def claimed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded sandbox of exports whose items are claimed for refund of tax."""
    data = tmp_path_factory.mktemp("claimed") / "data"
    run_command(
        "year", "--only", "several_rates", "--only", "rate_cut", "--trades", "0", "--data", data, "--quiet", "--json"
    )
    return recorded(data, "year")


CHANGES: tuple[Callable[[Window], object], ...] = (
    lambda window: window.set_options("ci", rounding="P2"),
    lambda window: import_csv(window, "ci", "persons", "id_number,name\n370202199001011237,王某某\n"),
    lambda window: certificates.revoke(window, "ci", "01000001"),
    lambda window: window.set_options("ci", signatures="off", guarantee_short="reject"),
)
"""What changes in a sandbox between its trades."""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded sandbox that requires signatures, in which options and certificates change between trades."""
    data = tmp_path_factory.mktemp("changed") / "data"
    morning = parse_instant("2026-11-24T08:00")
    with closing(window_in(data)) as window:
        still = Clock("virtual", morning, system_now(), Decimal(0))
        window.make_sandbox("ci", Options(inspection=False, signatures="require", rounding="P1"), "", still)
        signers = CompanySigners(partial(issued, window))
        for number, change in enumerate((*CHANGES, lambda window: None)):
            messages = sample("import", f"changed {number}", morning).messages
            sent(window, {code: signers.sign_message(body) for code, body in messages.items()}, "")
            change(window)
    return recorded(data, "ci")


def issued(window: Window, company: str, kind: str) -> Mapping[str, str]:
    made = certificates.issue(window, "ci", company, Key(kind))
    return {"certificate": made.certificate.base64, "key": keys.to_pem(made.key).decode()}


ON_PURPOSE = "测试"
MINDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "undone": (("suspend",), ("review",), ("conclude",)),
    "at once": (("reject", "conclude"),),
    "amended": (("reject",), (AMENDED,), ("conclude",)),
    "amended unseen": (("reject",), (AMENDED_UNSEEN,)),
    "later": (("suspend",), (LATER,), ("reject",)),
}
"""What officers do about a list, one after the other; what stands together is filed before any of it is carried out."""


@pytest.fixture(scope="module")
def in_two_minds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded sandbox in which officers change their minds, undo what they did, and decide the same list at once."""
    data = tmp_path_factory.mktemp("minds") / "data"
    morning = parse_instant("2026-11-24T08:00")
    with closing(window_in(data)) as window:
        still = Clock("virtual", morning, system_now(), Decimal(0))
        window.make_sandbox("ci", Options(inspection=False, automatic_officer=False), "", still)
        for name, minds in MINDS.items():
            trade = sample("import", name, morning)
            sent(window, trade.messages, "reviewed")
            for together in minds:
                for action in together:
                    if action == LATER:
                        window.advance("ci", window.now("ci") + 7_200_000)
                    elif action in {AMENDED, AMENDED_UNSEEN}:
                        sent(window, {"621": amended(trade)}, "reviewed" if action == AMENDED else "")
                    else:
                        act(window, "ci", trade.order_no, action, ON_PURPOSE, OPERATOR)
                window.settle()
    return recorded(data, "ci")


def sent(window: Window, messages: Mapping[str, bytes], scenario: str) -> None:
    readings = [
        window.read("ci", body)._replace(scenario=scenario if code == "621" else "") for code, body in messages.items()
    ]
    assert [admitted.status for admitted in window.commit_messages("ci", "http", readings)] == [202] * len(readings)
    window.settle()


def amended(trade: SampleTrade) -> bytes:
    """The list of a trade as it is sent once more, a minute later."""
    later = trade.changed("621", appTime="20261124080100").messages["621"]
    return re.sub(rb'(<\S+CEB621Message [^>]*guid=")[0-9A-F]{8}', rb"\g<1>00000000", later, count=1)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and data of a window at work; each test plays in sandboxes of its own."""
    folder = tmp_path_factory.mktemp("there")
    with running("run", folder, port=0) as program:
        yield address(program), folder / "data"


def replay(recording: Path, data: Path, *more: str) -> tuple[int, dict[str, Any]]:
    return replay_at(("--data", data, "--sandbox", "again"), recording, *more)


Place = tuple[str | Path, ...]
"""The options of a replay that say where its sandbox is made: on a data folder in process, or at an address."""


def replay_at(place: Place, recording: Path, *more: str) -> tuple[int, dict[str, Any]]:
    done = run_command("replay", recording, *place, "--json", *more)
    assert done.stdout, done.output
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture(params=["in process", pytest.param("over http", marks=pytest.mark.long)])
def place(request: pytest.FixtureRequest, there: tuple[str, Path], tmp_path: Path) -> Place:
    name = sha256(request.node.name.encode()).hexdigest()[:12]
    where = ("--data", tmp_path / "data") if request.param == "in process" else ("--url", there[0])
    return (*where, "--sandbox", name)


@pytest.mark.parametrize(
    "more",
    [(), ("--shuffle", "one"), pytest.param(("--shuffle", "other"), marks=pytest.mark.long)],
    ids=["order", "one", "other"],
)
def test_a_replay_comes_to_the_digest_of_the_recording(day: Path, place: Place, more: tuple[str, ...]) -> None:
    status, result = replay_at(place, day, *more)
    assert (status, result["equal"], result["digest"]) == (0, True, result["recorded"])
    assert result["messages"] == result["answered_alike"] > 100
    assert result["may_differ"] == ""


def test_what_was_changed_midway_is_changed_at_the_same_instant(changed: Path, place: Place) -> None:
    status, result = replay_at(place, changed)
    assert (status, result["equal"], result["digest"]) == (0, True, result["recorded"])


def test_a_recording_begins_with_the_options_of_the_beginning(changed: Path) -> None:
    with file.open_recording(changed) as recording:
        changes = [event for event in recording.events() if isinstance(event, SandboxChanged)]
        assert (recording.sandbox.options["rounding"], recording.sandbox.options["signatures"]) == ("P1", "require")
        assert recording.manifest.version == WITH_CHANGES
        assert recording.manifest.left_out == {}
    assert [change.values for change in changes if change.kind == "options"] == [
        {"rounding": "P2"},
        {"signatures": "off", "guarantee_short": "reject"},
    ]
    assert {change.kind for change in changes} == {"options", "master_data", "certificate", "revocation"}


def test_claims_for_refund_name_items_by_the_numbers_of_their_own_sandbox(claimed: Path, place: Place) -> None:
    """In another order of the trades lists have other numbers; an item has that of its list, and a line."""
    status, result = replay_at(place, claimed, "--shuffle", "b")
    assert (status, result["equal"]) == (0, True)


@pytest.mark.parametrize(
    "speed", [(), pytest.param(("--speed", "1000"), marks=pytest.mark.long)], ids=["in steps", "at a speed"]
)
def test_officers_acts_and_scenarios_of_calls_are_played_too(
    decided: Path, place: Place, speed: tuple[str, ...]
) -> None:
    over_http = place[0] == "--url"
    status, result = replay_at(place, decided, *(speed if over_http else ()))
    assert (status, result["equal"], result["acts"], result["acts_not_done"]) == (0, True, 3, 0)
    assert (result["messages"], result["answered_alike"], result["audit"]["balanced"]) == (12, 12, True)
    assert (result["pace"] is not None) == over_http


@pytest.mark.long
def test_officers_in_two_minds_come_to_the_same_each_time(in_two_minds: Path, tmp_path: Path) -> None:
    for number in range(3):
        status, result = replay(in_two_minds, tmp_path / f"{number}", "--strict")
        assert (status, result["equal"], result["sequence"]["equal"]) == (0, True, True), result
        assert (result["acts"], result["acts_not_done"]) == (9, 0)
    status, result = replay(in_two_minds, tmp_path / "faster")
    assert (status, result["equal"]) == (0, True), "what concerns other trades is worked together"


@pytest.mark.long
def test_a_day_under_a_profile_of_undecided_officers_comes_to_the_same(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run_command("sandbox", "create", "traffic", "--on", "2026-11-24", "--data", data)
    run_command("faults", "on", "officers-in-two-minds", "--data", data, *TRAFFIC)
    run_command("traffic", "tuesday", "--trades", "30", "--per-message", "1", "--data", data, "--quiet", "--json")
    shown = run_command("faults", "show", "--json", "--data", data, *TRAFFIC)
    assert json.loads(shown.stdout)["done"] > 5
    day_of_faults = recorded(data, "traffic")
    for number in range(3):
        status, result = replay(day_of_faults, tmp_path / f"{number}", "--strict")
        assert (status, result["equal"], result["sequence"]["equal"]) == (0, True, True)


def test_played_strictly_a_day_comes_to_the_recorded_order_and_instants(day: Path, tmp_path: Path) -> None:
    status, result = replay(day, tmp_path / "data", "--strict")
    assert (status, result["equal"], result["sequence"]["equal"]) == (0, True, True)
    with file.open_recording(day) as recording:
        assert result["sequence"]["digest"] == recording.manifest.sequence
        assert result["sequence"]["deliveries"] == recording.manifest.receipts


def test_in_another_order_only_the_sequence_is_another(day: Path, tmp_path: Path) -> None:
    status, result = replay(day, tmp_path / "data", "--shuffle", "any")
    assert (status, result["equal"], result["sequence"]["equal"]) == (0, True, False)


def test_strictly_another_order_is_a_failure(in_two_minds: Path, tmp_path: Path) -> None:
    with file.open_recording(in_two_minds) as recording:
        manifest = recording.manifest
        made = file.RecordingFacts(manifest.digest, manifest.outcomes, sequence=manifest.sequence[::-1])
        file.write(tmp_path / "other.swr", recording.sandbox, recording.events(), lambda: made)
    status, result = replay(tmp_path / "other.swr", tmp_path / "data", "--strict")
    assert (status, result["equal"], result["sequence"]["equal"]) == (1, True, False)


def test_without_its_acts_it_comes_to_something_else(decided: Path, place: Place, tmp_path: Path) -> None:
    with file.open_recording(decided) as recording:
        rest = [event for event in recording.events() if not isinstance(event, OfficerAct)]
        made = file.RecordingFacts(recording.manifest.digest, recording.manifest.outcomes)
        file.write(tmp_path / "rest.swr", recording.sandbox, rest, lambda: made)
    status, result = replay_at(place, tmp_path / "rest.swr")
    assert (status, result["equal"]) == (1, False)


class Interrupted(BaseException):
    """Whoever plays is stopped."""


@pytest.mark.parametrize("waves", [1, 3, 5])
def test_what_was_interrupted_goes_on_and_does_nothing_twice(decided: Path, tmp_path: Path, waves: int) -> None:
    noted: list[Progress] = []

    def stop(done: Progress) -> None:
        if len(noted) == waves:
            raise Interrupted
        noted.append(done)

    with file.open_recording(decided) as recording:
        with closing(window_in(tmp_path / "data")) as window:
            into = inside.make_sandbox(window, recording.sandbox, "again", parse_instant("2026-11-24T08:00"), {})
            with pytest.raises(Interrupted):
                playing.play_recording(recording, ReplayPlan(), into, progress=stop)
        with closing(window_in(tmp_path / "data")) as window:
            there = inside.InsideSandbox(window, "again", inside.acts_of_officers(window, "again") - noted[-1].acts)
            ended = playing.play_recording(recording, ReplayPlan(), there, noted[-1])
            assert (ended.acts, ended.undone, inside.acts_of_officers(window, "again")) == (3, 0, 3)
            digest = digest_of(read_by(window.engine, outcomes, "again"))
        assert digest.sha256 == recording.manifest.digest


def test_loops_have_numbers_of_their_own(decided: Path, place: Place) -> None:
    status, result = replay_at(place, decided, "--loops", "3", "--days", "1")
    assert (status, result["equal"], result["acts"], result["acts_not_done"]) == (0, None, 9, 0)
    with file.open_recording(decided) as recording:
        assert result["outcomes"] == 3 * recording.manifest.outcomes


def test_what_is_not_chosen_is_not_played(day: Path, place: Place) -> None:
    status, result = replay_at(place, day, "--type", "311", "--type", "411")
    assert (status, result["messages"], result["equal"]) == (0, 42, None)


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        (("--set", "rounding=P2"), "tax bill vat"),
        (("--parameter", "inspection.rates=ordinary=1 dishonest=1"), "list lane green → inspection"),
    ],
    ids=["option", "dated value"],
)
def test_what_if_names_what_changes(day: Path, place: Place, changed: tuple[str, ...], difference: str) -> None:
    done = run_command("replay", day, *place, *changed, "--what-if")
    assert done.exit_code == 1, done.output
    assert difference in done.output
    assert f"{place[-1]}-as-recorded" in done.output


def test_with_another_option_what_changed_is_said_and_counted(day: Path, place: Place) -> None:
    status, result = replay_at(place, day, "--set", "rounding=P2")
    assert (status, result["equal"]) == (0, None)
    assert result["differences"]["outcomes"] == sum(result["differences"]["causes"].values()) > 0
    assert "tax bill vat" in result["differences"]["causes"]
    assert replay_at((*place[:-1], "same"), day)[1]["differences"] is None


def test_a_dated_value_that_cannot_be_changed_is_refused(day: Path, place: Place) -> None:
    done = run_command("replay", day, *place, "--parameter", "limits.annual=1")
    assert (done.exit_code, "limits.annual" in done.output) == (1, True), done.output


@pytest.mark.long
def test_over_http_triggers_are_not_made_and_the_result_says_so(decided: Path, there: tuple[str, Path]) -> None:
    with file.open_recording(decided) as recording:
        trigger = {"id": 1, "name": "t", "match": "{}", "action": "{}", "times": 0, "left": 0, "made_at": 0}
        sandbox = structs.replace(recording.sandbox, triggers=(trigger,))
        made = file.RecordingFacts("0" * 64, recording.manifest.outcomes)
        file.write(decided.with_name("forced.swr"), sandbox, recording.events(), lambda: made)
    place = ("--url", there[0], "--sandbox", "forced")
    status, result = replay_at(place, decided.with_name("forced.swr"))
    assert (status, result["equal"]) == (0, False)
    assert result["may_differ"] == "triggers of the sandbox (1) are not made over HTTP"


def test_a_moved_number_is_the_same_wherever_it_stands_and_its_check_digit_holds() -> None:
    first, other = RoundMove(1), RoundMove(2)
    assert first.number("D261124A033D0000003") == first.key("3702960C2X|D261124A033D0000003").partition("|")[2]
    assert len({moved.number("D261124A033D0000003") for moved in (RoundMove(), first, other)}) == 3
    assert is_valid_s10(first.number("EE473124829CN"))
    assert is_valid_guid(first.number("50B7C790-45DA-756E-05B1-C65E9E70CCC6"))
    assert RoundMove(0, 30).text("appTime", "20261124235959") == "20261224235959"
    assert RoundMove(0, 30).text("buyerName", "20261124235959") == "20261124235959"


def test_a_recording_holds_all_that_came_and_went_out(day: Path) -> None:
    with file.open_recording(day) as recording:
        counted = [
            sum(isinstance(event, kind) for event in recording.events())
            for kind in (MessageEvent, OfficerAct, ReceiptEvent)
        ]
        assert counted == [recording.manifest.messages, recording.manifest.acts, recording.manifest.receipts]
        assert counted[0] > 100
        assert counted[2] > 250


def _cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _turned(whole: bytes) -> bytes:
    return whole[:5_000] + bytes([whole[5_000] ^ 255]) + whole[5_001:]


def _foreign(_: bytes) -> bytes:
    return b"PK\x05\x06" + bytes(18)


def _empty(_: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("harm", [_cut, _turned, _foreign, _empty])
def test_what_is_no_whole_recording_is_refused_before_anything_is_played(day: Path, tmp_path: Path, harm: Any) -> None:
    harmed = tmp_path / "harmed.swr"
    harmed.write_bytes(harm(day.read_bytes()))
    done = run_command("replay", harmed, "--data", tmp_path / "data", "--sandbox", "again")
    assert (done.exit_code, "is no whole recording" in done.output) == (1, True), done.output
    assert "again" not in run_command("sandbox", "list", "--data", tmp_path / "data").output


def test_a_newer_recording_and_one_whose_events_were_changed_are_refused(day: Path, tmp_path: Path) -> None:
    for name, old, new, text in (
        ("manifest.json", b'"version":1', b'"version":9', "version 9"),
        ("events.jsonl", b'"http"', b'"htpp"', "is not what the manifest says"),
        ("events.jsonl", b'"process"', b'"prozess"', "is not what the manifest says"),
    ):
        changed = tmp_path / "changed.swr"
        with zipfile.ZipFile(day) as whole, zipfile.ZipFile(changed, "w") as other:
            result = {member: whole.read(member) for member in whole.namelist()}
            if old not in result[name]:
                continue
            for entry, body in result.items():
                other.writestr(entry, body.replace(old, new) if entry == name else body)
        done = run_command("replay", changed, "--data", tmp_path / "data", "--sandbox", "again")
        assert (done.exit_code, text in done.output) == (1, True), done.output


def test_nothing_half_done_is_left_where_writing_ends_early(day: Path, tmp_path: Path) -> None:
    def ends() -> Any:
        yield from (event for event, _ in zip(recording.events(), range(100), strict=False))
        raise OSError(28, "No space left on device")

    with file.open_recording(day) as recording, pytest.raises(OSError, match="No space"):
        file.write(tmp_path / "half.swr", recording.sandbox, ends(), file.RecordingFacts)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_and_a_sandbox_that_is_there_are_left_alone(day: Path, tmp_path: Path) -> None:
    before = day.read_bytes()
    refused = run_command("record", day, "--data", day.parent / "data", *TRAFFIC)
    assert (refused.exit_code, day.read_bytes() == before) == (1, True)
    again = run_command("replay", day, "--data", day.parent / "data", *TRAFFIC)
    assert (again.exit_code, "There is a sandbox 'traffic' already" in again.output) == (1, True)


@pytest.mark.long
@pytest.mark.service
def test_what_was_recorded_on_sqlite_comes_to_the_same_on_postgresql_and_rabbitmq(
    day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made_database("postgresql", tmp_path) as database, empty_vhost() as vhost:
        monkeypatch.setenv("SINGLE_WINDOW_DATABASE", database)
        monkeypatch.setenv("SINGLE_WINDOW_BROKER", vhost.url)
        monkeypatch.setenv("SINGLE_WINDOW_BATCH", "7")
        status, result = replay(day, tmp_path / "data", "--shuffle", "engines")
    assert (status, result["equal"], result["digest"]) == (0, True, result["recorded"])


def stopping(waves: int) -> Any:
    """What notes how far it is, and is stopped after so many waves."""
    noted, left = ProgressNote.__call__, iter(range(waves))

    def note(self: ProgressNote, done: Progress) -> None:
        if next(left, None) is None:
            raise Interrupted
        noted(self, done)

    return note


def test_a_ledger_that_does_not_balance_fails_the_replay_here_and_there(
    decided: Path, there: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is interrupted, a company comes to owe what nobody booked."""
    url, data = there
    for far, folder in ((("--url", url), data), (("--data", tmp_path / "here"), tmp_path / "here")):
        place = (*far, "--sandbox", "unbalanced", "--json")
        with monkeypatch.context() as patched, pytest.raises(Interrupted):
            patched.setattr(ProgressNote, "__call__", stopping(2))
            run_command("replay", decided, *place)
        with sqlite3.connect(folder / "window.sqlite3") as database:
            database.execute("INSERT INTO refund_account (sandbox, ebc_code, set_off) VALUES ('unbalanced', 'E', 1000)")
        done = run_command("replay", decided, *place, "--resume")
        audit = json.loads(done.stdout)["audit"]
        broken = [ledger["name"] for ledger in audit["ledgers"] if not ledger["balanced"]]
        assert (done.exit_code, audit["balanced"], broken) == (1, False, ["refund"]), far


def test_over_http_it_goes_on_where_it_was_stopped_and_begins_on_another_day(
    decided: Path, there: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, suite = tmp_path / "replay.html", tmp_path / "replay.xml"
    url, data = there
    far = ("--url", url, "--sandbox", "far", "--json")
    with monkeypatch.context() as patched, pytest.raises(Interrupted):
        patched.setattr(ProgressNote, "__call__", stopping(2))
        run_command("replay", decided, *far)
    other = run_command("replay", decided, *far, "--set", "inspection=false", "--resume")
    done = run_command("replay", decided, *far, "--resume", "--report", page, "--junit", suite)
    nothing = run_command("replay", decided, *far, "--resume")
    later = run_command("replay", decided, *far, "--sandbox", "later", "--on", "2026-12-24")
    assert (other.exit_code, "of other options" in other.output) == (1, True)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["acts"] == 3
    assert (nothing.exit_code, "nothing was interrupted" in nothing.output) == (1, True)
    assert later.exit_code == 0, later.output
    came = json.loads(run_command("digest", "--data", data, "--sandbox", "far", "--json").stdout)
    with file.open_recording(decided) as recording:
        assert came["sha256"] == recording.manifest.digest
    assert ("回放报告" in page.read_text(), 'failures="0"' in suite.read_text()) == (True, True)


def test_a_place_that_cannot_be_written_stops_no_replay(
    decided: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, mode: str) -> Any:
        path.touch()
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(resume_file, "open_file", full)
    done = run_command("replay", decided, "--data", tmp_path / "data", "--sandbox", "full")
    assert done.exit_code == 0, done.output
    assert "cannot be written (No space left on device): --resume will not be possible" in " ".join(done.output.split())
    assert not list(decided.parent.glob("*.full.replay*"))


def test_what_means_nothing_together_is_refused_with_what_does(decided: Path) -> None:
    url = ("--url", "http://127.0.0.1:9")
    for options, message in (
        (("--what-if",), "requires --set"),
        (("--parameter", "limits.annual"), "write NAME=VALUE"),
        ((*url, "--strict"), "--strict requires a replay in process"),
        (("--speed", "2"), "requires --url"),
        (("--strict", "--shuffle", "any"), "--strict requires a replay in process"),
        (("--strict", "--resume"), "--strict requires a replay in process"),
        (("--strict", "--loops", "2"), "--strict requires a replay in process"),
    ):
        done = run_command("replay", decided, *options)
        assert (done.exit_code, message in " ".join(done.output.split())) == (2, True), done.output


def test_a_what_if_goes_on_where_it_was_stopped(
    decided: Path, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("replay", decided, *place, "--set", "inspection=false", "--what-if")
    page = tmp_path / "compare.html"
    for waves, resume in ((1, ()), (6, ("--resume",))):
        with monkeypatch.context() as patched, pytest.raises(Interrupted):
            patched.setattr(ProgressNote, "__call__", stopping(waves))
            run_command(*command, *resume)
    done = run_command(*command, "--resume", "--report", page)
    assert done.exit_code in {0, 1}, done.output
    assert "outcomes" in done.output
    assert "两次运行的比较" in page.read_text()


def test_a_number_of_the_window_becomes_that_which_the_same_receipt_has_here() -> None:
    numbers, queries = Numbers(), list[str]()
    for place, number in enumerate(("42402026I000000001", "42402026I000000002")):
        fields = {"invtNo": number, "copNo": "L261124A033D0000000"}
        numbers.receive(
            ReceiptEvent(place, 0, "DXPENT0000000001", "622", "inventory", f"A|{place}", "", "800", fields=fields)
        )

    def ask(place: IssuedNumber) -> str:
        queries.append(f"{place.receipt.key} {place.name}")
        return "" if place.receipt.key == "A|1" else "42402026I000000777"

    assert numbers.of("42402026I000000001", ask) == "42402026I000000777"
    assert numbers.of("42402026I000000002", ask) == "42402026I000000002"
    assert numbers.of("L261124A033D0000000", ask) == "L261124A033D0000000"
    assert queries == ["A|0 invtNo", "A|1 invtNo"]


@pytest.mark.parametrize(
    ("recorded_text", "now"),
    [
        ("420020260000000007", "420020260000000777"),
        ("420020260000000007003", "420020260000000777003"),
        ("清单42002026S000000007的货物", "清单42002026S000000777的货物"),
        ("420020260000000008003", "420020260000000008003"),
        ("S42002026S000000007", "S42002026S000000007"),
    ],
    ids=["a summary declaration", "an item of one", "among words", "of nothing that came", "inside another number"],
)
def test_a_number_is_translated_wherever_it_stands(recorded_text: str, now: str) -> None:
    numbers = Numbers()
    fields = {"sumNo": "42002026S000000007", "entryId": "420020260000000007", "invtNo": "42402026E000000001"}
    numbers.receive(ReceiptEvent(1, 0, "DXPENT0000000001", "792", "summary_result", "any", "H26011047", fields=fields))
    assert numbers.of(recorded_text, lambda place: str(fields[place.name]).replace("007", "777")) == now


def test_a_receipt_whose_key_the_window_assigns_is_known_by_its_content() -> None:
    content = {"ebcCode": "3702967Y76", "entryId": "420020260000000001", "lines": [{"invtNo": "42402026E000000002"}]}
    there = {"ebcCode": "3702967Y76", "entryId": "420020260000001001", "lines": [{"invtNo": "42402026E000001002"}]}
    key, of_another = "42002026S000000003|E20260000000000001|1", {**content, "ebcCode": "37029680XL"}
    assert subject_of("summary_result", key, content) == subject_of("summary_result", "another", there)
    assert subject_of("summary_result", key, content) != subject_of("summary_result", key, of_another)
    assert subject_of("inventory", key, content) == key


@pytest.mark.parametrize(
    "words", ["清单42272026E000000013的货物已退运", "item 420020260000000001007", "[4227202611244E]"]
)
def test_a_digest_leaves_out_numbers_of_the_window_among_words(words: str) -> None:
    other = words.replace("00000013", "00000016").replace("00000001", "00000009")
    assert common(words) == common(other)
    assert common(words) != common(words + "追缴")


def _naming(number: int, code: str, trade: str, **elements: str) -> MessageEvent:
    body = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())
    return MessageEvent(number, 1_000, code, f"DXPENT{number:010d}", "http", trades=(trade,), body=f"<a>{body}</a>")


def test_what_names_the_same_number_goes_in_the_recorded_order() -> None:
    goods_return = _naming(1, "213", "T1", invtNo="42402026E000000022", coElNo="T1")
    tally = _naming(2, "215", "O1", invtNo="42402026E000000022", coElNo="O1")
    other = _naming(3, "213", "T2", invtNo="42402026E000000023", coElNo="T2")
    assert [wave.messages for wave in divide_into_waves([goods_return, other, tally])] == [
        (goods_return, other),
        (tally,),
    ]


def test_a_buyer_whose_trades_share_a_limit_stays_in_order_however_they_are_shuffled() -> None:
    orders = tuple(_naming(number, "311", f"D{number}", buyerIdNumber=str(number % 2)) for number in range(8))
    for key in "abcdef":
        shuffled = [message.id for message in shuffle_wave(Wave(1_000, orders), key).messages]
        assert [number for number in shuffled if number % 2] == [1, 3, 5, 7]
        assert [number for number in shuffled if not number % 2] == [0, 2, 4, 6]
