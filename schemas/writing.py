"""Writes messages: elements in schema order, texts escaped, the result validated by the schema."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas import catalogue, parsing, reading, rendering, schema_pool, signature_dummy
from schemas.message import Subscribe, Transfer
from schemas.message_types import EDITION, MessageType
from schemas.rendering import InvalidValues, Row

__all__ = ["InvalidValues", "Row", "write"]

_TRANSFER = ("copCode", "copName", "dxpMode", "dxpId", "note")
_SUBSCRIBE = ("status", "dxpMode", "dxpAddress", "note")


def write(
    code: str,
    blocks: Iterable[tuple[Row, Sequence[Row]]],
    *,
    guid: str,
    transfer: Transfer | None = None,
    subscribes: Sequence[Subscribe] = (),
    signature: str | None = None,
    edition: str = EDITION,
    style: str | None = None,
    version: str = "1.0",
) -> bytes:
    """Write a valid message with these documents; raises `InvalidValues` with all findings.

    `blocks`: (head, lines) of each document. `signature` "dummy" adds a dummy signature. `style` "ceb" uses the prefix,
    "default" a default namespace; None: the usual one of the type.
    """
    entry = catalogue.by_code(code)
    plan = rendering.plan(code, edition, style or ("default" if entry.receipt and entry.flow == "import" else "ceb"))
    parts = [plan.start, rendering.attribute("guid", guid, code), rendering.attribute("version", version, code), ">"]
    parts += [rendering.document(head, lines, plan) for head, lines in blocks]
    if transfer is not None:
        parts.append(_write_row(transfer, _TRANSFER, "BaseTransfer", plan))
    parts += [_write_row(subscription, _SUBSCRIBE, "BaseSubscribe", plan) for subscription in subscribes]
    parts += [_signature(signature), plan.end]
    return _validate("".join(parts).encode(), entry, edition)


def _write_row(values: tuple[str, ...], names: tuple[str, ...], tag: str, plan: rendering.RenderingPlan) -> str:
    start, end = rendering.tags(plan.prefix, tag)
    row = {name: text for name, text in zip(names, values, strict=True) if text or name != "note"}
    return f"{start}{rendering.elements(row, rendering.fields(plan.prefix, names), plan.code)}{end}"


def _signature(wanted: str | None) -> str:
    if wanted not in {None, "dummy"}:
        raise ValueError(f"no signature {wanted!r}; there is dummy, or None for none")
    return signature_dummy.ELEMENT if wanted else ""


def _validate(body: bytes, entry: MessageType, edition: str) -> bytes:
    try:
        root = parsing.parse(body, cap=len(body), may_be_huge=True)
    except parsing.Unreadable as error:
        raise InvalidValues(entry.code, list(error.findings)) from None
    if schema_pool.errors(root, entry.code, edition):
        raise InvalidValues(entry.code, reading.findings_of(reading.of_tree(root, entry, body), edition))
    return body
