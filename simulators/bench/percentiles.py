"""Percentiles (nearest rank)."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` percent of all values do not exceed; 0 if there are none."""
    return round(sorted(values)[max(0, -(-len(values) * percent // 100) - 1)], 1) if values else 0.0


def spread(name: str, milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum, as figures of a measure."""
    return {
        f"{name}_p50_ms": percentile(milliseconds, 50),
        f"{name}_p99_ms": percentile(milliseconds, 99),
        f"{name}_most_ms": percentile(milliseconds, 100),
    }
