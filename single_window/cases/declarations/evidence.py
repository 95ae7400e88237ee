"""Evidence on an export list: its documents side by side, and the findings of the rules of its export mode.

The differences are found by customs' own comparison, as of the day of the decision; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from declarations import clearance, goods
from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, unpack
from declarations.export import comparing, list_clearance, modes, requirements
from declarations.export.value import Fob
from declarations.money import amount_text
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason
from declarations.summary.eligibility import is_summable
from gateways.customs.repository import Declaration
from single_window.cases.declarations import comparison
from single_window.cases.declarations.comparison import Field, Layout
from single_window.cases.declarations.parts import Evidence, HappeningOut
from single_window.frame.typed import local
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import goods_rows, sandboxes
from single_window.store.tables import document, summary, summary_member

LAYOUT = Layout(
    ("export_inventory", "export_order", "export_waybill", "collection"),
    (
        Field("order_no", ("order_no", "order_no", "", "order_no"), ("17101", "17121")),
        Field("ebp_code", ("ebp_code ebp_name", "ebp_code ebp_name", "", "ebp_code ebp_name"), ("17102", "17122")),
        Field("ebc_code", ("ebc_code ebc_name",) * 4, ("17103", "17112", "17123")),
        Field("mode", ("trade_mode", "order_type", "", ""), ("17104",)),
        Field("lines", ("#lines", "#lines", "", ""), ("17105",)),
        Field("value", ("#value", "goods_value currency", "", "charge currency"), ("17109", "17124")),
        Field("logistics_no", ("logistics_no", "", "logistics_no", ""), ("17110",)),
        Field("logistics_code", ("logistics_code logistics_name", "", "logistics_code logistics_name", ""), ("17111",)),
        Field("gross_weight", ("gross_weight", "", "gross_weight", ""), ("17113",)),
        Field("pack_no", ("pack_no", "", "pack_no", ""), ("17114",)),
        Field("freight", ("freight f_currency", "freight currency", "freight currency", ""), ("17115", "17124")),
        Field("insured_fee", ("insured_fee i_currency", "", "insured_fee currency", ""), ("17116",)),
    ),
    frozenset({"17105", "17106", "17107", "17108"}),
    lambda name, list_line, order_line: comparing.COMPARISONS[name](list_line, order_line),
)
"""The comparison that `declarations.export.comparing` makes; numbers are the codes of its rules."""


def of_export(
    connection: Connection, sandbox: str, declaration: Declaration, timeline: Sequence[HappeningOut], law: Parameters
) -> Evidence | None:
    """Return the evidence of an export list; None if the list's document was deleted."""
    facts = _facts(connection, sandbox, declaration)
    listed = facts.get("export_inventory")
    if listed is None:
        return None
    day = _decided_on(connection, sandbox, declaration, timeline)
    differences = _compare(facts, day, law)
    reasons, fob_value = _check_mode(connection, sandbox, declaration, listed, day, law)
    return comparison.compare_facts(
        LAYOUT,
        facts,
        _required_kinds(day, law),
        differences,
        law,
        channel=tuple(phrases.because(reason, law) for reason in reasons),
        fob=amount_text(fob_value.amount) if fob_value is not None and fob_value.amount is not None else "",
        summarising=phrases.phrase("summarising", "yes" if list_clearance.joins_monthly_summary(listed) else "no"),
        bases=tuple(phrases.basis(identity, law) for identity in _parameter_ids(listed, reasons, fob_value, day, law)),
    )


def summary_of(connection: Connection, sandbox: str, declaration: Declaration, law: Parameters) -> Words:
    """Return how a closed export list is summarised: the summary that has it, that it waits for one, or that it only
    counts in statistics; empty if not applicable."""
    if declaration.flow != "E" or not declaration.closed_at:
        return Words("", "")
    row = connection.execute(
        select(summary.c.sum_no, summary.c.state)
        .join(summary_member, summary_member.c.summary_id == summary.c.id)
        .where(summary.c.sandbox == sandbox, summary_member.c.declaration_id == declaration.id)
    ).first()
    if row is not None:
        phrase = phrases.phrase("summary_standing", "summarised" if row.state == "summarised" else "claimed")
        return Words(f"{row.sum_no} {phrase.zh}".strip(), f"{row.sum_no} {phrase.en}".strip())
    day = day_of(declaration.closed_at)
    if is_summable(declaration.trade_mode, declaration.statistics_flag, day, law):
        return phrases.phrase("summary_standing", "waits")
    return (
        phrases.phrase("summary_standing", "statistics")
        if is_summable(declaration.trade_mode, "", day, law)
        else Words("", "")
    )


