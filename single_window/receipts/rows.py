"""Reads receipts of a mailbox in order and renders them in groups as XML messages, as a pure function of the rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, bindparam, func, select
from sqlalchemy.exc import SQLAlchemyError

from declarations.calendar import stamp17
from schemas import catalogue, receipt_form, receipt_texts, writing
from schemas.message_types import EDITION
from schemas.packing import MESSAGES
from schemas.reading import open_message
from single_window.receipts.messages import NAMESPACE as NAMESPACE
from single_window.store import makings
from single_window.store.makings import Making
from single_window.store.prepared import fetch_all, fetch_value
from single_window.store.receipt_contents import ReceiptContent, compare_seal, with_contents
from single_window.store.records import from_json
from single_window.store.tables import archive, receipt, receipt_group

MAX_RECEIPTS = 100
"""Maximum number of receipts in a message."""
MAX_LINES = 1_000
"""Maximum lines of summary results in a message, unless a single result has more."""
INFO, ENGLISH = "returnInfo", "returnInfoEnglish"
"""Fields with the text of a CEB900, or a text forced by a test, in Chinese and in English."""
COPY = "copy"
"""The field that marks a duplicate receipt forced by a test."""
INTERNAL_FIELDS = frozenset({COPY, "guid", "root", "lines", "body", "message", ENGLISH})
"""Fields of a row that are not elements of the receipt's head."""
INJECTED = "injected"
"""The kind of an injected message; like copies for data subscribers it is delivered unchanged."""
TAX_BILL = "816"
NOTICES = frozenset(catalogue.notices())
"""Messages that are documents themselves: each gets a new guid, which is also its message's guid."""
MAX_ECHOED = 1_000_000
"""Maximum number of characters of a refused message in its CEB900."""


class Receipt(NamedTuple):
    """A receipt of a mailbox: its sequence and content."""

    sequence: int
    code: str
    kind: str
    key: str
    order_no: str
    return_status: str
    return_time: int
    rule: str
    values: Mapping[str, str]
    fields: Mapping[str, Any]
    making: Making = makings.current_making()
    """Vocabulary and format version with which it is rendered."""
    written: tuple[int, int] = (0, 0)
    """(filing instant, group id), if it was read by order or key."""

    @property
    def info(self) -> str:
        """`returnInfo`, in Chinese."""
        return self.text_in("zh")

    def text_in(self, language: str) -> str:
        """The text in a language; the document's fields fill missing placeholders. A CEB900 has the texts of findings
        (old rows only in Chinese), a forced receipt that of its trigger."""
        if self.code == "900" or INFO in self.fields:
            chinese = str(self.fields.get(INFO, ""))
            return chinese if language == "zh" else str(self.fields.get(ENGLISH, chinese))
        if not self.rule:
            return ""
        values = {**placeholders_of(self.order_no, self.fields), **self.values}
        return self.making.vocabulary.words(self.rule, values, language)

    def shown_in(self, language: str) -> str:
        """The text for display; an unwritable receipt is shown as its code and values."""
        try:
            return self.text_in(language)
        except receipt_texts.NoWords:
            return " ".join([self.rule, *(f"{name}={value}" for name, value in self.values.items())])

    @property
    def guid(self) -> str:
        """The element's guid: the document's if the port echoes it; else one derived from the document, the same in all
        its receipts."""
        if echoed := self.fields.get("guid"):
            return str(echoed)
        return _guid(*self.step) if self.code in NOTICES else _guid(self.kind, self.key)

    @property
    def root(self) -> str:
        """The root guid of the message that the port answers; empty: the receipt message gets a new guid."""
        return str(self.fields.get("root", ""))

    @property
    def step(self) -> tuple[object, ...]:
        """The values that identify a receipt: business key, status, time."""
        return self.kind, self.key, self.return_status, self.return_time


