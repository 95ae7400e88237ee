"""Measures two versions alternately and reports the ratio of each pair of runs, which a noisy machine disturbs least.

Machines change their speed from minute to minute. The two runs of a pair follow each other, and who goes first changes
from pair to pair, so that what happens to the machine happens to both.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from simulators.bench.versions import Pair, Version
from simulators.errors import SimulatorError

ENDED = 60.0
"""Seconds that an interrupted run has to clean up."""
PAIRS = 5
Results: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The results of one bench call, by measure title."""


class RatioSpread(NamedTuple):
    """Ratios of pairs: their median, the smallest, the largest, and all in the order in which they were taken."""

    median: float
    least: float
    most: float
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
        if len(self.all) < 3 or self.least <= 1 <= self.most:
            return 0
        return 1 if self.least > 1 else -1


def compared(
    versions: Pair,
    words: Sequence[str],
    names: Sequence[str],
    pairs: int,
    measure: Callable[..., Results],
    say: Callable[[str], None],
) -> Iterator[dict[str, Any]]:
    """Measure both by turns, so many times, with `measure` (of a version and words for its bench); gives one object a
    measure, when all is measured. `names` are the measures that are told."""
    runs: list[tuple[Results, Results]] = []
    for number in range(pairs):
        turns = [versions.base, versions.this] if number % 2 == 0 else [versions.this, versions.base]
        results = {}
        for version in turns:
            say(f"pair {number + 1} of {pairs}: {version.name}")
            results[version.tree] = measure(version, words)
        runs.append((results[versions.base.tree], results[versions.this.tree]))
    for title in runs[0][0]:
        if str(runs[0][0][title]["name"]) in names:
            yield judged(title, [(base[title], this[title]) for base, this in runs], versions)


def judged(title: str, pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], versions: Pair) -> dict[str, Any]:
    """Summarise the runs of one measure in both versions: values, processor time, and the ratios of each pair."""
    values = RatioSpread.of([(base["value"], this["value"]) for base, this in pairs])
    processor = RatioSpread.of([(_processor(base), _processor(this)) for base, this in pairs])
    first = pairs[0][0]
    return {
        "name": title,
        "unit": first["unit"],
        "trades": first["trades"],
        "ratio": values.median,
        "ratio_least": values.least,
        "ratio_most": values.most,
        "ratios": list(values.all),
        "told_apart": bool(values.direction),
        "processor_ratio": processor.median,
        "processor_ratio_least": processor.least,
        "processor_ratio_most": processor.most,
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


def measured(version: Version, words: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Run `single-window bench WORDS --json` of a version in a process of its own and give its JSON; raises
    `SimulatorError`."""
    process = subprocess.Popen(
        [version.python, "-m", "single_window", "bench", *words, "--json"],
        cwd=version.tree,
        env=version.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, errors = process.communicate()
    except BaseException:
        _end(process)
        raise
    if process.returncode:
        raise SimulatorError(f"{version.name} could not be measured: {errors.strip()[-1_000:]}")
    return {title(result): result for result in map(json.loads, out.splitlines())}


def _end(process: subprocess.Popen[str]) -> None:
    """Interrupt a run and wait while it cleans up."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(ENDED)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def title(result: Mapping[str, Any]) -> str:
    """Name a result: its measure, and the number of workers where it ran on engines."""
    return f"{result['name']} ×{result['workers']}" if "workers" in result else str(result["name"])
