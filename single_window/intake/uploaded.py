"""Parses the messages of an upload for validation, including documents that fail their schema.

Reception refuses a message that fails its schema. A validation still parses it element by element, so that all findings
are reported at once; elements with a schema finding are not checked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeAlias

from declarations import rules
from declarations.concerned_fields import ConcernedDocument
from declarations.documents import DOCUMENTS, unpack
from declarations.money import AmountTooLarge
from gateways.records import FiledDocument
from schemas import catalogue, extraction
from schemas.findings import Finding
from schemas.habits import habits
from schemas.locating import Tree
from schemas.message import DocumentTexts
from schemas.message_types import MessageType
from schemas.opened import Opened
from schemas.parsing import Unreadable
from schemas.reading import open_message
from single_window.context import Context
from single_window.intake import reading
from single_window.intake.located import Located, number_of
from single_window.intake.reader import read
from single_window.intake.reading import Arrived, Reading

_STATES = {"1": "staged", "2": "declared"}
_DELETE = "3"
Faulty: TypeAlias = "Mapping[int, frozenset[str]]"
"""Position of a document → names of its elements with schema findings."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One document of an upload; `faulty`: names of its elements with schema findings."""

    kind: str
    arrived: Arrived
    facts: Any
    located: Located
    filed: FiledDocument
    """The document as the port would file it, with a negative id."""
    faulty: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UploadedMessage:
    """One message of an upload."""

    parsed: Reading
    documents: tuple[Uploaded, ...] = ()
    habits: tuple[Finding, ...] = ()
    """Warnings about unusual content."""


def take(
    context: Context, sandbox: str, body: bytes, day: date, edition: str | None, first: int = 1
) -> UploadedMessage:
    """Parse one message of an upload, whose documents are numbered from `first`. Raises `UnknownSandbox`."""
    parsed = read(context, sandbox, body, edition)
    if parsed.refused:
        return UploadedMessage(parsed)
    opened = open_message(body, cap=context.settings.body_cap)
    faulty = _faulty(opened, parsed)
    documents = parsed.documents or tuple(_parse_leniently(opened, parsed, faulty, day))
    tree = Tree(opened.tree)
    return UploadedMessage(
        parsed,
        tuple(
            _uploaded_document(parsed, tree, arrived, first + number, faulty)
            for number, arrived in enumerate(documents)
        ),
        habits(opened, parsed.edition),
    )


def _uploaded_document(parsed: Reading, tree: Tree, arrived: Arrived, number: int, faulty: Faulty) -> Uploaded:
    facts = unpack(DOCUMENTS[parsed.kind], arrived.facts)
    source = ConcernedDocument(parsed.kind, number_of(parsed.kind, facts), facts, arrived.position, parsed.count)
    state = "deleted" if arrived.app_type == _DELETE else _STATES.get(arrived.app_status, "declared")
    filed = FiledDocument(
        id=-number,
        kind=parsed.kind,
        key=arrived.key,
        order_no=arrived.order_no,
        version=1,
        state=state,
        port_no="",
        mailboxes="",
        last_return=0,
        packed=arrived.facts,
    )
    return Uploaded(
        parsed.kind, arrived, facts, Located(source, tree), filed, faulty.get(arrived.position, frozenset())
    )


def keys_of_body(body: bytes) -> frozenset[str]:
    """Return the business keys of the documents of a message, whether or not it fails its schema; those of which every
    part is filled in."""
    try:
        opened = open_message(body)
    except Unreadable:
        return frozenset()
    names = opened.entry.key
    found = set()
    for element in _documents(opened):
        texts = _texts_of(next(iter(_elements(element, opened.entry.head)), element) if opened.entry.head else element)
        if all(texts.get(name) for name in names):
            found.add(reading.business_key([texts[name] for name in names]))
    return frozenset(found)


def _faulty(opened: Opened, parsed: Reading) -> Faulty:
    """The elements of each document that schema findings name, and missing required elements."""
    if not parsed.findings:
        return {}
    required = {
        field.name for part in catalogue.layout(parsed.code, parsed.edition) for field in part if field.required
    }
    faulty: dict[int, frozenset[str]] = {}
    for position, document in enumerate(_documents(opened), 1):
        named = {_element_name(finding) for finding in parsed.findings if finding.document in (None, position)}
        present = {_local(element) for element in document.iter("*")}
        faulty[position] = frozenset(named | required - present)
    return faulty


def _element_name(finding: Finding) -> str:
    return finding.path.rpartition("/")[2].partition("[")[0]


def _parse_leniently(opened: Opened, parsed: Reading, faulty: Faulty, day: date) -> Iterator[Arrived]:
    """The documents of a message that fails its schema, as far as they can be parsed."""
    entry = opened.entry
    layout = catalogue.names(entry.code, parsed.edition)
    keys = tuple(layout[0].index(name) for name in entry.key)
    transfer = extraction.transfer(opened.tree, entry.namespace)
    facts = rules.CheckFacts(
        transfer.dxp_id, opened.envelope.sender_id if opened.envelope else None, day, rules.codes_in_force(day)
    )
    for position, element in enumerate(_documents(opened), 1):
        # a text that is no number already has a schema finding
        with suppress(ValueError, ArithmeticError, AmountTooLarge):
            block = _block(element, entry, layout, faulty.get(position, frozenset()))
            yield reading.extract_document(entry.kind, layout, keys, position, block, facts)


def _block(document: Any, entry: MessageType, layout: catalogue.Names, faulty: frozenset[str]) -> DocumentTexts:
    heads = [document] if entry.head is None else _elements(document, entry.head)
    lines = _elements(document, entry.line) if entry.line else []
    return DocumentTexts(
        _row(heads[0] if heads else None, layout[0], faulty), tuple(_row(line, layout[1], faulty) for line in lines)
    )


def _row(element: Any, names: Sequence[str], faulty: frozenset[str]) -> tuple[str | None, ...]:
    texts = _texts_of(element) if element is not None else {}
    return tuple(texts.get(name) if name not in faulty else None for name in names)


def _texts_of(element: Any) -> dict[str, str]:
    return {_local(child): (child.text or "").strip() for child in element.iterchildren("*")}


def _documents(opened: Opened) -> Iterator[Any]:
    """The document elements of a message, at most as many as a message may hold."""
    return islice(opened.tree.iterchildren(f"{{*}}{opened.entry.document}"), opened.entry.most or None)


def _elements(parent: Any, name: str) -> list[Any]:
    return list(parent.iterchildren(f"{{*}}{name}"))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
