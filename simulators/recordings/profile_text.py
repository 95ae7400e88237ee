"""A fitted traffic profile as TOML, with what it cannot say in comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulators.recordings.fitting import FLOWS, FittedProfile


def profile_text(fitted: FittedProfile, source: str) -> str:
    """Return the TOML text of a profile that `single-window traffic` reads. `source`: the recording's file."""
    return "\n".join(_lines(fitted, " ".join(source.split()))) + "\n"


def _lines(fitted: FittedProfile, source: str) -> Iterator[str]:
    yield f"# Fitted to {source}. What was seen is counted; which goods and which companies is not taken over."
    yield from ('zh = "拟合的流量"', 'en = "fitted traffic"')
    yield from ("", "[period]", f"first = {fitted.first.isoformat()}", f"days = {fitted.days}")
    yield from ("", "[trades]", f"a_day = {fitted.a_day}", f"exports = {fitted.exports}            # of a hundred")
    yield f"week = {list(fitted.week)}  # Monday first"
    yield f"hours = {list(fitted.hours)}"
    for day, times in fitted.peaks.items():
        yield from ("", "[[peak]]", f"day = {day.isoformat()}", f"times = {times}", f"hours = {list(fitted.hours)}")
    yield from _tables("modes", fitted.modes)
    yield from ("", "[companies]", f"zipf = {fitted.zipf}", f"more_merchants = {fitted.more['import']}")
    yield f"more_exporters = {fitted.more['export']}"
    yield from ("", "# of each thousand trades of a direction")
    yield from _tables("faults", fitted.faults)
    yield from ("", "[repeats]", f"messages = {fitted.repeats}        # of each thousand")
    if fitted.unlike:
        yield from ("", "# Refused or questioned by codes that belong to no fault of a profile, and how many trades:")
        yield from (f"#   {' '.join(code.split())}: {count}" for code, count in sorted(fitted.unlike.items()))


def _tables(noun: str, of_flows: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for flow in FLOWS:
        if of_flows[flow]:
            yield from ("", f"[{noun}.{flow}]")
            yield from (f'"{name}" = {share}' for name, share in of_flows[flow].items())
