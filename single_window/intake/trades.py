"""Sample messages that belong to one trade, as the client has them: by flow, or of one type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemas import catalogue
from single_window.intake import samples
from single_window_client.trades import SampleTrade

FLOWS: Mapping[str, tuple[str, ...]] = {"import": ("311", "411", "511", "621"), "export": ("303", "505", "603")}
"""The messages of a trade: order, payment, waybill and list of an import; order, waybill and list of an export."""


def codes_of(flow: str) -> Sequence[str]:
    """Return the codes of a flow's messages, or the one code that is named instead."""
    return FLOWS.get(flow, (flow,))


def sample(flow: str, key: str, now: int) -> SampleTrade:
    """Make the messages of an import or export trade, or of one type such as 625.

    `now`: milliseconds since 1970. Raises `UnknownMessage`, and `FileNotFoundError` for a type without a sample."""
    return SampleTrade({code: fresh(code, key, now) for code in codes_of(flow)}, key, now, fresh)


def fresh(code: str, key: str, now: int) -> bytes:
    """Return the sample of a type with the numbers of a key and the times of an instant."""
    return samples.fresh(catalogue.by_code(code), key, now)
