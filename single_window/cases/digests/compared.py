"""A comparison of two digests as JSON, and what it changes in total."""

from __future__ import annotations

from typing import Any

from single_window.cases.digests.comparing import Comparison, Group, Sums


def comparison_plainly(comparison: Comparison, explained: dict[str, list[list[str]]]) -> dict[str, Any]:
    """Return a comparison as JSON object; `explained`: trade -> both stories."""
    return {
        "equal": comparison.equal,
        "differing": comparison.differing,
        "causes": dict(comparison.causes.most_common()),
        "before": _sums(comparison.before),
        "after": _sums(comparison.after),
        "trades": [{**_plain_group(group), "explained": explained.get(group.trade, [])} for group in comparison.groups],
    }


def _plain_group(group: Group) -> dict[str, Any]:
    return {
        "trade": group.trade,
        "first": group.first._asdict(),
        "following": [difference._asdict() for difference in group.following],
    }


def _sums(sums: Sums) -> dict[str, Any]:
    return {
        "outcomes": sums.outcomes,
        "lists": dict(sorted(sums.lists.items())),
        "tax": {state: f"{amount:.2f}" for state, amount in sorted(sums.tax.items())},
        "refunds": {state: f"{amount:.2f}" for state, amount in sorted(sums.refunds.items())},
    }


def changed_totals(comparison: Comparison) -> list[tuple[str, str, Any, Any]]:
    """Return the changed totals: (lists, tax or refunds; state; both sums)."""
    rows = []
    before, after = _sums(comparison.before), _sums(comparison.after)
    for measure in ("lists", "tax", "refunds"):
        for state in sorted({*before[measure], *after[measure]}):
            first, other = before[measure].get(state, 0), after[measure].get(state, 0)
            if first != other:
                rows.append((measure, state, first, other))
    return rows
