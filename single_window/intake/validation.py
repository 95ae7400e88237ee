"""Tells everything about a message and changes nothing: form, port checks, what it would do, codes, limits, tax.

Of imports, what only the meeting of four documents shows (matching), the risk draw and the guarantee are not foretold;
of exports see `export_validation`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations import limits
from declarations.documents import DOCUMENTS, ExportInventory, Inventory, unpack
from declarations.money import plain
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.submission import STAGE, Stored, decide, faults
from declarations.tax.explanation import explain
from declarations.tax.import_tax import assess, dutiable_value
from declarations.tax.price_query import queried
from declarations.tax.rates import rates_on
from gateways.gateway import Circumstances
from schemas import catalogue, codes, receipt_texts
from schemas.findings import Finding
from single_window.context import Context
from single_window.intake import export_validation, signatures
from single_window.intake.concerned import concerned, declarations_of, request_states
from single_window.intake.reader import read
from single_window.intake.reading import Arrived, Reading
from single_window.store.bulk import chunks
from single_window.store.engine import reading
from single_window.store.tables import allowance, cap_use, document, message

FORM, PORT, CUSTOMS = "form", "port", "customs"
_HEAD_CODES = {"customs_code": "offices", "port_code": "offices", "trade_mode": "trade_modes",
               "traf_mode": "transport_modes", "currency": "currencies", "country": "countries",
               "f_currency": "currencies", "i_currency": "currencies", "wrap_type": "wrap_types"}
_LINE_CODES = {"country": "countries", "currency": "currencies", "unit": "units", "unit1": "units", "unit2": "units"}


class Told(NamedTuple):
    """A finding and whose it is: of form (schema), of the port, or of customs."""

    stage: str
    finding: Finding


@dataclass(slots=True)
class Validation:
    """Everything about a message. `documents` says of each: key, what it would do, codes in words, tax."""

    type: str
    title_zh: str
    title_en: str
    edition: str
    sender: str
    transmission_id: str
    size: int
    count: int
    told: list[Told] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    repeats: dict[str, Any] | None = None
    """The earlier message with the same transmission id or the same bytes, if there is one."""

    @property
    def valid(self) -> bool:
        """Whether nothing was found for which port or customs would refuse it."""
        return all(one.finding.warning for one in self.told)

    def plain(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        names = ("type", "title_zh", "title_en", "edition", "sender", "transmission_id", "size", "count", "repeats",
                 "documents")
        return {"valid": self.valid, **{name: getattr(self, name) for name in names},
                "findings": [{"stage": one.stage, **one.finding._asdict()} for one in self.told]}


def of_refused(came: Reading) -> Validation:
    """What there is to say about something that could not be opened."""
    return Validation("", "", "", "", came.sender, "", came.size, 0, [Told(FORM, one) for one in came.findings])


def validate(context: Context, sandbox: str, body: bytes, edition: str | None = None) -> Validation:
    """Validate a message as a sandbox would receive it now. Raises `UnknownSandbox`."""
    came = read(context, sandbox, body, edition)
    if came.refused:
        return of_refused(came)
    entry = catalogue.by_code(came.code)
    told = Validation(entry.root, entry.title_zh, entry.title_en, came.edition, came.sender, came.transmission_id,
                      came.size, came.count, [Told(FORM, one) for one in (*came.findings, *came.remarks)])
    with reading(context.engine) as connection:
        circumstances = context.circumstances(connection, sandbox)
        told.repeats = _repeats(connection, sandbox, came, told)
        known = _Known(connection, sandbox, came)
        unsigned = signatures.against(connection, circumstances, [(0, came)])
        for one in came.documents:
            wrong = unsigned.get((0, one.position), ())
            if wrong and circumstances.options.signatures == signatures.REQUIRE:
                one = one._replace(reasons=(signatures.refusal(came, wrong)[1], *wrong[1:], *one.reasons))
            elif wrong:
                told.told += [_told(PORT, reason, one.position, f"/{entry.root}", True) for reason in wrong]
            told.documents.append(_document(entry, came, one, known, circumstances, told.told))
    return told


def _repeats(connection: Connection, sandbox: str, came: Reading, told: Validation) -> dict[str, Any] | None:
    """The same transmission (answered with its first id), its id with other bytes (409), or the same bytes."""
    columns = (message.c.id, message.c.content_hash, message.c.transmission_id)
    where = (message.c.sandbox == sandbox, message.c.state != "refused")
    same_id = connection.execute(select(*columns).where(
        *where, message.c.sender == came.sender, message.c.transmission_id == came.transmission_id)).first()
    if same_id is not None and same_id.content_hash != came.content_hash:
        told.told.append(Told(FORM, Finding(
            "transmission-id-reused", f"传输编号{came.transmission_id}已用于内容不同的报文{same_id.id}",
            f"the transmission id {came.transmission_id} was used for message {same_id.id} with other content",
            found=came.transmission_id, remedy_zh="请使用新的传输编号", remedy_en="use a new transmission id")))
    same = same_id if same_id is not None else connection.execute(
        select(*columns).where(*where, message.c.content_hash == came.content_hash)).first()
    return None if same is None else {"message": same.id, "same_bytes": same.content_hash == came.content_hash,
                                      "same_transmission": same_id is not None}


class _Stood(NamedTuple):
    """What stands under a key; `message_id` None: by an earlier document of the same message."""

    message_id: int | None
    state: str
    app_time: str
    guid: str
    content_hash: str


class _Known:
    """What is stored under the keys of a message's documents, and the declarations of their orders."""

    def __init__(self, connection: Connection, sandbox: str, came: Reading) -> None:
        self.connection, self.sandbox = connection, sandbox
        self.stored: dict[str, Any] = {}
        for part in chunks([one.key for one in came.documents]):
            for row in connection.execute(select(document).where(
                    document.c.sandbox == sandbox, document.c.kind == came.kind, document.c.key.in_(part))):
                self.stored[row.key] = row
        self.declared = declarations_of(connection, sandbox, [(came.kind, one) for one in came.documents])
        self.answered = request_states(connection, sandbox, {came.kind: [one.key for one in came.documents]})

    def take(self, arrived: Arrived, would: str) -> None:
        """From now on a document stands under its key as this message would leave it."""
        if would in {"insert", "replace", "declare_staged"}:
            state = "staged" if arrived.app_status == STAGE else "declared"
        elif would == "delete":
            state = "deleted"
        else:
            return
        self.stored[arrived.key] = _Stood(None, state, arrived.app_time, arrived.guid, arrived.content_hash)

    def used(self, inventory: Inventory, year: int) -> tuple[int, dict[str, int]]:
        """What a buyer has used of his year: yuan, and net kilograms of capped groups."""
        row = self.connection.execute(select(allowance.c.reserved + allowance.c.used).where(
            allowance.c.sandbox == self.sandbox, allowance.c.identity == inventory.buyer_id_number,
            allowance.c.year == year)).scalar()
        caps = self.connection.execute(select(cap_use.c.group_key, cap_use.c.quantity).where(
            cap_use.c.sandbox == self.sandbox, cap_use.c.identity == inventory.buyer_id_number, cap_use.c.year == year))
        return int(row or 0), {group: quantity for group, quantity in caps}


