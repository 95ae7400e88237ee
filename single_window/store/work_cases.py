"""Cases that wait for a person, written in the commit that changes their subject. Never commits.

A case is a subject that waits at a desk. It is opened when the subject enters a state of that desk, updated with each
change, and ended when the subject leaves these states. While a decision about a list waits for tax, its case is not
changed, because the decision may still be refused. While a subject waits for its declarant, the case is not due.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, case, select, update

from declarations.calendar import DAY, instant_of
from declarations.documents import DOCUMENTS, unpack
from declarations.money import scaled_from_text
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from gateways.customs.batches.repository import Batch
from gateways.customs.outcome import KIND_OF_LIST
from gateways.customs.repository import Declaration, Request
from gateways.decisions import SubjectKind
from gateways.refund.papers import Claim
from single_window.store.agency_tables import SUBJECTS
from single_window.store.bulk import array_value, in_array, insert_rows, one_of, pair_of, per_dialect
from single_window.store.desks import NEVER, CaseDesk, desk_of
from single_window.store.prepared import change
from single_window.store.records import to_json
from single_window.store.tables import declaration, document, tax_bill, work_case

Changed = Mapping[str, Collection[Any]]
"""Kind of subject → changed subjects."""
MAX_REASONS, MAX_GOODS = 3, 5
"""Maximum number of reasons and of goods lines stored in a case."""
_KEYS = ("sandbox", "subject", "subject_id")
_COLUMNS = (
    "desk",
    "office",
    "flow",
    "kind",
    "number",
    "order_no",
    "state",
    "version",
    "reason",
    "reasons",
    "company",
    "goods",
    "terms",
    "declaration_id",
    "value",
    "tax",
    "lane",
    "opened_at",
    "due",
    "assignee",
    "lease_until",
    "waiting",
    "ended_at",
)
TAX = "tax"
"""The assessed tax, in the reasons of a list whose tax is not guaranteed."""
AMOUNTS = ("value", "tax")
"""Columns that a change of the subject replaces where it has an amount."""
LAST_DAY = "last_day"
"""Among the columns of a case: the last day that the law gives the desk to decide, as 2026-12-04; empty: none."""
BACK = 1
"""`put_off_until` of a case that is back before its day because its subject has changed."""
_UPDATE = (
    update(work_case)
    .where(*[work_case.c[name] == bindparam(f"of_{name}") for name in _KEYS])
    .values({name: bindparam(f"new_{name}") for name in ("state", "version", "reason", "reasons", "due")})
    .values(put_off_until=case((work_case.c.put_off_until > 0, BACK), else_=0))
    .values(
        {
            name: case(
                (bindparam(f"new_{name}", type_=BigInteger) > 0, bindparam(f"new_{name}")), else_=work_case.c[name]
            )
            for name in AMOUNTS
        }
    )
)


@per_dialect
def _end(sqlite: bool) -> Any:
    return (
        update(work_case)
        .where(
            work_case.c.sandbox == bindparam("of_sandbox"),
            work_case.c.waiting == 1,
            work_case.c.subject == bindparam("of_subject"),
            in_array(sqlite, work_case.c.subject_id, "ids"),
        )
        .values(waiting=0, ended_at=bindparam("now"))
    )


CaseColumns = dict[str, Any]
_assessment = msgspec.json.Decoder(Assessment).decode


def follow(connection: Connection, sandbox: str, changed: Changed, now: int) -> None:
    """Open, update and end the cases of changed subjects; `now` is the sandbox's instant."""
    waiting: dict[tuple[str, str], tuple[Any, CaseDesk]] = {}
    ended: list[tuple[str, str]] = []
    for subject, subjects in changed.items():
        for case_subject in subjects:
            desk = desk_of(subject, case_subject.state, getattr(case_subject, "kind", ""))
            key = (str(subject), _id(case_subject))
            if _is_being_decided(case_subject):
                continue
            if desk is not None:
                waiting[key] = (case_subject, desk)
            elif case_subject.version > 1:  # a new subject has no case yet
                ended.append(key)
    end(connection, sandbox, ended, now)
    if waiting:
        _open(connection, sandbox, waiting, now)


def _is_being_decided(subject: Any) -> bool:
    """True if an officer's decision about a list waits for tax, which may refuse it."""
    return isinstance(subject, Declaration) and bool(subject.held.decision)


def end(connection: Connection, sandbox: str, keys: Collection[tuple[str, str]], now: int) -> None:
    """End the cases of subjects (kind, id); those without a case are ignored."""
    by_subject: dict[str, list[str]] = {}
    for subject, subject_id in keys:
        by_subject.setdefault(subject, []).append(subject_id)
    for subject, ids in by_subject.items():
        named = {"of_sandbox": sandbox, "of_subject": subject, "ids": array_value(connection, ids), "now": now}
        change(connection, _end(connection), named)


