"""Facts: what happened at one gateway, published for all gateways that hear it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gateways.topics.topic import fact


@fact
class ListReleased(NamedTuple):
    """Customs released an import list (800)."""

    declaration_id: int
    invt_no: str
    mailboxes: str
    fields: Mapping[str, str]
    """Fields of the list, by their names in a bill (816)."""
    last_return: int
    """The time of the receipt 800."""


@fact
class HoldLifted(NamedTuple):
    """Somebody lifted a hold for which lists wait."""

    kind: str
    """What was held, as in `Held`."""
    key: str
    by: str
    """Who held it."""


@fact
class OptionsChanged(NamedTuple):
    """Options of the sandbox have other values from now on."""

    names: tuple[str, ...]


@fact
class SuspensionChanged(NamedTuple):
    """An officer suspended a registered company, or let it resume."""

    company: str
    """Its customs code."""
    suspended: bool


@fact
class CreditEventHappened(NamedTuple):
    """Something counts for a company's credit. The same agency and number again replaces what was said of it: that it
    became final, was cured, or was withdrawn. Days as 2026-04-01; empty: not yet."""

    company: str
    """Its customs or credit code."""
    kind: str
    degree: str
    """L light, G general, S severe."""
    agency: str
    event_no: str
    occurred: str
    """Of a debt: the last day on which it could be paid."""
    decided: str
    final: str
    amount: int = 0
    """Yuan, scaled."""
    documents: int = 0
    doc_no: str = ""
    evidence: str = ""
    cured: str = ""
    withdrawn: str = ""


def general_credit_event(
    company: str, kind: str, agency: str, about: str, *, occurred: str, decided: str = ""
) -> CreditEventHappened:
    """Return a general event (degree G) that is final when it is decided, without another day on the day on which it
    occurred. Its number names the kind, and what it is about."""
    final = decided or occurred
    return CreditEventHappened(
        company=company,
        kind=kind,
        degree="G",
        agency=agency,
        event_no=f"{kind}|{about}",
        occurred=occurred,
        decided=final,
        final=final,
    )


@fact
class RecallOrdered(NamedTuple):
    """An officer ordered by a measure that goods which failed a spot check are recalled: a lot of an account book, or
    goods of a company by its item number."""

    measure_no: str
    ebc_code: str
    ebp_code: str
    ems_no: str
    item_record_no: str
    item_no: str
    gcode: str
    gname: str
    hazard: str
    by: str


@fact
class StockLeft(NamedTuple):
    """A company's goods have left for a warehouse abroad: customs closed its list of 9810."""

    code: str


@fact
class ListFromKorea(NamedTuple):
    """Customs has accepted an import list from Korea; only published where the sandbox has Korea's customs.

    `hs6`: codes of its goods, blanks between; `value` in yuan and `gross_weight`: scaled by 100,000."""

    declaration_id: int
    logistics_no: str
    list_key: str = ""
    order_no: str = ""
    invt_no: str = ""
    agent_code: str = ""
    hs6: str = ""
    value: int = 0
    gross_weight: int = 0