def _facts(connection: Connection, sandbox: str, declaration: Declaration) -> dict[str, Any]:
    """Return the stored documents of a list by kind."""
    named = [
        and_(document.c.kind == kind, document.c.key == key)
        for kind, key in (
            ("export_order", declaration.key),
            ("collection", declaration.key),
            ("export_inventory", declaration.key),
            ("export_waybill", declaration.logistics_key),
        )
    ]
    rows = connection.execute(
        select(document.c.kind, document.c.facts).where(
            document.c.sandbox == sandbox, or_(*named), document.c.state.in_(["declared", "accepted"])
        )
    )
    by_kind = {kind: unpack(DOCUMENTS[kind], facts) for kind, facts in rows}
    if "export_inventory" not in by_kind:
        own = connection.execute(
            select(document.c.facts).where(document.c.sandbox == sandbox, document.c.id == declaration.document_id)
        ).scalar()
        by_kind |= {"export_inventory": unpack(DOCUMENTS["export_inventory"], own)} if own else {}
    return by_kind


def _decided_on(
    connection: Connection, sandbox: str, declaration: Declaration, timeline: Sequence[HappeningOut]
) -> date:
    """Return the day on which customs accepted or rejected a list; today if it has done neither."""
    rejected_at = max((happening.at for happening in timeline if happening.event == "rejected"), default="")
    if rejected_at and not declaration.accepted_at:
        return date.fromisoformat(local(rejected_at)[:10])
    return day_of(declaration.accepted_at or sandboxes.find(connection, sandbox).clock.now())


def _compare(facts: Mapping[str, Any], day: date, law: Parameters) -> list[Reason]:
    if "export_order" not in facts or "export_waybill" not in facts:
        return []
    try:
        return comparing.compare(
            facts["export_order"], facts["export_waybill"], facts["export_inventory"], facts.get("collection"), day, law
        )
    except NoValue:
        return []


def _required_kinds(day: date, law: Parameters) -> list[str]:
    """Return the kinds of document that a list accepted on a day requires."""
    return [
        kind
        for kind in LAYOUT.kinds
        if kind != "collection" or requirements.collection_requirement_on(day, law).applies
    ]


def _check_mode(
    connection: Connection, sandbox: str, declaration: Declaration, listed: Any, day: date, law: Parameters
) -> tuple[list[Reason], Fob | None]:
    """Return the reasons against clearance and for review by an officer, and the FOB value (None: no law).

    The stored reasons of the decision tell whether the merchant had filed its warehouse then.
    """
    register = goods_rows.register(connection, sandbox, goods.load())
    filed = all(reason.rule != list_clearance.NOT_FILED for reason in declaration.reasons)
    try:
        verdict = list_clearance.check(listed, day, law, register, warehouse_filed=filed)
        clearance_reasons = clearance.check(listed.customs_code, listed.port_code, day, law)
    except NoValue:
        return [], None
    return [*verdict.reasons, *verdict.review, *clearance_reasons], verdict.fob


def _parameter_ids(
    listed: Any, reasons: Sequence[Reason], fob_value: Fob | None, day: date, law: Parameters
) -> list[str]:
    """Return the ids of the dated values used, without duplicates."""
    bases = [
        *modes.find_opening(listed.trade_mode, listed.customs_code, day, law).parameter_ids,
        *requirements.collection_requirement_on(day, law).parameter_ids,
    ]
    if listed.trade_mode == modes.WAREHOUSE:
        bases += requirements.warehouse_requirement_on(day, law).parameter_ids
    if listed.statistics_flag == list_clearance.SIMPLIFIED:
        bases += requirements.zone_requirement_of(listed.customs_code, day, law).parameter_ids
    bases += fob_value.parameter_ids if fob_value is not None else ()
    bases += [identity for reason in reasons for identity in reason.parameter_ids]
    return list(dict.fromkeys(bases))
