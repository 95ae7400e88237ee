"""A traffic profile that is like a recording: as many trades on as many days, at the same hours, of the same modes,
with the same shares of known faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import log
from typing import NamedTuple

from simulators.known_faults import KnownFault, known_faults
from simulators.recordings.seen_trades import ORDER, PAYMENT, REQUESTS, SeenTrade, SeenTraffic
from simulators.traffic.profile import HOURS, KNOWN_FAULTS, KNOWN_MODES, THOUSAND

FLOWS = ("import", "export")
PEAK_TIMES, MOST_TIMES, MOST_DAYS, MOST_WEIGHT, HUNDRED, WEEKDAYS = 3, 100, 400, 10_000, 100, 7
"""A day with so many times the trades of the middle one is a peak; limits of a profile."""
USUAL_MERCHANTS, MOST_ZIPF, MOST_MORE = {"import": 12, "export": 10}, 3.0, 300


class FittedProfile(NamedTuple):
    """The values of a profile (`simulators.traffic.profile`). `unlike`: codes that refused trades and belong to no
    fault that a profile can have → number of trades."""

    first: date
    days: int
    a_day: int
    exports: int
    week: Sequence[int]
    hours: Sequence[int]
    peaks: Mapping[date, int]
    modes: Mapping[str, Mapping[str, int]]
    faults: Mapping[str, Mapping[str, int]]
    zipf: float
    more: Mapping[str, int]
    repeats: int
    unlike: Mapping[str, int]


def fit(traffic: SeenTraffic) -> FittedProfile | None:
    """Fit a profile to the trades of a recording; None if no list was declared in it."""
    trades = traffic.declared()
    if not trades:
        return None
    by_flow = {flow: [trade for trade in trades if trade.flow == flow] for flow in FLOWS}
    of_day = Counter(trade.began.date() for trade in trades)
    days = [min(of_day) + timedelta(days=n) for n in range((max(of_day) - min(of_day)).days + 1)]
    middle = sorted(of_day.values())[len(of_day) // 2]
    peaks = [day for day in days if of_day[day] >= PEAK_TIMES * middle]
    usual = [day for day in days if day not in peaks]
    week = _week(usual, of_day)
    a_day = max(1, round(HUNDRED * sum(of_day[day] for day in usual) / sum(week[day.weekday()] for day in usual)))
    unlike = Counter[str]()
    merchants = {flow: Counter(trade.merchant for trade in by_flow[flow]) for flow in FLOWS}
    return FittedProfile(
        first=days[0],
        days=min(MOST_DAYS, len(days)),
        a_day=a_day,
        exports=round(HUNDRED * len(by_flow["export"]) / len(trades)),
        week=week,
        hours=_weights(Counter(trade.began.hour for trade in trades), range(HOURS)),
        peaks={day: min(MOST_TIMES, max(1, round(of_day[day] / a_day))) for day in peaks},
        modes={flow: _modes(flow, by_flow[flow]) for flow in FLOWS},
        faults={flow: _faults(flow, by_flow[flow], unlike) for flow in FLOWS},
        zipf=_zipf(merchants["import"] + merchants["export"]),
        more={flow: min(MOST_MORE, max(0, len(merchants[flow]) - USUAL_MERCHANTS[flow])) for flow in FLOWS},
        repeats=round(THOUSAND * traffic.repeated / traffic.messages),
        unlike=unlike,
    )


def _weights(counted: Mapping[int, int], keys: Iterable[int]) -> list[int]:
    """Numbers as shares of the largest, which is 100; none that was seen becomes 0."""
    most = max(counted.values())
    return [-(-HUNDRED * counted.get(key, 0) // most) for key in keys]


def _week(days: Sequence[date], of_day: Mapping[date, int]) -> list[int]:
    """The weights of weekdays, Monday first, as hundredths of the middle one; all alike unless every weekday was
    seen."""
    seen = Counter(day.weekday() for day in days)
    if len(seen) < WEEKDAYS:
        return [HUNDRED] * WEEKDAYS
    mean = [sum(of_day[day] for day in days if day.weekday() == weekday) / seen[weekday] for weekday in range(WEEKDAYS)]
    middle = sorted(mean)[WEEKDAYS // 2] or max(mean)
    return [min(MOST_WEIGHT, round(HUNDRED * each / middle)) for each in mean]


def _modes(flow: str, trades: Sequence[SeenTrade]) -> dict[str, int]:
    counted = Counter(trade.mode for trade in trades if trade.mode in KNOWN_MODES[flow])
    return {mode: max(1, round(HUNDRED * n / counted.total())) for mode, n in counted.most_common()}


def _faults(flow: str, trades: Sequence[SeenTrade], unlike: Counter[str]) -> dict[str, int]:
    """The known faults of each thousand trades; codes of trades that have none are counted in `unlike`."""
    possible = [fault for fault in known_faults(flow) if fault.name in KNOWN_FAULTS[flow]]
    counted = Counter[str]()
    for trade in trades:
        name = _fault_of(trade, possible)
        if name in KNOWN_FAULTS[flow]:
            counted[name] += 1
        else:
            unlike.update(sorted(trade.codes))
    shares = {name: max(1, round(THOUSAND * n / len(trades))) for name, n in counted.most_common()}
    if (above := sum(shares.values()) - THOUSAND) > 0:  # each is rounded
        shares[max(shares, key=lambda name: shares[name])] -= above
    return shares


def _fault_of(trade: SeenTrade, possible: Sequence[KnownFault]) -> str:
    """The name of the fault that explains most codes of a trade, or what else it went through; "" if nothing."""
    for code, name in REQUESTS.items():
        if code in trade.came:
            return name
    explaining = [fault for fault in possible if fault.expected.codes and set(fault.expected.codes) <= trade.codes]
    if explaining:
        return max(explaining, key=lambda fault: len(fault.expected.codes)).name
    if trade.codes:
        return ""
    if trade.staged:
        return "staged_first"
    orders = ORDER & trade.came.keys()
    late = {
        "payment_late": PAYMENT in trade.came and trade.is_late(PAYMENT),
        "order_late": any(map(trade.is_late, orders)),
    }
    return next((name for name, is_so in late.items() if is_so), "")


def _zipf(merchants: Mapping[str, int]) -> float:
    """The exponent of the law by which sizes of merchants fall with their rank, by least squares of logarithms."""
    points = [(log(rank), log(n)) for rank, n in enumerate(sorted(merchants.values(), reverse=True), 1)]
    middle, height = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    spread = sum((x - middle) ** 2 for x, _ in points)
    slope = sum((x - middle) * (y - height) for x, y in points) / spread if spread else 0.0
    return round(min(MOST_ZIPF, max(0.0, -slope)), 1)
