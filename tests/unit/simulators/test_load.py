"""Load on a real window over HTTP: all is sent, received and judged; what goes wrong, or is cut short, is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from simulators.entry.reports import DOUBLED, LATE, LOST, WRONG
from simulators.entry.windows import Audited, WindowClient, ephemeral_window, fresh_sandbox
from simulators.errors import SimulatorError
from simulators.load import judging, reports
from simulators.load.command import load
from simulators.load.made import LoadMessage, PreparedLoad, make
from simulators.load.measurement import Measurement, TimedReceipt, Track
from simulators.load.remote_sandbox import RemoteSandbox
from simulators.load.reports import figures_of, report_of
from simulators.load.run import LoadRun, evening, prepare, run
from simulators.load.sets import may_be_unfinished
from simulators.load.targets import LoadFigures as Came
from simulators.load.targets import check_target, read_target
from simulators.traffic.making import Expectation
from simulators.traffic.plan import plan_traffic
from simulators.traffic.profile import builtin_profiles, read_profile
from tests.tables import each

PROFILE = read_profile(builtin_profiles()["tuesday"], "tuesday")
SLOW_ENOUGH = "10m"
"""A limit that only what hangs passes: how fast the machine is must not matter."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ephemeral_window() as own:
        yield own.url


def call(url: str, *more: str | Path) -> Result:
    words = ["--url", url, "--rate", "25", "--for", "4s", "--late", SLOW_ENOUGH, "--patience", SLOW_ENOUGH, "--quiet"]
    words += ["--no-known-trades"]
    return CliRunner().invoke(load, [*words, *map(str, more)], catch_exceptions=False)


# a window that does what it must


@pytest.mark.long
def test_a_window_that_does_what_it_must_passes_and_its_sandbox_is_gone_afterwards(url: str, tmp_path: Path) -> None:
    page, suites = tmp_path / "load.html", tmp_path / "load.xml"
    done = call(url, "--json", "--report", page, "--junit", suites, "--target", f"receipt.p99={SLOW_ENOUGH}")
    answer = json.loads(done.output)
    assert (done.exit_code, answer["ok"], answer["findings"]) == (0, True, [])
    assert answer["sent"] == answer["acknowledged"] == answer["planned"] == pytest.approx(100, rel=0.1)
    assert answer["lists"]["800"] > 10
    assert answer["audit"]["balanced"] is True and len(answer["audit"]["ledgers"]) > 8
    assert "data:image/svg+xml" in page.read_text("utf-8")
    assert ElementTree.parse(suites).getroot().attrib["failures"] == "0"
    with WindowClient(url) as client:
        assert client.sandboxes() == ["main"]


@pytest.mark.long
def test_a_target_that_is_missed_fails_and_only_that(url: str, tmp_path: Path) -> None:
    suites = tmp_path / "load.xml"
    done = call(url, "--target", "rate=1000000", "--junit", suites)
    assert done.exit_code == 1
    assert "NOT  answers a second at least: wanted 1e+06" in done.output
    failed = [
        element
        for element in ElementTree.parse(suites).getroot().iter("testcase")
        if element.find("failure") is not None
    ]
    assert [element.attrib["name"] for element in failed] == ["rate"]


@pytest.mark.long
def test_a_window_that_does_not_know_the_companies_refuses_what_it_should_take(url: str) -> None:
    with WindowClient(url) as client:
        client.make_sandbox("closed", options={"open": False})
    done = call(url, "--into", "closed", "--json", "--patience", "1s")
    answer = json.loads(done.output)
    assert done.exit_code == 1
    assert {finding["kind"] for finding in answer["findings"]} == {WRONG}
    assert [check["name"] for check in answer["checks"] if not check["ok"]] == ["wrong"]
    assert len(answer["findings"]) > 1
    first = json.loads(call(url, "--into", "closed", "--json", "--patience", "1s", "--seed", "2", "--first").output)
    assert [finding["kind"] for finding in first["findings"]] == [WRONG]


