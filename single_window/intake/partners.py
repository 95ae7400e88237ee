"""Finds which partners of a list are missing when the port answers the list. Partners of an import list are order,
payment and waybill; of an export list order, waybill and, where the law requires it, collection.

The port appends their names to its status 2, and integrators match these texts. Documents of the same batch count as
present, whatever their order. One query for each kind of partner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from declarations import matching
from declarations.documents import DOCUMENTS, Inventory, unpack
from declarations.export import requirements
from declarations.reasons import Reason
from gateways.circumstances import Circumstances
from schemas import receipt_texts
from single_window.intake.reading import Arrived, paid_order
from single_window.store.bulk import array_value, in_array, on_sqlite
from single_window.store.documents import COLUMNS, KindAndKey
from single_window.store.prepared import fetch_all
from single_window.store.tables import document

LIVE = "declared"
"""The state of a document that counts as present."""
_STATE, _FACTS = COLUMNS.index("state"), COLUMNS.index("facts")
_BESIDE_THE_KEYS = frozenset({"14105", "14107"})
"""Codes of an import's numbers that no key holds by which a list looks for a partner: the waybill's order, and the
transaction of the order's payment."""
_ONE = ("order", "waybill")
"""Partners of an import of which there is at most one with the key by which a list looks for it."""


class AnsweredList(NamedTuple):
    """A list that the port has answered; `answer_index`: index of the answer among the receipts."""

    answer_index: int
    kind: str
    document: Arrived


def missing_partner_texts(
    connection: Connection,
    circumstances: Circumstances,
    lists: Sequence[AnsweredList],
    rows: Mapping[KindAndKey, Sequence[Any]],
    paid: Mapping[str, str],
) -> Iterator[tuple[int, dict[str, str]]]:
    """For each list with missing partners: (index of its answer, texts that name the partners).

    `rows`: (kind, key) → row of a document of the batch that will be stored, in the order of `COLUMNS`. `paid`: key of
    a payment of the batch → the platform and order that it pays.
    """
    wanted = [(listed, dict(_partners(listed, circumstances))) for listed in lists]
    present = _documents_present(
        connection,
        circumstances.sandbox,
        [place for _, partner_keys in wanted for place in partner_keys.items()],
        rows,
        paid,
    )
    for listed, partner_keys in wanted:
        there = {kind: present.get((kind, key), ()) for kind, key in partner_keys.items()}
        texts = dict(_texts(listed, there))
        if any(texts.values()):
            yield listed.answer_index, texts


def _texts(listed: AnsweredList, there: Mapping[str, Sequence[bytes]]) -> Iterator[tuple[str, str]]:
    """The texts about missing partners of a list, by language. `there`: kind of a partner → the documents with the
    key by which the list looks for it."""
    facts = unpack(DOCUMENTS[listed.kind], listed.document.facts)
    values = {name: text for name in facts.__struct_fields__ if isinstance(text := getattr(facts, name), str)}
    missing: list[tuple[str, Mapping[str, str]]]
    missing = [(f"2.absent.{kind}", values) for kind, documents in there.items() if not documents]
    if listed.kind == "inventory":
        missing += [(reason.rule, reason.values) for reason in _misnumbered(facts, there)]
    for language in ("zh", "en"):
        words = [receipt_texts.words(rule, values, language) for rule, values in missing]
        yield f"absent_{language}", "".join([text if text.startswith(";") else f";{text}" for text in words])


def _misnumbered(listed: Inventory, there: Mapping[str, Sequence[bytes]]) -> Iterator[Reason]:
    """What differs in documents that the list's keys lead to and that are not its partners all the same."""
    order, waybill = (next((unpack(DOCUMENTS[kind], facts) for facts in there[kind]), None) for kind in _ONE)
    payments = [unpack(DOCUMENTS["payment"], facts) for facts in there["payment"]]
    named = order.pay_transaction_id if order is not None else ""
    # the one that the order names, if it is there
    payments.sort(key=lambda payment: payment.pay_transaction_id != named)
    reasons = matching.compare(order, next(iter(payments), None), waybill, listed)
    return (reason for reason in reasons if reason.rule in _BESIDE_THE_KEYS)


def with_missing_partners(reason: Reason, values: Mapping[str, str]) -> Reason:
    """The reason of the port's positive answer, extended by the missing partners."""
    return reason._replace(values={**reason.values, **values})


def _partners(listed: AnsweredList, circumstances: Circumstances) -> Iterator[KindAndKey]:
    """(kind, key) of each partner; a payment is found by platform and order, because no list names it."""
    document = listed.document
    if listed.kind == "inventory":
        yield from (("order", document.key), ("payment", document.paid), ("waybill", document.waybill))
    else:
        yield from (("export_order", document.key), ("export_waybill", document.waybill))
        if requirements.collection_requirement_on(circumstances.day, circumstances.parameters).applies:
            yield "collection", listed.document.key


def _documents_present(
    connection: Connection,
    sandbox: str,
    places: Iterable[KindAndKey],
    rows: Mapping[KindAndKey, Sequence[Any]],
    paid: Mapping[str, str],
) -> dict[KindAndKey, list[bytes]]:
    """The facts of the documents at these places."""
    keys: dict[str, set[str]] = {}
    for kind, key in places:
        keys.setdefault(kind, set()).add(key)
    present: dict[KindAndKey, list[bytes]] = {}
    for (kind, key), row in rows.items():
        if row[_STATE] == LIVE:
            present.setdefault((kind, paid[key] if kind == "payment" else key), []).append(row[_FACTS])
    for kind in sorted(keys):
        column = document.c.order_no if kind == "payment" else document.c.key
        # of several payments of an order, one that is stored may be the right one
        sought = [key for key in keys[kind] if kind == "payment" or (kind, key) not in present]
        if not sought:
            continue
        values = sorted({key.partition("|")[2] if kind == "payment" else key for key in sought})
        statement = _stored(on_sqlite(connection), column.name)
        parameters = {"of_sandbox": sandbox, "of_kind": kind, "names": array_value(connection, values)}
        for key, facts in fetch_all(connection, statement, parameters):
            if (kind, key) not in rows:
                present.setdefault((kind, _partner_key(kind, key, facts)), []).append(facts)
    return present


@cache
def _stored(sqlite: bool, column: str) -> Any:
    return select(document.c.key, document.c.facts).where(
        document.c.sandbox == bindparam("of_sandbox"),
        document.c.kind == bindparam("of_kind"),
        document.c.state == LIVE,
        in_array(sqlite, document.c[column], "names"),
    )


def _partner_key(kind: str, key: str, facts: bytes) -> str:
    """The key by which a list looks for a document: of a payment platform and order, else its own."""
    if kind != "payment":
        return key
    return paid_order(unpack(DOCUMENTS[kind], facts))