def _document(entry: catalogue.Entry, came: Reading, one: Arrived, known: _Known, circumstances: Circumstances,
              told: list[Told]) -> dict[str, Any]:
    path = f"/{entry.root}/{entry.document}" + (f"[{one.position}]" if came.count > 1 else "")
    facts = unpack(DOCUMENTS[came.kind], one.facts)
    said = {name: text for name in facts.__struct_fields__ if isinstance(text := getattr(facts, name), str)}
    would, refused = _decided(came.kind, one, known)
    for reason in (*refused, *one.reasons):
        # the document's own fields fill what the reason leaves open
        told.append(_told(PORT, reason._replace(values={**said, **reason.values}), one.position, path))
    stored = known.stored.get(one.key)
    known.take(one, would)
    shown = {
        "position": one.position, "guid": one.guid, "kind": came.kind, "key": one.key, "order_no": one.order_no,
        "would": would, "stored": None if stored is None else {
            "message": stored.message_id, "state": stored.state, "app_time": stored.app_time,
            "same_content": stored.content_hash == one.content_hash},
        "codes": list(_codes(facts, circumstances)), "tax": None, "export": None,
    }
    if isinstance(facts, ExportInventory):
        found, shown["export"] = export_validation.foretell(
            known.connection, known.sandbox, facts, one.key, circumstances, one.position, path)
        told += [Told(CUSTOMS, finding) for finding in found]
    if isinstance(facts, Inventory):
        shown["tax"] = _taxed(facts, known, circumstances, one.position, path, told)
    return shown


