"""A traffic profile that is fitted to traffic of a known profile is like it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from schemas import catalogue
from simulators.entry import SHANGHAI
from simulators.entry.recordings import Event, MessageEvent, ReceiptEvent, trades_of
from simulators.recordings.fitting import fit
from simulators.recordings.profile_text import profile_text
from simulators.recordings.seen_trades import SeenTrade, SeenTraffic, traffic_of
from simulators.traffic import making
from simulators.traffic.plan import plan_traffic
from simulators.traffic.profile import TrafficProfile, read_profile
from single_window.intake.samples import sample
from tests.commands import run_command
from tests.tables import each

KNOWN = """
zh = "已知"
en = "known"

[period]
first = 2026-11-02
days = 14

[trades]
a_day = 40
exports = 25
week = [100, 100, 100, 100, 100, 50, 50]
hours = [0, 0, 0, 0, 0, 0, 0, 0, 100, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0]

[[peak]]
day = 2026-11-11
times = 5

[modes.import]
"9610" = 75
"1210" = 25

[modes.export]
"9610" = 100

[companies]
zipf = 1.0

[faults.import]
payer_differs = 50
paid_not_sum = 30
payment_late = 100
order_again = 40

[faults.export]
line_missing = 100

[repeats]
messages = 50
"""


def events_of(profile: TrafficProfile) -> Iterator[Event]:
    """The traffic of a profile as it would be recorded at a window that answers as the profile expects."""
    plan = plan_traffic(profile, 1, 1)
    number = 0
    for block in plan.blocks():
        trades, messages = making.make_block(plan, plan.world(), block)
        for message in messages:
            number += 1
            at = datetime.strptime(making.written_at(message), "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI)
            if message.wave:  # it comes after all others
                at = at.replace(hour=23, minute=59, second=59)
            yield MessageEvent(
                id=number,
                at=int(at.timestamp()) * 1_000,
                code=message.code,
                sender=message.sender,
                channel="http",
                transmission=sha256(message.body).hexdigest(),
                trades=trades_of(message.body),
                body=message.body.decode(),
            )
        for expected in making.expectations(block.flow, trades):
            for code in expected.codes:
                status = code if code.startswith("-") else expected.outcome
                yield ReceiptEvent(0, 0, "box", "622", "inventory", "key", expected.trade, status, code)


@pytest.fixture(scope="module")
def known() -> TrafficProfile:
    return read_profile(KNOWN)


@pytest.fixture(scope="module")
def fitted(known: TrafficProfile) -> TrafficProfile:
    found = fit(traffic_of(events_of(known)))
    assert found is not None and not found.unlike
    return read_profile(profile_text(found, "known.swr"))


def test_days_hours_and_peaks_are_those_of_the_traffic(known: TrafficProfile, fitted: TrafficProfile) -> None:
    assert fitted.period == known.period
    assert fitted.trades.a_day == pytest.approx(known.trades.a_day, abs=2)
    assert fitted.trades.exports == pytest.approx(known.trades.exports, abs=2)
    assert fitted.trades.week == pytest.approx(known.trades.week, abs=8)
    assert [hour for hour, weight in enumerate(fitted.trades.hours) if weight >= 20] == [8, 9, 20]
    assert [(peak.day, peak.times) for peak in fitted.peak] == [(date(2026, 11, 11), 5)]


def test_modes_faults_and_repeats_are_those_of_the_traffic(known: TrafficProfile, fitted: TrafficProfile) -> None:
    assert fitted.modes.imports == pytest.approx(known.modes.imports, abs=6)
    assert fitted.modes.exports == {"9610": 100}
    assert fitted.faults.imports == pytest.approx(known.faults.imports, abs=25)
    assert fitted.faults.exports == pytest.approx(known.faults.exports, abs=25)
    assert fitted.repeats.messages == pytest.approx(known.repeats.messages, abs=10)
    assert fitted.companies.zipf == pytest.approx(1.0, abs=0.4)


def told(status: str, rule: str, code: str = "622") -> ReceiptEvent:
    return ReceiptEvent(0, 0, "box", code, "inventory", "key", "DD202206010001", status, rule)


@each(
    ("receipts", "faults", "unlike"),
    [
        ([], {}, {}),
        ([told("100", "1327")], {"payer_differs": 1000}, {}),
        ([told("-301008", "-301008", "312"), told("100", "14301")], {"paid_not_sum": 1000}, {}),
        ([told("100", "14301")], {"order_missing": 1000}, {}),
        ([told("1", "1")], {"staged_first": 1000}, {}),
        ([told("1", "1", "816")], {}, {}),
        ([told("100", "99999")], {}, {"99999": 1}),
        ([told("100", "a\nb = 1")], {}, {"a\nb = 1": 1}),
        ([told("800", "2600")], {}, {}),
    ],
)
def test_a_trade_has_the_fault_that_explains_most_of_its_codes(
    receipts: list[ReceiptEvent], faults: dict[str, int], unlike: dict[str, int]
) -> None:
    body = sample(catalogue.by_code("621"))
    came = MessageEvent(1, 0, "621", "box", "http", trades=trades_of(body), body=body.decode())
    unread = MessageEvent(0, 0, "", "box", "http", body="<nonsense>")
    found = fit(traffic_of([unread, came, *receipts]))
    assert found is not None and not found.repeats
    read_profile(profile_text(found, "one.swr").replace("1970", "2026"))
    assert (found.faults["import"], found.unlike) == (faults, unlike)


@pytest.mark.parametrize("often", [(1, 2, 1, 2), (500, 1, 1, 1), (1, 1, 1)])
def test_shares_of_faults_are_those_of_a_thousand_trades_at_most(often: tuple[int, ...]) -> None:
    rules = [rule for rule, times in zip(("1327", "1332", "14001", "14201"), often, strict=False) for _ in range(times)]
    trades = {f"{n}": SeenTrade("import", "9610", "m", {rule}, {"621": [n]}) for n, rule in enumerate(rules)}
    found = fit(SeenTraffic(trades, len(trades)))
    assert found is not None and 995 <= sum(found.faults["import"].values()) <= 1_000
    read_profile(profile_text(found, "all-wrong.swr").replace("1970", "2026"))


def test_a_recording_without_a_list_has_no_profile() -> None:
    assert fit(traffic_of([MessageEvent(1, 0, "621", "box", "http", body="<nonsense>")])) is None


@pytest.mark.parametrize("source", ["a\nb = 1.swr", 'x"""y.swr'])
def test_a_name_of_a_file_is_no_line_of_the_profile(source: str, known: TrafficProfile) -> None:
    found = fit(traffic_of(events_of(known)))
    assert found is not None
    read_profile(profile_text(found, source))


def test_the_command_prints_a_profile_that_traffic_takes(tmp_path: Path) -> None:
    run_command("traffic", "tuesday", "--trades", 20, "--data", tmp_path / "day", "--quiet", code=0)
    run_command("record", tmp_path / "day.swr", "--data", tmp_path / "day", "--sandbox", "traffic", code=0)
    text = run_command("recording", "profile", tmp_path / "day.swr", code=0).stdout
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    made = run_command("traffic", tmp_path / "mine.toml", "--out", tmp_path / "files", "--quiet", code=0).stdout
    assert "20 trades" in made