def put(
    connection: Connection, sandbox: str, key: tuple[str, str], facts: CaseColumns, desk: CaseDesk, now: int
) -> None:
    """Insert a case for a subject without a gateway, replacing an ended one; `facts`: column → value, others empty."""
    connection.execute(
        work_case.delete().where(
            *[work_case.c[name] == value for name, value in zip(_KEYS, (sandbox, *key), strict=True)]
        )
    )
    insert_rows(connection, work_case, (*_KEYS, *_COLUMNS), [_row(sandbox, key, facts, desk, now)])


def _open(
    connection: Connection, sandbox: str, waiting: Mapping[tuple[str, str], tuple[Any, CaseDesk]], now: int
) -> None:
    """Write the cases of waiting subjects. A case that stays at its desk keeps its opening time and its holder."""
    where = (
        work_case.c.sandbox == sandbox,
        pair_of(connection, (work_case.c.subject, work_case.c.subject_id), list(waiting)),
    )
    columns = [work_case.c[name] for name in ("subject", "subject_id", "desk", "waiting", "due")]
    rows = {(row.subject, row.subject_id): row for row in connection.execute(select(*columns).where(*where))}
    current_desk = {key: row.desk if row.waiting else "" for key, row in rows.items()}
    unchanged = [key for key, (_, desk) in waiting.items() if current_desk.get(key) == desk.name]
    if unchanged:
        connection.execute(_UPDATE, [_changes(sandbox, key, *waiting[key], rows[key].due, now) for key in unchanged])
    opened = {key: waiting[key] for key in waiting.keys() - set(unchanged)}
    if replaced := [key for key in opened if key in current_desk]:
        connection.execute(
            work_case.delete().where(
                work_case.c.sandbox == sandbox,
                pair_of(connection, (work_case.c.subject, work_case.c.subject_id), replaced),
            )
        )
    details = _joined_columns(connection, [subject for subject, _ in opened.values()])
    insert_rows(
        connection,
        work_case,
        (*_KEYS, *_COLUMNS),
        [
            _row(sandbox, key, {**_own_columns(key[0], subject), **details.get(_id(subject), {})}, desk, now)
            for key, (subject, desk) in sorted(opened.items(), key=lambda item: item[0])
        ],
    )


def _changes(sandbox: str, key: tuple[str, str], subject: Any, desk: CaseDesk, due: int, now: int) -> CaseColumns:
    """Parameters of `_UPDATE`. The case gets a new due instant when its subject stops waiting for the declarant."""
    own = _own_columns(key[0], subject)
    return {
        "of_sandbox": sandbox,
        "of_subject": key[0],
        "of_subject_id": key[1],
        "new_state": subject.state,
        "new_version": subject.version,
        "new_due": _due(own, desk, desk.due(now) if due == NEVER else due),
        **{f"new_{name}": value for name, value in _reason_columns(subject.reasons).items()},
        **{f"new_{name}": own.get(name, 0) for name in AMOUNTS},
    }


def _due(own: CaseColumns, desk: CaseDesk, usual: int) -> int:
    """When a case is due: as is usual at its desk, but before the last day of the law has ended; never while paused."""
    if own.get("state") in desk.paused:
        return NEVER
    last = own.get(LAST_DAY)
    return min(usual, instant_of(date.fromisoformat(last)) + DAY) if last else usual


def _row(sandbox: str, key: tuple[str, str], facts: CaseColumns, desk: CaseDesk, now: int) -> tuple[Any, ...]:
    terms = " ".join(dict.fromkeys(str(facts[name]) for name in ("number", "order_no", "company") if facts.get(name)))
    columns: CaseColumns = {
        **dict.fromkeys(
            ("office", "flow", "kind", "order_no", "company", "goods", "lane", "assignee", "reason", "reasons"), ""
        ),
        **dict.fromkeys(("declaration_id", "value", "tax", "lease_until", "ended_at"), 0),
        **facts,
        "desk": desk.name,
        "opened_at": now,
        "due": _due(facts, desk, desk.due(now)),
        "waiting": 1,
    }
    columns["terms"] = f"{terms} {facts.get('terms', '')}".strip().lower()
    return (sandbox, *key, *(columns[name] for name in _COLUMNS))


def _id(subject: Any) -> str:
    return str(getattr(subject, "id", None) or subject.code)


def _reason_columns(reasons: Iterable[Reason]) -> CaseColumns:
    first = tuple(reasons)[:MAX_REASONS]
    return {"reason": first[0].rule if first else "", "reasons": to_json(first)}


def _own_columns(subject: str, facts: Any) -> CaseColumns:
    """Columns of a case that come from the subject itself."""
    return {
        "state": facts.state,
        "version": facts.version,
        **_reason_columns(facts.reasons),
        **_COLUMNS_OF[subject](facts),
    }


def _of_list(listed: Declaration) -> CaseColumns:
    parcel = listed.logistics_key.partition("|")[2]
    return {
        "office": listed.customs_code,
        "flow": listed.flow,
        "kind": KIND_OF_LIST[listed.flow],
        "number": listed.invt_no or listed.cop_no,
        "order_no": listed.order_no,
        "company": listed.ebc_code,
        "declaration_id": listed.id,
        "value": listed.value,
        "tax": _tax_not_guaranteed(listed.reasons),
        "lane": listed.lane,
        "terms": " ".join((listed.cop_no, listed.pre_no, parcel, listed.agent_code, listed.buyer)),
    }