def _decided(kind: str, one: Arrived, known: _Known) -> tuple[str, tuple[Reason, ...]]:
    """What the document would do (insert, replace, delete, declare_staged, repeat, refuse), and all that is said
    against it for what is stored under its key, whatever else is wrong with it."""
    row, its = known.stored.get(one.key), concerned(kind, one, known.declared)
    declared = its.state if its is not None else None
    stored = Stored(row.app_time, row.guid, row.content_hash, row.state) if row is not None else None
    own, answered = catalogue.handling(kind).declares and stored is not None, known.answered.get((kind, one.key))
    if stored is not None and declared is not None and own and stored.state not in {"staged", "deleted"}:
        stored = stored._replace(state=declared.state)
    elif stored is not None and answered is not None and stored.state == "declared":
        stored = stored._replace(state=answered.state)
    what = (kind, one.app_type, one.app_status, one.app_time, one.guid, one.content_hash, stored,
            declared if stored is not None else None, one.numbers)
    return "refuse" if one.reasons else decide(*what).action, faults(*what)


def _codes(facts: Any, circumstances: Circumstances) -> Iterator[dict[str, Any]]:
    """Every code of a document in words; `known` false where no table has it on the sandbox's day."""
    lines: Sequence[Any] = getattr(facts, "lines", ())
    for place, part, tables in [("", facts, _HEAD_CODES), *[(str(number), line, _LINE_CODES)
                                                            for number, line in enumerate(lines, 1)]]:
        for name, table in tables.items():
            value = getattr(part, name, "")
            if value:
                found = codes.TABLES[table].get(value, circumstances.day)
                yield {"field": name, "line": int(place) if place else None, "code": value, "table": table,
                       "zh": found.zh if found else "", "en": found.en if found else "", "known": found is not None}


def _taxed(facts: Inventory, known: _Known, circumstances: Circumstances, position: int, path: str,
           told: list[Told]) -> dict[str, Any] | None:
    """Limits as told to the sender, and the tax as of the sandbox's day with its working."""
    day, goods, parameters = circumstances.day, circumstances.goods, circumstances.parameters
    try:
        value = dutiable_value(facts)
        used, caps = known.used(facts, day.year)
        verdict = limits.check(facts, value, used, day, parameters, goods, caps)
        assessed = assess(facts, day, goods, parameters, circumstances.options.rounding,
                          full_tax=None if verdict.reasons else verdict.full_tax)
        assessed = queried(assessed, facts, rates_on(day, goods, parameters))
    except NoValue as missing:
        told.append(Told(CUSTOMS, Finding("no-value", f"缺少当日有效的数值：{missing}", str(missing), position, path)))
        return None
    told += [_told(CUSTOMS, reason, position, path) for reason in verdict.reasons]
    told += [_told(CUSTOMS, reason, position, path, warning=True) for reason in assessed.needs_review]
    amounts = {name: plain(getattr(assessed, name)) for name in ("value", "duty", "consumption", "vat", "total")}
    return {"day": day.isoformat(), **amounts, "full_tax": assessed.full_tax, "used_this_year": plain(used),
            **{f"working_{language}": explain(assessed, language, parameters, day=day, goods=goods)
               for language in ("zh", "en")}}


def _told(stage: str, reason: Reason, position: int, path: str, warning: bool = False) -> Told:
    zh, en = _words(reason, "zh"), _words(reason, "en")
    return Told(stage, Finding(reason.rule, zh, en, position, path, warning=warning))


def _words(reason: Reason, language: str) -> str:
    try:
        return receipt_texts.words(reason.rule, reason.values, language)
    except receipt_texts.NoWords:
        return f"{reason.rule} {dict(reason.values)}"
