"""Measures two versions alternately and reports the ratio of each pair of runs.

The speed of a machine changes from minute to minute. The two runs of a pair follow each other, and the first version
changes from pair to pair, so that both versions are affected equally.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from simulators.bench.display import title
from simulators.errors import SimulatorError
from tools.bench.versions import Pair, Version

CLEAN_UP_SECONDS = 60.0
"""Time for an interrupted run to clean up."""
PAIRS = 5
Results: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The results of one bench call, by measure title."""


class RatioSpread(NamedTuple):
    """Ratios of pairs: their median, the smallest, the largest, and all in the order in which they were taken."""

    median: float
    lowest: float
    highest: float
    all: tuple[float, ...]

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, float]]) -> RatioSpread:
        """Divide the second value of each pair by the first; pairs with a missing value are left out."""
        ratios = tuple(round(this / base, 3) for base, this in pairs if base)
        if not ratios:
            return cls(0.0, 0.0, 0.0, ())
        return cls(round(statistics.median(ratios), 3), min(ratios), max(ratios), ratios)

    @property
    def direction(self) -> int:
        """1: more in every pair, -1: less in every pair, 0: undecided (always with fewer than three pairs)."""
        if len(self.all) < 3 or self.lowest <= 1 <= self.highest:
            return 0
        return 1 if self.lowest > 1 else -1


def compare(
    versions: Pair,
    arguments: Sequence[str],
    names: Sequence[str],
    pairs: int,
    measure: Callable[..., Results],
    report: Callable[[str], None],
) -> Iterator[dict[str, Any]]:
    """Measure both versions alternately, `pairs` times, with `measure` (a function of version and bench arguments);
    then yields one object for each measure in `names`."""
    runs: list[tuple[Results, Results]] = []
    for number in range(pairs):
        order = [versions.base, versions.this] if number % 2 == 0 else [versions.this, versions.base]
        results = {}
        for version in order:
            report(f"pair {number + 1} of {pairs}: {version.name}")
            results[version.tree] = measure(version, arguments)
        runs.append((results[versions.base.tree], results[versions.this.tree]))
    for name in runs[0][0]:
        if str(runs[0][0][name]["name"]) in names:
            yield comparison_of(name, [(base[name], this[name]) for base, this in runs], versions)


def comparison_of(
    title: str, pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], versions: Pair
) -> dict[str, Any]:
    """Summarise the runs of one measure in both versions: values, processor time, and the ratios of each pair."""
    values = RatioSpread.of([(base["value"], this["value"]) for base, this in pairs])
    processor = RatioSpread.of([(_processor(base), _processor(this)) for base, this in pairs])
    first = pairs[0][0]
    return {
        "name": title,
        "unit": first["unit"],
        "trades": first["trades"],
        "ratio": values.median,
        "ratio_least": values.lowest,
        "ratio_most": values.highest,
        "ratios": list(values.all),
        "told_apart": bool(values.direction),
        "processor_ratio": processor.median,
        "processor_ratio_least": processor.lowest,
        "processor_ratio_most": processor.highest,
        "processor_ratios": list(processor.all),
        "processor_told_apart": bool(processor.direction),
        "base": _side(versions.base, [base for base, _ in pairs]),
        "this": _side(versions.this, [this for _, this in pairs]),
        "remarks": list(versions.remarks),
        "machine": first.get("machine", {}),
    }


def _processor(result: Mapping[str, Any]) -> float:
    return float(result.get("cpu_microseconds_per_trade") or 0.0)


def _side(version: Version, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "version": version.name,
        "commit": version.commit,
        "values": [result["value"] for result in results],
        "processor_microseconds_per_trade": [_processor(result) for result in results],
    }


def run_bench(version: Version, arguments: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Run the measures of a version in a new process and parse their JSON; raises `SimulatorError`."""
    process = subprocess.Popen(
        [version.python, "-m", *version.program, *arguments, "--json"],
        cwd=version.tree,
        env=version.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, errors = process.communicate()
    except BaseException:
        _interrupt(process)
        raise
    if process.returncode:
        raise SimulatorError(f"{version.name} could not be measured: {errors.strip()[-1_000:]}")
    return {title(result): result for result in map(json.loads, out.splitlines())}


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Interrupt a run and wait while it cleans up."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(CLEAN_UP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