@pytest.mark.long
def test_faults_of_a_profile_are_on_meanwhile_and_the_report_says_when_and_how_often(url: str, tmp_path: Path) -> None:
    page = tmp_path / "load.html"
    done = call(url, "--faults", "the-broker-died-on-double-11", "--json", "--report", page)
    answer = json.loads(done.output)
    assert (done.exit_code, answer["faults"]["profile"]) == (1, "the-broker-died-on-double-11")
    parts = {part["name"]: part for part in answer["faults"]["parts"]}
    assert parts["rush"]["done"] > 0
    assert parts["dead"]["begins"] < parts["dead"]["ends"] <= parts["delivered again"]["ends"]
    assert answer["limited"] >= parts["rush"]["done"], "429 is the sender's own limit"
    assert "故障生效的时间" in page.read_text("utf-8")
    left = CliRunner().invoke(load, ["--url", url, "--into", "main", "--faults", "a-bad-line"])
    assert (left.exit_code, "single-window faults on" in left.output) == (2, True)


def test_an_interrupt_ends_the_sending_and_what_was_sent_is_judged(url: str, tmp_path: Path) -> None:
    made = make(tmp_path, PROFILE, 1, 100)

    def interrupts(measurement: Measurement, due: float) -> None:
        if measurement.statuses.total() >= 30:
            raise KeyboardInterrupt

    with WindowClient(url) as client, fresh_sandbox(client, "cut", "load", evening(made.plan)) as sandbox:
        prepare(sandbox, made.plan)
        ran = run(url, sandbox.name, made, 1_000, 600, interrupts, senders=8)
    assert ran.interrupted
    assert 30 <= len(ran.sent) < len(made.items)
    assert judging.findings(ran, 600_000) == []
    assert reports.report_of(ran, (), (), ()).data["interrupted"] is True


@pytest.mark.long
def test_what_officers_decide_before_a_load_is_over_is_no_fault(url: str, tmp_path: Path) -> None:
    """Every list that waits for an officer is decided when it is seen to wait: rejected, concluded, sent back."""
    doubtful = type(PROFILE.faults)(imports={"price_low": 200}, exports={"code_short": 200})
    made, decided = make(tmp_path, structs.replace(PROFILE, faults=doubtful), 1, 160), dict[str, str]()

    def decides(measurement: Measurement) -> None:
        for receipt in list(measurement.received):
            if receipt.status in {"300", "500"} and receipt.code in {"622", "604"} and receipt.trade not in decided:
                action = "conclude" if len(decided) % 2 else {"300": "reject", "500": "send_back"}[receipt.status]
                decided[receipt.trade] = action
                sandbox.decide(receipt.trade, action, "数量不符")

    def waits(ran: LoadRun) -> bool:
        decides(ran.measurement)
        done = {"100", "399", "700"}
        told = {receipt.trade for receipt in ran.measurement.received if receipt.status in done}
        return not set(decided) <= told or may_be_unfinished(ran, set())

    with WindowClient(url) as client, fresh_sandbox(client, "officers", "load", evening(made.plan)) as sandbox:
        prepare(sandbox, made.plan)
        ran = run(url, sandbox.name, made, 100, 600, unfinished=waits)
        audit = sandbox.audit()
    assert set(decided.values()) > {"conclude"}
    assert judging.findings(replace(ran, audit=audit), 600_000) == []