def _tax_not_guaranteed(reasons: Iterable[Reason]) -> int:
    """The scaled tax of a list that has no bill, because its tax is not guaranteed; 0 if that is not its reason."""
    return max((scaled_from_text(reason.values[TAX]) for reason in reasons if TAX in reason.values), default=0)


def _of_request(request: Request) -> CaseColumns:
    return {
        "kind": request.kind,
        "flow": "E" if request.kind.startswith("export") else "I",
        "number": request.key.partition("|")[2],
        "declaration_id": request.declaration_id,
    }


def _of_batch(batch: Batch) -> CaseColumns:
    return {"kind": "batch", "flow": batch.flow, "number": batch.batch_no, "office": batch.customs_code}


def _of_claim(claim: Claim) -> CaseColumns:
    return {
        "kind": "refund_claim",
        "flow": "E",
        "number": claim.key,
        "company": claim.ebc_code,
        "value": claim.fob,
        "tax": claim.refund,
        "terms": claim.cop_no,
    }


_COLUMNS_OF: Mapping[str, Callable[[Any], CaseColumns]] = {
    SubjectKind.DECLARATION: _of_list,
    SubjectKind.REQUEST: _of_request,
    SubjectKind.BATCH: _of_batch,
    SubjectKind.REFUND_CLAIM: _of_claim,
    **{kind: kept.case for kind, kept in SUBJECTS.items()},
}


def _joined_columns(connection: Connection, opened: Collection[Any]) -> dict[str, CaseColumns]:
    """Subject id → columns from other tables: goods, buyer and tax of lists, the list of a request."""
    lists = [subject for subject in opened if isinstance(subject, Declaration)]
    requests = [subject for subject in opened if isinstance(subject, Request)]
    return {**_details_of_lists(connection, lists), **_details_of_requests(connection, requests)}


def _details_of_lists(connection: Connection, lists: Collection[Declaration]) -> dict[str, CaseColumns]:
    if not lists:
        return {}
    taxes = _taxes(connection, [listed.id for listed in lists])
    rows = connection.execute(
        select(document.c.id, document.c.kind, document.c.facts).where(
            one_of(connection, document.c.id, [listed.document_id for listed in lists])
        )
    )
    facts = {row.id: unpack(DOCUMENTS[row.kind], row.facts) for row in rows}
    return {
        str(listed.id): _with_details(_of_list(listed), facts.get(listed.document_id), taxes.get(listed.id, 0))
        for listed in lists
    }


def _taxes(connection: Connection, lists: Collection[int]) -> Mapping[int, int]:
    """Id of a list → its tax as it was assessed last, scaled; those that were never assessed are left out."""
    rows = connection.execute(
        select(tax_bill.c.declaration_id, tax_bill.c.assessment)
        .where(one_of(connection, tax_bill.c.declaration_id, lists))
        .order_by(tax_bill.c.sequence)
    )
    last = {row.declaration_id: row.assessment for row in rows}
    return {number: _assessment(assessment).total for number, assessment in last.items()}


def figures_of_lists(connection: Connection, lists: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Id of a list → its dutiable value and its tax as they are now, scaled; 0 until known."""
    if not lists:
        return {}
    taxes = _taxes(connection, lists)
    columns = declaration.c.id, declaration.c.value
    rows = connection.execute(select(*columns).where(one_of(connection, declaration.c.id, lists)))
    return {row.id: (row.value, taxes.get(row.id, 0)) for row in rows}


def _with_details(facts: CaseColumns, paper: Any, assessed: int) -> CaseColumns:
    lines = getattr(paper, "lines", ())
    names = [line.gname for line in lines[:MAX_GOODS]]
    words = [facts["terms"], getattr(paper, "buyer_name", ""), *names, *{line.gcode for line in lines}]
    return {
        "goods": "、".join(names),
        "terms": " ".join(filter(None, words)),
        "value": facts["value"] or sum(line.total_price for line in lines),
        "tax": facts["tax"] or assessed,
    }


def _details_of_requests(connection: Connection, requests: Collection[Request]) -> dict[str, CaseColumns]:
    if not requests:
        return {}
    columns = [declaration.c[name] for name in ("id", "order_no", "customs_code", "ebc_code", "invt_no", "value")]
    rows = {
        row.id: row
        for row in connection.execute(
            select(*columns).where(
                one_of(connection, declaration.c.id, [request.declaration_id for request in requests])
            )
        )
    }
    return {
        str(request.id): {
            "order_no": row.order_no,
            "office": row.customs_code,
            "company": row.ebc_code,
            "value": row.value,
            "terms": row.invt_no,
        }
        for request in requests
        if (row := rows.get(request.declaration_id)) is not None
    }
