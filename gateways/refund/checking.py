"""Checks of a claim before matching: valid codes, valid lines, an exporter entitled to claim."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.documents import RefundClaim, RefundClaimLine
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.refund import overseas
from declarations.refund.conditions import Condition, ConditionOutcome
from declarations.refund.treatment import Exporter
from declarations.unanswered import missing_values
from gateways.refund.case import ClaimCase
from gateways.refund.evidence import EXPORT, PURCHASE
from gateways.refund.papers import AHEAD
from gateways.refund.repository import Item

TRADER, MANUFACTURER, EXEMPTION = CLAIM_KINDS = ("T", "M", "E")
OVERSEAS = "9810"
ASSUMED, UNREGISTERED, SUSPENDED, OTHER_FILING = "20530", "20531", "20532", "20533"
OTHERS_ITEM, NO_PART, NO_KIND, NO_BUSINESS, NO_PERIOD, LINE_TWICE, NO_PURCHASES, NO_EXPORTS, SOLD_GOODS = (
    "20520",
    "20521",
    "20522",
    "20523",
    "20524",
    "20525",
    "20527",
    "20528",
    "20529",
)
NO_SALE_STATE = "20407"
UNKNOWN_LAW = "20553"
GENERAL = "1"


def check_form(facts: RefundClaim) -> Iterator[Reason]:
    """Yield reasons to refuse a claim with invalid codes, period or lines."""
    if facts.claim_kind not in CLAIM_KINDS:
        yield Reason(NO_KIND, {"found": facts.claim_kind, "expected": "/".join(CLAIM_KINDS)})
    if facts.business not in ("", AHEAD):
        yield Reason(NO_BUSINESS, {"found": facts.business, "expected": AHEAD})
    yield from check_period(facts.period)
    seen = set[int]()
    for line in facts.lines:
        if line.gnum in seen:
            yield Reason(LINE_TWICE, {"line": str(line.gnum)})
        seen.add(line.gnum)
        if line.part not in (EXPORT, PURCHASE):
            yield Reason(NO_PART, {"line": str(line.gnum), "found": line.part})
        elif line.part == PURCHASE and facts.claim_kind == MANUFACTURER:
            yield Reason(NO_PURCHASES, {"line": str(line.gnum)})
    if not any(line.part == EXPORT for line in facts.lines):
        yield Reason(NO_EXPORTS, {})


def check_period(period: str) -> Iterator[Reason]:
    """Yield a reason to refuse a period that is not a month, yyyyMM."""
    if not (len(period) == 6 and period.isascii() and period.isdigit() and "01" <= period[4:] <= "12"):
        yield Reason(NO_PERIOD, {"found": period})


def check_owner(case: ClaimCase) -> Iterator[Reason]:
    """Yield reasons to refuse items that another company exported."""
    claimant = case.facts.ebc_code
    for line in case.export_lines():
        if (item := case.evidence.items.get(line.item_no)) and item.ebc_code != claimant:
            yield Reason(OTHERS_ITEM, {"line": str(line.gnum), "item": line.item_no, "claimant": claimant})


def check_sale_states(case: ClaimCase) -> Iterator[Reason]:
    """Yield reasons to refuse goods of overseas warehouses with a wrong sale state: unsold ones must be claimed ahead
    of sale, sold ones normally. A manufacturer, who has one claim a month, has both in one: the business type marks
    lines of the detailed table (国家税务总局公告2025年第3号 art. 2(1)), here those of 9810 that are unsold."""
    facts, modes = case.facts, set[str]()
    exports = [(line, case.items[line.item_no]) for line in case.export_lines() if line.item_no in case.items]
    mixed = facts.claim_kind == MANUFACTURER and any(is_ahead(facts, line, item) for line, item in exports)
    for line, item in exports:
        if item.trade_mode == OVERSEAS and line.sale_state not in (
            overseas.SOLD,
            overseas.UNSOLD,
            *_empty_sale_state(facts),
        ):
            yield Reason(NO_SALE_STATE, {"line": str(line.gnum), "found": line.sale_state, "business": AHEAD})
            continue
        if mixed and not is_ahead(facts, line, item) and line.sale_state != overseas.UNSOLD:
            continue
        if facts.business == AHEAD and line.sale_state == overseas.SOLD:
            yield Reason(SOLD_GOODS, {"line": str(line.gnum), "business": AHEAD})
        if facts.business == AHEAD or (item.trade_mode == OVERSEAS and line.sale_state != overseas.SOLD):
            modes.add(item.trade_mode)
    for mode in sorted(modes):
        yield from _check_admissible(mode, case)


def is_ahead(facts: RefundClaim, line: RefundClaimLine, item: Item) -> bool:
    """True if a line is claimed ahead of its sale."""
    return facts.business == AHEAD and item.trade_mode == OVERSEAS and line.sale_state != overseas.SOLD


def _empty_sale_state(facts: RefundClaim) -> tuple[str, ...]:
    """The empty sale state, if the claim may omit it: all goods of a claim ahead of sale are unsold."""
    return ("",) if facts.business == AHEAD else ()


def _check_admissible(mode: str, case: ClaimCase) -> tuple[Reason, ...]:
    try:
        return overseas.check_admissible(mode, case.facts.business, case.desk.day, case.account.blocked, case.desk.law)
    except NoValue as error:
        return (Reason(UNKNOWN_LAW, missing_values(error)),)


def exporter_of(case: ClaimCase) -> tuple[Exporter, Condition | None]:
    """Return the claimant with its qualifications, and the condition that these were assumed, if it is not registered.

    For a claim of an exemption the registered kind of refund is ignored.
    """
    facts, standing = case.facts, case.standing
    kind = facts.claim_kind if standing.registered is None else standing.refund_kind
    if facts.claim_kind == EXEMPTION:
        kind = ""
    if standing.registered is None:
        assumption = Condition(
            ASSUMED, ConditionOutcome.NOT_CHECKED, {"code": facts.ebc_code, "kind": facts.claim_kind}
        )
        return Exporter(None, standing.platform, None, kind, standing.zone), assumption
    general = standing.taxpayer_kind == GENERAL
    return Exporter(standing.registered, standing.platform, general, kind, standing.zone), None


def check_admitted(case: ClaimCase) -> Iterator[Reason]:
    """Yield reasons to refuse a company that may not claim, or not this kind of refund."""
    facts, standing = case.facts, case.standing
    if standing.registered is None and not case.desk.options.open:
        yield Reason(UNREGISTERED, {"code": facts.ebc_code})
    elif standing.registered is False:
        yield Reason(SUSPENDED, {"code": facts.ebc_code})
    elif (
        standing.registered
        and standing.refund_kind in (TRADER, MANUFACTURER)
        and facts.claim_kind in (TRADER, MANUFACTURER)
        and facts.claim_kind != standing.refund_kind
    ):
        yield Reason(OTHER_FILING, {"found": facts.claim_kind, "expected": standing.refund_kind})