@each(
    ("more", "message"),
    [
        (["--target", "p99"], "is no target. A target is p99=200ms"),
        (["--for", "soon"], "is no span of time such as 200ms"),
        (["--for", "0s"], "is no span of time"),
        (["--for", "1000h"], "messages; 1 to 2,000,000 can be sent"),
        (["--profile", "tuseday"], "did you mean tuesday"),
        (["--report", "/nowhere/at/all.html"], "There is no folder /nowhere/at"),
        (["--url", "127.0.0.1:1"], "is no address like"),
        (["--url", "http://127.0.0.1:9"], "No window answers"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(url: str, more: list[str], message: str) -> None:
    done = CliRunner().invoke(load, ["--url", url, "--rate", "10", "--for", "1s", "--quiet", *more])
    assert done.exit_code != 0
    assert message in f"{done.output} {done.exception}"


def test_ledgers_that_do_not_balance_and_an_audit_that_was_refused_fail_the_load(url: str, tmp_path: Path) -> None:
    difference = {"key": "A1", "what": "drawn", "kept": "2.00", "found": "1.00"}
    stock = {"name": "stock", "balanced": False, "differences": [difference], "more": 0}
    ran = LoadRun(make(tmp_path, PROFILE, 1, 10), 1, Measurement([]), 1.0, False)
    for audit, words in (
        (Audited((stock,)), "audit: stock A1: drawn 2.00 is kept, 1.00 was found"),
        (Audited(refused="no right"), "audit: no audit was made: no right"),
    ):
        audited = replace(ran, audit=audit)
        found = judging.findings(audited, 1)
        assert [finding.words for finding in found if finding.kind == WRONG] == [words]
        assert "audit" in {check.name for check in report_of(audited, found, (), ()).checks if not check.ok}
    assert "audit" not in {check.name for check in report_of(ran, (), (), ()).checks}


# the verdict, by a run of one trade as it could have been


SOUND = Expectation("T1", "import", "9610", "", "800", (), "")
REJECTED = Expectation("T1", "import", "9610", "payer_differs", "100", ("1327",), "")
REVIEWED = Expectation("T1", "import", "9610", "price_low", "300", ("1500",), "")
REFUSED = Expectation("T1", "import", "9610", "schema_invalid", "", ("CEB900",), "")


def ran(promise: Expectation, *words: TimedReceipt, **changes: Any) -> LoadRun:
    """A run of one list; `changes` are those of its message."""
    item = LoadMessage("621", "BOX", "T1", "G1", "M1")
    track = Track(item, 0.0, **{"status": 202, "answered": 5.0, "first_receipt": 20.0, "ended": 50.0, **changes})
    measurement = Measurement([track], received=list(words))
    return LoadRun(
        PreparedLoad(Path(), [item], {"T1": promise}, plan_traffic(PROFILE, 1)), 1.0, measurement, 1.0, False
    )


def word(status: str, *codes: str, place: int = 1, code: str = "622") -> TimedReceipt:
    return TimedReceipt(0.0, "BOX", place, code, "KEY", "T1", status, codes)


def went(*steps: str) -> list[TimedReceipt]:
    """The receipts of a list that went through statuses, each with the codes that it names behind a colon."""
    return [
        word(status, *filter(None, codes.split(":")), place=place)
        for place, (status, _, codes) in enumerate((step.partition(":") for step in steps), 1)
    ]


RELEASED = went("2", "120", "800")


@each(
    ("run", "kinds"),
    [
        (ran(SOUND, *RELEASED), []),
        (ran(SOUND, *went("2")), []),
        (ran(SOUND, *went("2", "120", "500", "100")), []),
        (ran(SOUND, first_receipt=None), [LOST]),
        (ran(SOUND, *RELEASED, first_receipt=10_001.0), [LATE]),
        (ran(SOUND, *RELEASED, first_receipt=10_000.0), []),
        (ran(SOUND, *RELEASED, word("800", place=4)), [DOUBLED]),
        (ran(SOUND, *RELEASED, RELEASED[-1]), [DOUBLED]),
        (ran(SOUND, *went("2", "100:1327")), [WRONG]),
        (ran(SOUND, *went("2", "120", "300:14024", "399", "800")), [WRONG]),
        (ran(SOUND, status=503, first_receipt=None, refused_for=("not-accepting",)), [WRONG]),
        (ran(SOUND, status=503, first_receipt=None, turned_away=True), []),
        (ran(SOUND, status=429, first_receipt=None, limited=True), []),
        (ran(SOUND, status=429, first_receipt=None, refused_for=("too-many-calls",)), [WRONG]),
        (ran(SOUND, status=0, first_receipt=None), [WRONG]),
        (ran(REJECTED, *went("2", "100:1327")), []),
        (ran(REJECTED, *went("2", "100:1332")), [WRONG]),
        (ran(REJECTED, *RELEASED), [WRONG]),
        (ran(REVIEWED, *went("2", "120", "300:1500", "399", "800")), []),
        (ran(REVIEWED, *went("2", "120", "500")), []),
        (ran(REVIEWED, *RELEASED), [WRONG]),
        (ran(REFUSED, status=422, first_receipt=None), []),
        (ran(REFUSED, *RELEASED), [WRONG]),
    ],
)
def test_the_verdict_names_what_does_not_fit_and_nothing_else(run: LoadRun, kinds: list[str]) -> None:
    assert [finding.kind for finding in judging.findings(run, 10_000)] == kinds


@each(
    ("promise", "steps", "named"),
    [
        # what officers may do with a list that waits for them
        (REVIEWED, ("2", "120", "300:1500", "100:1300"), ""),
        (REVIEWED, ("2", "120", "300:1500", "500:14500", "399", "800"), ""),
        (REVIEWED, ("2", "120", "300:1500", "600:14600", "300:1200", "399", "800"), ""),
        (SOUND, ("2", "120", "500", "502", "399", "800", "899"), ""),
        (SOUND, ("2", "120", "500", "599", "700"), ""),
        # with one that an officer has had looked at himself, whatever was promised
        (SOUND, ("2", "120", "300:1200", "100:1300"), ""),
        (SOUND, ("2", "120", "600:14600", "399", "800"), ""),
        # and what nobody may do
        (REVIEWED, ("2", "120", "300:1500", "800"), "went from 300 to 800"),
        (REVIEWED, ("2", "120", "300:1500", "100:1300", "800"), "went from 100 to 800"),
        (REVIEWED, ("2", "120", "300:1500", "399", "500"), "went from 399 to 500"),
        (SOUND, ("2", "120", "500", "800"), "went from 500 to 800"),
        (SOUND, ("2", "120", "500", "700", "800"), "went from 700 to 800"),
        (SOUND, ("2", "120", "800", "100:1300"), "went from 800 to 100"),
        (SOUND, ("2", "120", "800", "899", "500"), "went from 899 to 500"),
        (SOUND, ("2", "120", "300:14024", "100:1300"), "should come to 800"),
    ],
)
def test_what_an_officer_may_decide_meanwhile_is_no_fault_and_what_nobody_may_is(
    promise: Expectation, steps: tuple[str, ...], named: str
) -> None:
    found = [finding.words for finding in judging.findings(ran(promise, *went(*steps)), 10_000)]
    assert bool(found) is bool(named) and (not named or any(named in words for words in found)), found


def test_a_tax_bill_for_a_list_that_an_officer_rejected_is_wrong() -> None:
    rejected = went("2", "120", "300:1500", "100:1300")
    (finding,) = judging.findings(ran(REVIEWED, *rejected, replace(billed("9.10"), sequence=5)), 10_000)
    assert (finding.kind, finding.words) == (WRONG, "a tax bill came, and the list was not released")


BILL = [[["1", "1905310000", "100.00", "0.00", "0.00", "9.10"]]]
P2_BILL = [[["1", "1905310000", "100.00", "0.00", "0.00", "9.11"]]]
TAXED = SOUND._replace(bills={"P1": BILL, "P2": P2_BILL})


def billed(vat: str, of_line: str = "") -> TimedReceipt:
    """A tax bill of one line, of which head and line may say different amounts."""
    line = {"gnum": "1", "gcode": "1905310000", "taxPrice": "100.00", "valueAddedTax": of_line or vat}
    head = {"taxNo": "T_0", "customsTax": "0", "consumptionTax": "0", "valueAddedTax": vat, "lines": [line]}
    return TimedReceipt(0.0, "BOX", 4, "816", "KEY", "T1", "1", (), head)


@each(
    ("bill", "rounding", "named"),
    [
        (billed("9.10"), "P1", []),
        (billed("18.20"), "P1", ["says valueAddedTax 18.20, and should say 9.10", "VAT is 18.20, and should be 9.10"]),
        (billed("9.10", "9.09"), "P1", ["VAT is 9.09, and should be 9.10"]),
        (billed("9.10"), "P2", ["says valueAddedTax 9.10, and should say 9.11", "VAT is 9.10, and should be 9.11"]),
        (replace(billed("9.10"), bill={"unreadable": "no tax"}), "P1", ["cannot be read: no tax"]),
    ],
)
def test_a_bill_of_other_amounts_than_promised_is_wrong(bill: TimedReceipt, rounding: str, named: list[str]) -> None:
    new_run = replace(ran(TAXED, *RELEASED, bill), rounding=rounding)
    findings = judging.findings(new_run, 10_000)
    assert [finding.kind for finding in findings[: len(named)]] == [WRONG] * len(named)
    for finding, words in zip(findings, named, strict=False):
        assert words in finding.words


# the set of receipts


def whole(**changed: list[TimedReceipt]) -> LoadRun:
    """A run of a trade of which everything came, but for the receipts of some types."""
    codes = {"311": "A", "411": "B", "511": "C", "621": "BOX"}
    items = [LoadMessage(code, box, "T1", f"G{code}", f"M{code}") for code, box in codes.items()]
    tracks = [Track(item, 0.0, status=202, answered=5.0, first_receipt=20.0, ended=50.0) for item in items]
    came = {
        "c312": [told("312", "2", "A"), told("312", "120", "A", 2)],
        "c412": [told("412", "2", "B"), told("412", "120", "B", 2)],
        "c512": [told("512", "2", "C"), told("512", "120", "C", 2)],
        "c622": [told("622", "2"), told("622", "120", place=2), told("622", "800", place=3)],
        "c816": [replace(billed("9.10"), sequence=4, time=NOW)],
        **changed,
    }
    received = [receipt for of_type in came.values() for receipt in of_type]
    promises = {"T1": TAXED}
    return LoadRun(
        PreparedLoad(Path(), items, promises, plan_traffic(PROFILE, 1)),
        1.0,
        Measurement(tracks, received=received),
        1.0,
        False,
    )


NOW = "20261124235959"


def told(code: str, status: str, box: str = "BOX", place: int = 1, time: str = NOW) -> TimedReceipt:
    return TimedReceipt(0.0, box, place, code, f"KEY{code}", "T1", status, (), time=time)


@each(
    ("changed", "kind", "words"),
    [
        ({}, "", ""),
        ({"c512": [told("512", "2", "C")]}, LOST, "512 came with 2, though the list was decided"),
        ({"c816": []}, LOST, "no tax bill came"),
        (
            {"c412": [told("412", "2", "A", 3), told("412", "120", "B")]},
            WRONG,
            "412 2 went to A, and should go to B",
        ),
        ({"c312": [told("312", "2", "A", 2), told("312", "120", "A")]}, WRONG, "312 2 about KEY312 came after 120"),
        ({"c312": [told("312", "2", "A"), told("312", "120", "A", 3)]}, LOST, "1 receipts are missing, the first at 2"),
        (
            {"c312": [told("312", "2", "A"), told("312", "120", "A", 2), told("312", "120", "A", 3)]},
            DOUBLED,
            "312 120 about KEY312 is there twice",
        ),
        ({"c818": [told("818", "2", place=5)]}, WRONG, "the tax was collected 0 days after the release"),
    ],
)
def test_the_set_of_receipts_is_held_against_what_was_sent(
    changed: dict[str, list[TimedReceipt]], kind: str, words: str
) -> None:
    findings = judging.findings(whole(**changed), 10_000)
    assert [finding.kind for finding in findings] == ([kind] if kind else [])
    assert all(words in finding.words for finding in findings)


@each(
    ("code", "answers", "kind", "words"),
    [
        ("507", (("508", "2", 0), ("508", "399", 0)), "", ""),
        ("507", (("508", "2", 0), ("508", "2", 5), ("508", "399", 5), ("508", "399", 5)), "", ""),
        ("507", (("508", "2", 0), ("508", "2", 5)), LOST, "508 about N1 came with 2 2 and no more"),
        ("507", (("508", "2", 0), ("508", "2", 5), ("508", "399", 4), ("508", "399", 5)), WRONG, "its last part came"),
        ("711", (("712", "2", 0),), LOST, "712 about N1 came with 2 and no more"),
        ("509", (("510", "2", 0),), "", ""),
        ("509", (("510", "2", 5), ("510", "399", 4)), WRONG, "510 399 about N1 is of 20261124235904"),
    ],
)
def test_notes_of_transport_are_taken_in_when_all_of_them_has_come(
    code: str, answers: tuple[tuple[str, str, int], ...], kind: str, words: str
) -> None:
    item = LoadMessage(code, "SITE", "", "G1", "M1")
    received = [
        TimedReceipt(0.0, "SITE", place, of, "N1", "", status, (), time=f"202611242359{seconds:02d}")
        for place, (of, status, seconds) in enumerate(answers, 1)
    ]
    measurement = Measurement([Track(item, 0.0, status=202, first_receipt=1.0)], received=received)
    sent = LoadRun(PreparedLoad(Path(), [item], {}, plan_traffic(PROFILE, 1)), 1.0, measurement, 1.0, False)
    findings = judging.findings(sent, 10_000)
    assert [finding.kind for finding in findings] == ([kind] if kind else []), findings
    assert all(words in finding.words for finding in findings)
    measurement.tracks.append(Track(item, 0.0, status=503, turned_away=True))
    assert judging.findings(sent, 10_000) == [], "a part is missing"


def test_what_was_not_sent_leaves_its_trade_unjudged() -> None:
    new_run = ran(SOUND, *went("2", "100"))
    unsent = replace(new_run.measurement.tracks[0], status=-1)
    new_run.measurement.tracks.append(unsent)
    assert judging.findings(new_run, 10_000) == []


# targets


@each(("more", "ok"), [((), False), (("turned-away=100%",), True), (("turned-away=99%",), False)])
def test_what_was_turned_away_is_distinguished_and_fails_unless_it_is_granted(more: tuple[str, ...], ok: bool) -> None:
    run = ran(SOUND, status=503, first_receipt=None, turned_away=True)
    report = report_of(run, judging.findings(run, 10_000), [read_target(name) for name in more], ())
    assert (report.ok, report.data["turned_away"], report.data["wrong"]) == (ok, 1, 0)


@each(
    ("more", "ok"),
    [((), False), (("turned-away=100%",), False), (("limited=100%",), True), (("limited=99%",), False)],
)
def test_what_is_the_senders_own_limit_is_not_counted_against_the_window(more: tuple[str, ...], ok: bool) -> None:
    run = ran(SOUND, status=429, first_receipt=None, limited=True)
    report = report_of(run, judging.findings(run, 10_000), [read_target(name) for name in more], ())
    assert report.ok is ok
    counted = {name: report.data[name] for name in ("limited", "turned_away", "wrong")}
    assert counted == {"limited": 1, "turned_away": 0, "wrong": 0}
    assert (figures_of(run).refused, figures_of(run).turned_away, figures_of(run).limited) == (0, 0, 100)


CAME = Came({"accepted": [100.0, 200.0], "receipt": [1_000.0], "end": []}, 50.0, 0.5, 1.0, 2.0)


@each(
    ("target", "reached"),
    [
        ("p50=100ms", True),
        ("p99=200ms", True),
        ("p99=199ms", False),
        ("accepted.p99=0.2s", True),
        ("receipt.p95=1s", True),
        ("receipt.p95=999ms", False),
        ("end.p50=1h", False),
        ("rate=50", True),
        ("rate=50.1", False),
        ("refused=0.5%", True),
        ("refused=0.4", False),
        ("turned-away=1%", True),
        ("turned-away=0.9%", False),
        ("limited=2%", True),
        ("limited=1.9%", False),
    ],
)
def test_a_target_is_reached_or_not_and_what_was_not_measured_was_not(target: str, reached: bool) -> None:
    assert check_target(read_target(target), CAME).ok is reached


@each(
    "text", ["", "p99", "p101=1s", "p99=1", "p99=-1s", "p99=nan", "speed=1", "rate=x", "refused=1e9%", "start.p50=1s"]
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(SimulatorError, match="is no target"):
        read_target(text)


def test_a_mailbox_whose_empty_poll_names_another_place_is_named() -> None:
    def ground(following: Any) -> RemoteSandbox:
        remote: Any = SimpleNamespace(
            receipts_after=lambda box, after, limit: [],
            call=lambda method, path, query: {"receipts": [], "next": following(query["after"])},
        )
        nothing: Any = None
        return RemoteSandbox(nothing, remote, date(2026, 11, 20), "", nothing, _places={"DXPENT0000000001": 7})

    assert ground(lambda after: after).restarted() == []
    assert ground(lambda after: 0).restarted() == ["DXPENT0000000001"]
