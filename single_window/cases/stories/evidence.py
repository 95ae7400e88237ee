"""What an export list is judged by: its documents beside each other, and what the rules of its channel say of it.

Differences are marked by the very comparison that customs makes, on the day of the decision; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from declarations import clearance, goods
from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, unpack
from declarations.export import channel, comparing, modes, requirements
from declarations.export.value import Fob
from declarations.money import plain
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason
from declarations.summary.eligibility import summable
from gateways.customs.repository import Declaration
from single_window.cases.stories.parts import Compared, Evidence, Happening
from single_window.language import words
from single_window.language.words import Words
from single_window.store import goods_rows, sandboxes
from single_window.store.tables import document, summary, summary_member

KINDS = ("export_inventory", "export_order", "export_waybill", "collection")
"""The columns of the comparison."""
_HEAD: tuple[tuple[str, tuple[str, str, str, str], tuple[str, ...]], ...] = (
    ("order_no", ("order_no", "order_no", "", "order_no"), ("17101", "17121")),
    ("ebp_code", ("ebp_code", "ebp_code", "", "ebp_code"), ("17102", "17122")),
    ("ebc_code", ("ebc_code", "ebc_code", "ebc_code", "ebc_code"), ("17103", "17112", "17123")),
    ("mode", ("trade_mode", "order_type", "", ""), ("17104",)),
    ("lines", ("#lines", "#lines", "", ""), ("17105",)),
    ("value", ("#value", "goods_value currency", "", "charge currency"), ("17109", "17124")),
    ("logistics_no", ("logistics_no", "", "logistics_no", ""), ("17110",)),
    ("logistics_code", ("logistics_code", "", "logistics_code", ""), ("17111",)),
    ("gross_weight", ("gross_weight", "", "gross_weight", ""), ("17113",)),
    ("pack_no", ("pack_no", "", "pack_no", ""), ("17114",)),
    ("freight", ("freight f_currency", "freight currency", "freight currency", ""), ("17115", "17124")),
    ("insured_fee", ("insured_fee i_currency", "", "insured_fee currency", ""), ("17116",)),
)
"""A row: its name, what each document calls the value (and its currency), the rules that may find against it."""
_LINE = (("item", "17106"), ("qty", "17107"), ("price", "17108"))
_WHOLE = frozenset({"pack_no"})
MOST_LINES = 50
"""Lines of goods that are compared on a page; the differences name every one."""


def of_export(
    connection: Connection, sandbox: str, one: Declaration, timeline: Sequence[Happening], law: Parameters
) -> Evidence | None:
    """The evidence of an export list; None where its own document is gone."""
    facts = _facts(connection, sandbox, one)
    listed = facts.get("export_inventory")
    if listed is None:
        return None
    day = _decided_on(connection, sandbox, one, timeline)
    against = _compare(facts, day, law)
    said, judged = _channel(connection, sandbox, one, listed, day, law)
    differing = {reason.rule: reason for reason in against}
    columns = [kind for kind in KINDS if kind in facts]
    rows = [*_head(facts, differing), *_lines(facts, differing)]
    return Evidence(
        tuple((kind, words.phrase("role", kind)) for kind in columns),
        tuple(Compared(row.name, row.words, tuple(text for kind, text in zip(KINDS, row.texts, strict=True)
                                                  if kind in facts), row.differs) for row in rows),
        tuple(words.because(reason, law) for reason in against),
        tuple(words.because(reason, law) for reason in said),
        plain(judged.amount) if judged is not None and judged.amount is not None else "",
        words.phrase("summarising", "yes" if channel.summarised(listed) else "no"),
        tuple(words.basis(identity, law) for identity in _bases(listed, said, judged, day, law)),
    )


def summary_of(connection: Connection, sandbox: str, one: Declaration, law: Parameters) -> Words:
    """How a closed export list is counted: in which summary request, in none yet, in statistics only; else empty."""
    if one.flow != "E" or not one.closed_at:
        return Words("", "")
    row = connection.execute(
        select(summary.c.sum_no, summary.c.state)
        .join(summary_member, summary_member.c.summary_id == summary.c.id)
        .where(summary.c.sandbox == sandbox, summary_member.c.declaration_id == one.id)).first()
    if row is not None:
        said = words.phrase("summary_standing", "summarised" if row.state == "summarised" else "claimed")
        return Words(f"{row.sum_no} {said.zh}".strip(), f"{row.sum_no} {said.en}".strip())
    day = day_of(one.closed_at)
    if summable(one.trade_mode, one.statistics_flag, day, law):
        return words.phrase("summary_standing", "waits")
    return words.phrase("summary_standing", "statistics") if summable(one.trade_mode, "", day, law) else Words("", "")


def _facts(connection: Connection, sandbox: str, one: Declaration) -> dict[str, Any]:
    """The documents of a list by kind, as far as they are there."""
    named = [and_(document.c.kind == kind, document.c.key == key) for kind, key in (
        ("export_order", one.key), ("collection", one.key), ("export_inventory", one.key),
        ("export_waybill", one.logistics_key))]
    rows = connection.execute(select(document.c.kind, document.c.facts).where(
        document.c.sandbox == sandbox, or_(*named), document.c.state.in_(["declared", "accepted"])))
    found = {kind: unpack(DOCUMENTS[kind], facts) for kind, facts in rows}
    if "export_inventory" not in found:
        own = connection.execute(select(document.c.facts).where(
            document.c.sandbox == sandbox, document.c.id == one.document_id)).scalar()
        found |= {"export_inventory": unpack(DOCUMENTS["export_inventory"], own)} if own else {}
    return found


def _decided_on(connection: Connection, sandbox: str, one: Declaration, timeline: Sequence[Happening]) -> date:
    """The day on which customs accepted or rejected a list; today while it has done neither."""
    rejected = max((each.at for each in timeline if each.event == "rejected"), default=0)
    return day_of(one.accepted_at or rejected or sandboxes.find(connection, sandbox).clock.now())


def _compare(facts: Mapping[str, Any], day: date, law: Parameters) -> list[Reason]:
    if "export_order" not in facts or "export_waybill" not in facts:
        return []
    try:
        return comparing.compare(facts["export_order"], facts["export_waybill"], facts["export_inventory"],
                                 facts.get("collection"), day, law)
    except NoValue:
        return []


def _channel(connection: Connection, sandbox: str, one: Declaration, listed: Any, day: date,
             law: Parameters) -> tuple[list[Reason], Fob | None]:
    """What stands against clearing this way, what a person must look at, and the value that this was judged by.

    Whether a warehouse was filed depends on the company as it was; what was decided says it.
    """
    register = goods_rows.register(connection, sandbox, goods.load())
    filed = all(reason.rule != channel.NOT_FILED for reason in one.reasons)
    try:
        verdict = channel.check(listed, day, law, register, warehouse_filed=filed)
        districts = clearance.check(listed.customs_code, listed.port_code, day, law)
    except NoValue:
        return [], None
    return [*verdict.reasons, *verdict.review, *districts], verdict.fob


def _bases(listed: Any, said: Sequence[Reason], judged: Fob | None, day: date, law: Parameters) -> list[str]:
    """The dated values behind a judgement, each once."""
    found = [*modes.opening(listed.trade_mode, listed.customs_code, day, law).parameters,
             *requirements.collection(day, law).parameters]
    if listed.trade_mode == modes.WAREHOUSE:
        found += requirements.warehouse_filing(day, law).parameters
    if listed.statistics_flag == channel.SIMPLIFIED:
        found += requirements.pilot_zone(listed.customs_code, day, law).parameters
    found += judged.parameters if judged is not None else ()
    found += [identity for reason in said for identity in reason.parameters]
    return list(dict.fromkeys(found))


def _head(facts: Mapping[str, Any], differing: Mapping[str, Reason]) -> list[Compared]:
    rows = []
    for name, elements, rules in _HEAD:
        texts = tuple(_text(facts.get(kind), element) for kind, element in zip(KINDS, elements, strict=True))
        if any(texts):
            rows.append(Compared(name, words.phrase("compared", name), texts, any(rule in differing for rule in rules)))
    return rows


def _text(facts: Any, element: str) -> str:
    """A value of a document as text, with what it is measured in."""
    if facts is None or not element:
        return ""
    if element == "#lines":
        return str(len(facts.lines))
    if element == "#value":
        return _sums(facts)
    name, _, unit = element.partition(" ")
    found = getattr(facts, name)
    text = found if isinstance(found, str) else str(found) if name in _WHOLE else plain(found)
    return f"{text} {getattr(facts, unit)}".strip() if unit and text else text


def _sums(listed: Any) -> str:
    """The value of a list's goods, by currency."""
    sums: dict[str, int] = {}
    for line in listed.lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.total_price
    return " + ".join(f"{plain(amount)} {currency}" for currency, amount in sums.items())


def _lines(facts: Mapping[str, Any], differing: Mapping[str, Reason]) -> list[Compared]:
    listed, order = facts["export_inventory"].lines, facts.get("export_order")
    sold = {line.gnum: line for line in order.lines} if order is not None else {}
    rows = []
    for line in listed[:MOST_LINES]:
        for name, rule in _LINE:
            found = differing.get(rule)
            differs = found is not None and str(line.gnum) in found.values["gnum"].split(",")
            said = words.phrase("compared", name)
            rows.append(Compared(f"{name} {line.gnum}", Words(f"{said.zh} {line.gnum}", f"{said.en} {line.gnum}"),
                                 (_goods(line, name), _goods(sold.get(line.gnum), name), "", ""), differs))
    return rows


def _goods(line: Any, name: str) -> str:
    if line is None:
        return ""
    if name == "item":
        return " ".join(filter(None, [line.item_no, getattr(line, "gcode", ""), line.item_name]))
    if name == "qty":
        return f"{plain(line.qty)} {line.unit}"
    return f"{plain(line.total_price)} {line.currency}"
