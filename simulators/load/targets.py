"""Targets of a load: `p99=200ms`, `rate=190`, `refused=0.5%`, `turned-away=1%`, `limited=1%`.

Parses them and compares them with the results."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulators.bench.percentiles import percentile
from simulators.entry.reports import ReportCheck, Words
from simulators.errors import SimulatorError

STAGES = {
    "accepted": Words("接收应答", "answer"),
    "receipt": Words("首个回执", "first receipt"),
    "end": Words("清单结论", "end of the list"),
}
"""The stages that can be timed, from the instant at which a message was due."""
RATE, REFUSED, TURNED, LIMIT = "rate", "refused", "turned-away", "limited"
SHARES = {
    REFUSED: Words("意外拒收不超过", "refused that should not be, at most"),
    TURNED: Words("被暂拒（503）不超过", "turned away because the window was busy (503), at most"),
    LIMIT: Words("超出自身限额（429）不超过", "beyond the sender's own limit (429), at most"),
}
"""Figures in percent of the messages."""
UNITS = {"ms": 1.0, "s": 1_000.0, "m": 60_000.0, "h": 3_600_000.0}
_NAME = re.compile(r"(?:(accepted|receipt|end)\.)?p(100|[1-9]?\d)")
_SPAN = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)(ms|s|m|h)")
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,3})?")


class LoadTarget(NamedTuple):
    """A target: `stage` and `percent` of a span in milliseconds, or a rate, or a share of a hundred."""

    text: str
    kind: str
    value: float
    stage: str = ""
    percent: int = 0


class LoadFigures(NamedTuple):
    """Figures that targets are compared with: milliseconds by stage, answers a second, percent refused that should not
    be, percent turned away by a busy window, and percent beyond the sender's own limit."""

    spans: Mapping[str, Sequence[float]]
    rate: float
    refused: float
    turned_away: float = 0.0
    limited: float = 0.0


def parse_span(text: str) -> float | None:
    """Parse `200ms`, `1.5s`, `10m`, `1h` into milliseconds; None if it is not a duration."""
    match = _SPAN.fullmatch(text)
    return float(match[1]) * UNITS[match[2]] if match else None


def read_target(text: str) -> LoadTarget:
    """Parse a target; raises `SimulatorError`."""
    name, _, wanted = text.partition("=")
    match, value = _NAME.fullmatch(name), parse_span(wanted)
    if match and value is not None:
        return LoadTarget(text, "span", value, match[1] or "accepted", int(match[2]))
    if name == RATE and _NUMBER.fullmatch(wanted):
        return LoadTarget(text, RATE, float(wanted))
    if name in SHARES and _NUMBER.fullmatch(wanted.removesuffix("%")):
        return LoadTarget(text, name, float(wanted.removesuffix("%")))
    raise SimulatorError(
        f"{text!r} is no target. A target is p99=200ms, receipt.p95=1s, end.p50=3s, rate=190, refused=0.5%, "
        "turned-away=1% or limited=1%."
    )


def check_target(target: LoadTarget, measured: LoadFigures) -> ReportCheck:
    """Check a target against figures; a figure that was never measured fails."""
    if target.kind == "span":
        values, words = measured.spans[target.stage], STAGES[target.stage]
        value = percentile(values, target.percent)
        target_words = Words(f"{words.zh} {target.percent}% 不超过", f"{words.en}, {target.percent} % within")
        name = f"{target.stage}.p{target.percent}"
        return ReportCheck(
            name,
            target_words,
            duration(target.value),
            duration(value) if values else "–",
            bool(values) and value <= target.value,
        )
    if target.kind == RATE:
        target_words = Words("每秒应答不少于", "answers a second at least")
        return ReportCheck(
            RATE, target_words, f"{target.value:g}", f"{measured.rate:.1f}", measured.rate >= target.value
        )
    shares = {REFUSED: measured.refused, TURNED: measured.turned_away, LIMIT: measured.limited}
    value = shares[target.kind]
    return ReportCheck(target.kind, SHARES[target.kind], f"{target.value:g} %", f"{value:.2f} %", value <= target.value)


def duration(milliseconds: float) -> str:
    """Format a duration."""
    return f"{milliseconds / 1_000:.2f} s" if milliseconds >= 10_000 else f"{milliseconds:.0f} ms"
