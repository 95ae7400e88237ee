"""The content of a message that was read, as plain values that can be sent to another process."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from schemas.findings import Finding

Text: TypeAlias = str | None
"""The text of an element; None: the element is absent."""


class Transfer(NamedTuple):
    """The transmitting company of a message (BaseTransfer)."""

    cop_code: str = ""
    cop_name: str = ""
    dxp_mode: str = ""
    dxp_id: str = ""
    note: str = ""


class Subscribe(NamedTuple):
    """Another recipient of data or receipts (BaseSubscribe); `status` is ALL, DATA or RET."""

    status: str = ""
    dxp_mode: str = ""
    dxp_address: str = ""
    note: str = ""


class DocumentTexts(NamedTuple):
    """One document: the texts of its head and of each of its lines, in the order of `catalogue.names`."""

    head: tuple[Text, ...]
    lines: tuple[tuple[Text, ...], ...] = ()


class Message(NamedTuple):
    """A message that was read. If findings refuse it, `blocks` is empty."""

    code: str
    edition: str
    guid: str
    version: str
    transfer: Transfer
    subscribes: tuple[Subscribe, ...]
    blocks: tuple[DocumentTexts, ...]
    findings: tuple[Finding, ...]