def placeholders_of(order_no: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """A document's identifying fields under the names of placeholders: `ebcCode` becomes `ebc_code`."""
    return {"order_no": order_no, **{_value_name(name): text for name, text in fields.items() if isinstance(text, str)}}


_value_name = cache(receipt_texts.value_name)


def _guid(*parts: object) -> str:
    return str(uuid.uuid5(NAMESPACE, "|".join(map(str, parts))))


_COLUMNS = (
    receipt_group.c.first,
    receipt_group.c.making,
    receipt.c.group_id,
    receipt.c.position,
    receipt.c.code,
    receipt.c.kind,
    receipt.c.key,
    receipt.c.order_no,
    receipt.c.return_status,
    receipt.c.return_time,
)
_OF_CASES = (receipt_group.c.mailbox, receipt_group.c.filed_at)
_PLACE = bindparam("place", type_=BigInteger)


def _of_mailbox(groups: Any) -> ColumnElement[bool]:
    return and_(groups.c.sandbox == bindparam("asked_sandbox"), groups.c.mailbox == bindparam("asked_mailbox"))


_earlier = receipt_group.alias("earlier")
_LAST_REACHED = select(func.max(_earlier.c.first)).where(_of_mailbox(_earlier), _earlier.c.first <= _PLACE + 1)
"""The last group that may contain the next receipt, so that earlier groups are not read."""
_AFTER = (
    select(*_COLUMNS)
    .join(receipt, receipt.c.group_id == receipt_group.c.id)
    .where(
        _of_mailbox(receipt_group),
        receipt_group.c.first >= func.coalesce(_LAST_REACHED.scalar_subquery(), 0),
        receipt_group.c.first + receipt_group.c.count > _PLACE + 1,
        receipt_group.c.first + receipt.c.position > _PLACE,
    )
    .order_by(receipt_group.c.first, receipt.c.position)
    .limit(bindparam("most"))
)
_ARCHIVED = select(archive.c.body).where(archive.c.message_id == bindparam("of_message"))
"""Built once, because polls run these statements hundreds of times a second."""


def after(connection: Connection, sandbox: str, mailbox: str, sequence: int, most: int) -> list[Receipt]:
    """At most `most` receipts of a mailbox after a sequence, in order."""
    parameters = {"asked_sandbox": sandbox, "asked_mailbox": mailbox, "place": sequence, "most": most}
    rows = fetch_all(connection, _AFTER, parameters)
    return [_make_receipt(connection, row, content) for row, content in with_contents(connection, rows)]


def of_orders(connection: Connection, sandbox: str, order_nos: Sequence[str]) -> list[tuple[str, Receipt]]:
    """(mailbox, receipt) of these orders, by time."""
    statement = (
        select(*_OF_CASES, *_COLUMNS)
        .join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        .where(receipt.c.sandbox == sandbox, receipt.c.order_no.in_(order_nos))
        .order_by(receipt.c.return_time, receipt.c.group_id, receipt.c.position)
    )
    return _of_mailboxes(connection, statement)


def of_keys(connection: Connection, sandbox: str, kind: str, keys: Sequence[str]) -> list[tuple[str, Receipt]]:
    """(mailbox, receipt) for documents without an order number, by kind and business key; ordered by time."""
    statement = (
        select(*_OF_CASES, *_COLUMNS)
        .join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        .where(receipt.c.sandbox == sandbox, receipt.c.order_no == "", receipt.c.kind == kind, receipt.c.key.in_(keys))
        .order_by(receipt.c.return_time, receipt.c.group_id, receipt.c.position)
    )
    return _of_mailboxes(connection, statement)


def _of_mailboxes(connection: Connection, statement: Any) -> list[tuple[str, Receipt]]:
    rows = connection.execute(statement).all()
    return [
        (row.mailbox, _make_receipt(connection, row, content)._replace(written=(row.filed_at, row.group_id)))
        for row, content in with_contents(connection, rows)
    ]


def _make_receipt(connection: Connection, row: Any, content: ReceiptContent) -> Receipt:
    compare_seal(row, content)
    return Receipt(
        sequence=row.first + row.position,
        code=row.code,
        kind=row.kind,
        key=row.key,
        order_no=row.order_no,
        return_status=row.return_status,
        return_time=row.return_time,
        rule=content.rule,
        values=from_json(content.words),
        fields=from_json(content.fields),
        making=makings.of(connection, row.making),
    )


Block = tuple[dict[str, str], list[dict[str, str]]]
"""(head, lines) of a receipt; each maps element names to texts."""


class Rendered(NamedTuple):
    """A rendered message: sequence of its last receipt, message code, number of receipts, XML."""

    last: int
    code: str
    count: int  # type: ignore[assignment]
    body: bytes
    form: int = makings.FORM
    """The format version of its receipts (`store/makings.py`)."""


class UnwritableReceipt(NamedTuple):
    """A receipt that cannot be rendered, and the error."""

    receipt: Receipt
    error: Exception


class UnwritableReceipts(Exception):
    """Receipts that cannot be rendered because of faults of the program or its data."""

    permanent = True

    def __init__(self, faults: Sequence[UnwritableReceipt]) -> None:
        super().__init__("; ".join(f"receipt {fault.receipt.sequence}: {fault.error}" for fault in faults))
        self.faults = tuple(faults)


@contextmanager
def finding_unwritable(connection: Connection, receipts: Sequence[Receipt]) -> Iterator[None]:
    """Raise `UnwritableReceipts` instead of an error that single receipts have caused."""
    try:
        yield
    except (SQLAlchemyError, UnwritableReceipts):
        raise
    except Exception:
        if faults := list(_unwritable(connection, receipts)):
            raise UnwritableReceipts(faults) from faults[0].error
        raise


def _unwritable(connection: Connection, receipts: Iterable[Receipt]) -> Iterator[UnwritableReceipt]:
    for filed_receipt in receipts:
        try:
            _render(connection, [filed_receipt])
            filed_receipt.text_in("en")
        except SQLAlchemyError:
            raise
        except Exception as error:
            yield UnwritableReceipt(filed_receipt, error)


def render(connection: Connection, receipts: Iterable[Receipt]) -> list[Rendered]:
    """Render receipts in order; up to 100 neighbours of one type, edition and root guid share a message.

    Raises `UnwritableReceipts` with all unwritable ones."""
    page = list(receipts)
    with finding_unwritable(connection, page):
        return _render(connection, page)


def first_message(connection: Connection, receipts: Sequence[Receipt]) -> Rendered:
    """The first message of at least one receipt; raises `UnwritableReceipts`."""
    with finding_unwritable(connection, receipts):
        return _render(connection, beginning(receipts))[0]


def _render(connection: Connection, receipts: Sequence[Receipt]) -> list[Rendered]:
    rendered = []
    blocks: dict[int, Block] = {}
    for (code, copy, edition, _, making), run in groupby(
        receipts, key=lambda filed_receipt: _form(filed_receipt, blocks)
    ):
        for part in together(code, copy, list(run)):
            body = _copy(connection, part[0]) if copy else _write(connection, code, part, edition, blocks)
            rendered.append(Rendered(part[-1].sequence, code, len(part), body, making.form))
    return rendered


def beginning(receipts: Iterable[Receipt]) -> list[Receipt]:
    """The first receipts that share the first message."""
    blocks: dict[int, Block] = {}
    (code, copy, *_), run = next(groupby(receipts, key=lambda filed_receipt: _form(filed_receipt, blocks)))
    return list(next(together(code, copy, list(run))))


def together(code: str, copy: bool, run: Sequence[Receipt]) -> Iterator[Sequence[Receipt]]:
    """Split a run of receipts, of one making, into messages. A CEB900, a copy and (as captured) a tax bill stand alone;
    results of summaries are also limited by `MAX_LINES`."""
    alone = code == "900" or copy or (code == TAX_BILL and run[0].making.form >= makings.BILLS_AS_CAPTURED)
    size, first, lines = 1 if alone else MAX_RECEIPTS, 0, 0
    for place, filed_receipt in enumerate(run):
        more = len(filed_receipt.fields.get("lines", ())) if code == "792" else 0
        if place - first == size or (place > first and lines + more > MAX_LINES):
            yield run[first:place]
            first, lines = place, 0
        lines += more
    yield run[first:]


def _form(filed_receipt: Receipt, blocks: dict[int, Block]) -> tuple[str, bool, str, str, Making]:
    """The grouping key of a receipt: (message code, whether it is a copy, edition, root guid, making).

    A block that was built to determine it is added to `blocks`, by the receipt's `id()`.
    """
    copy = filed_receipt.kind == INJECTED or (filed_receipt.kind == "message" and filed_receipt.code != "900")
    if copy or catalogue.by_code(filed_receipt.code).flow == "import":
        return filed_receipt.code, copy, EDITION, filed_receipt.root, filed_receipt.making
    block = blocks[id(filed_receipt)] = _block(filed_receipt)
    edition = receipt_form.edition_for(filed_receipt.code, *block)
    return filed_receipt.code, copy, edition, filed_receipt.root, filed_receipt.making


def type_of(code: str) -> str:
    """The root element of a message code; an unknown code of an injected message is its root element."""
    try:
        return catalogue.by_code(code).root
    except catalogue.UnknownMessage:
        return code


def _copy(connection: Connection, filed_receipt: Receipt) -> bytes:
    """The archived message, for a data subscriber."""
    packed = fetch_value(connection, _ARCHIVED, {"of_message": filed_receipt.fields["message"]})
    return MESSAGES.unpack(packed) if packed else b""


def _refused_message(connection: Connection, filed_receipt: Receipt) -> str:
    """The business message that a CEB900 refuses, without its envelope; empty if it was pruned."""
    body = _copy(connection, filed_receipt) if "message" in filed_receipt.fields else b""
    return open_message(body, cap=len(body)).business.decode("utf-8-sig")[:MAX_ECHOED] if body else ""


def _write(
    connection: Connection, code: str, receipts: Sequence[Receipt], edition: str, made: dict[int, Block]
) -> bytes:
    blocks = [
        made.pop(id(filed_receipt)) if id(filed_receipt) in made else _block(filed_receipt)
        for filed_receipt in receipts
    ]
    if code == "900":
        blocks[0][0]["oriBizMessage"] = _refused_message(connection, receipts[0])
    if catalogue.by_code(code).flow == "export":
        blocks = [receipt_form.complete(code, head, lines, edition) for head, lines in blocks]
    return writing.write(code, blocks, guid=_root(code, receipts), edition=edition)


def _root(code: str, receipts: Sequence[Receipt]) -> str:
    """The root guid of a receipt message: echoed by the port, else new.

    Old rows of echoes do not name the answered message; then the document's guid is used.
    """
    first, last = receipts[0], receipts[-1]
    if first.root:
        return first.root
    if len(receipts) == 1 and (code in NOTICES or "guid" in first.fields):
        return first.guid
    return _guid("message", code, len(receipts), *first.step, *last.step)


@cache
def _has_own_status(code: str) -> bool:
    """True of a notice whose schema has `status`, without return information, instead of `returnStatus`: a tax bill."""
    return code in NOTICES and "status" in catalogue.names(code)[0]


def _block(filed_receipt: Receipt) -> Block:
    """Head and lines of one receipt."""
    fields = {name: text for name, text in filed_receipt.fields.items() if text != "" and name not in INTERNAL_FIELDS}
    if filed_receipt.code == "792":
        return {
            "guid": filed_receipt.guid,
            "opDate": stamp17(filed_receipt.return_time),
            **fields,
        }, filed_receipt.fields.get("lines", [])
    head = {"guid": filed_receipt.guid, "returnTime": stamp17(filed_receipt.return_time), **fields}
    if _has_own_status(filed_receipt.code):
        head["status"] = filed_receipt.return_status
        return head, filed_receipt.fields.get("lines", [])
    if filed_receipt.code == "900":
        head.setdefault("returnInfo", "")
        head["oriCopMsgId"] = fields.get("oriCopMsgId", "")
    else:
        head["returnInfo"] = filed_receipt.info or "-"
    head["returnStatus"] = filed_receipt.return_status
    return head, []
