"""Plays seeds: `python -m tests.simulation --seed 4711` plays one and shows what happened, `--seeds 5000` many."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from single_window.clock import monotonic
from tests.simulation.many import SeedResult, played
from tests.simulation.play import CALM, WILD, Failure, simulate


def main() -> int:
    """Read the command line, play, report; gives the exit code: 1 when a seed failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this seed and show all that happens in it")
    parser.add_argument("--seeds", type=int, default=1_000, help="play so many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--calm", dest="modes", action="append_const", const=CALM, help="only with a standing clock")
    parser.add_argument("--wild", dest="modes", action="append_const", const=WILD, help="only with a running clock")
    parser.add_argument("--jobs", type=int, default=1, help="play in so many processes side by side")
    chosen = parser.parse_args()
    modes = chosen.modes or [CALM, WILD]
    if chosen.seed is not None:
        return max(_shown(chosen.seed, mode) for mode in modes)
    return _many(range(chosen.first, chosen.first + chosen.seeds), modes, chosen.jobs)


def _shown(seed: int, mode: str) -> int:
    try:
        result = simulate(seed, mode)
    except Failure as failure:
        print("\n".join(failure.trace.lines))
        print(failure)
        return 1
    print("\n".join(result.trace.lines))
    counts = _counts([SeedResult(result.turns, result.deaths, result.checks, met=result.met)])
    print(f"{mode} seed {seed} holds: {counts}; digest {result.digest}")
    return 0


def _many(seeds: range, modes: list[str], jobs: int) -> int:
    begun, results = monotonic(), list[SeedResult]()
    for result in played(seeds, modes, jobs):
        results.append(result)
        if result.failure:
            print(result.failure, end="\n\n", file=sys.stderr)
    seconds, failed = monotonic() - begun, sum(1 for result in results if result.failure)
    print(
        f"{len(results)} played in {seconds:.1f} s ({1_000 * seconds / max(1, len(results)):.0f} ms each), "
        f"{failed} failed; {_counts(results)}"
    )
    return 1 if failed else 0


def _counts(results: list[SeedResult]) -> str:
    met = sum((result.met for result in results if result.met), start=Counter[str]())
    return (
        f"{sum(result.turns for result in results):,} turns, {sum(result.deaths for result in results):,} deaths, "
        f"invariants looked at {sum(result.checks for result in results):,} times; "
        f"{', '.join(f'{count:,} {name}' for name, count in sorted(met.items()) if count) or 'nothing sampled'}"
    )


if __name__ == "__main__":
    sys.exit(main())
