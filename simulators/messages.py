"""Packs documents of trades into messages by kind and sender, up to 100 per message.

Repeated documents of a fault are sent last. A document that must fail its schema gets a separate message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from schemas import catalogue
from schemas.message import Subscribe, Transfer
from schemas.writing import write
from simulators.companies import TradingCompany
from simulators.draws import Draws, guid
from simulators.traded import Document, Spoiling, SyntheticTrade

MIXED = ((1, 0.02), (8, 0.06), (30, 0.2), (100, 1.0))
"""(documents per message, cumulative share of trades) for mixed sizes."""
MESSAGE_GUID = re.compile(rb'guid="([^"]+)"')


class SyntheticMessage(NamedTuple):
    """A message to send. `code`: such as "621"; `sender`: DXP id; `trades`: trades of its documents.

    `wave`: 0 for the trades' own documents, 1 for those that must be sent after all of them.
    """

    body: bytes
    code: str
    sender: str
    trades: tuple[str, ...]
    wave: int = 0


class _Pile(NamedTuple):
    documents: list[Document]
    trades: list[str]


def pack_messages(
    trades: Iterable[SyntheticTrade], per_message: int = 100, shuffle_seed: int | None = None, edition: str = "2022-05"
) -> Iterator[SyntheticMessage]:
    """The messages that carry the documents of trades, `per_message` (1 to 100) documents in each.

    Without `shuffle_seed` each is yielded when it is full; with it, wave 0 is shuffled, then wave 1.
    """
    if not 1 <= per_message <= 100:
        raise ValueError(f"a message holds 1 to 100 documents, not {per_message}")
    if shuffle_seed is None:
        yield from _pack(trades, per_message, edition)
        return
    yield from _shuffle_waves(_pack(trades, per_message, edition), shuffle_seed)


def mixed_messages(trades: Sequence[SyntheticTrade], seed: int) -> Iterator[SyntheticMessage]:
    """Messages with 1 to 100 documents, each wave shuffled."""
    packed, first = list[SyntheticMessage](), 0
    for size, share in MIXED:
        last = round(share * len(trades))
        packed += _pack(trades[first:last], size, "2022-05")
        first = last
    yield from _shuffle_waves(packed, seed)


def in_waves(messages: Iterable[SyntheticMessage]) -> Iterator[Sequence[SyntheticMessage]]:
    """Group messages into waves: those that go out together, and those that must come after them."""
    for _, together in groupby(messages, key=lambda message: message.wave):
        yield list(together)


def _shuffle_waves(packed: Iterable[SyntheticMessage], seed: int) -> Iterator[SyntheticMessage]:
    """The messages with each wave shuffled."""
    waves: tuple[list[SyntheticMessage], list[SyntheticMessage]] = ([], [])
    for message in packed:
        waves[message.wave].append(message)
    for number, wave in enumerate(waves):
        order = Draws("shuffle", seed, number).order(len(wave))
        yield from (wave[place] for place in order)


def _pack(trades: Iterable[SyntheticTrade], per_message: int, edition: str) -> Iterator[SyntheticMessage]:
    waiting: dict[tuple[str, TradingCompany, int], _Pile] = {}
    trades_with_more: list[SyntheticTrade] = []
    for trade in trades:
        if trade.afterwards:
            trades_with_more.append(trade)
        for kind, code in trade.codes.items():
            document = trade.document(kind)
            if document is None:
                continue
            if trade.spoiling and trade.spoiling.kind == kind:
                yield spoiled_message(trade, document, trade.spoiling, edition)
                continue
            key = (code, trade.parties.sender(kind), 0)
            yield from _add_document(waiting, key, document, trade.id, per_message, edition)
    yield from _flush(waiting, edition)
    for trade in trades_with_more:
        for kind, document in trade.afterwards:
            sender = trade.parties.sender(kind)
            yield from _add_document(waiting, (trade.codes[kind], sender, 1), document, trade.id, per_message, edition)
    yield from _flush(waiting, edition)


def _add_document(
    waiting: dict[tuple[str, TradingCompany, int], _Pile],
    key: tuple[str, TradingCompany, int],
    document: Document,
    trade: str,
    per_message: int,
    edition: str,
) -> Iterator[SyntheticMessage]:
    pile = waiting.get(key)
    if pile is None:
        pile = waiting[key] = _Pile([], [])
    pile.documents.append(document)
    pile.trades.append(trade)
    if len(pile.documents) >= per_message:
        del waiting[key]
        yield make_message(key[0], pile.documents, key[1], tuple(pile.trades), key[2], edition)


def _flush(waiting: dict[tuple[str, TradingCompany, int], _Pile], edition: str) -> Iterator[SyntheticMessage]:
    for (code, sender, wave), pile in waiting.items():
        yield make_message(code, pile.documents, sender, tuple(pile.trades), wave, edition)
    waiting.clear()


def make_message(
    code: str,
    documents: list[Document],
    sender: TradingCompany,
    trades: tuple[str, ...],
    wave: int = 0,
    edition: str = "2022-05",
    subscriber: str = "",
) -> SyntheticMessage:
    """A message with these documents; its guid is derived from the first document and the wave. `subscriber`: DXP id of
    another participant who gets its data and receipts."""
    body = write(
        code,
        documents,
        guid=guid("message", documents[0].head["guid"], wave),
        transfer=transfer_of(sender),
        subscribes=[Subscribe("ALL", "DXP", subscriber)] if subscriber else [],
        signature="dummy" if catalogue.by_code(code).signature else None,
        edition=edition,
    )
    return SyntheticMessage(body, code, sender.dxp_id, trades, wave)


def transmission_of(body: bytes) -> str:
    """The transmission id of a bare message: the root's guid, else a digest of its bytes."""
    match = MESSAGE_GUID.search(body[:2_000])
    return match[1].decode() if match else digest(body)


def digest(body: bytes) -> str:
    """A short digest of bytes."""
    return blake2b(body, digest_size=16).hexdigest()


def transfer_of(sender: TradingCompany) -> Transfer:
    """The BaseTransfer element of a sender."""
    return Transfer(sender.code, sender.name, "DXP", sender.dxp_id)


def spoiled_message(
    trade: SyntheticTrade, document: Document, spoiling: Spoiling, edition: str = "2022-05"
) -> SyntheticMessage:
    """A message with one document, damaged after writing; raises `ValueError` if the text to damage is missing."""
    kind = spoiling.kind
    written = make_message(trade.codes[kind], [document], trade.parties.sender(kind), (trade.id,), 0, edition)
    if spoiling.find.encode() not in written.body:
        raise ValueError(f"the message of {trade.id} holds no {spoiling.find!r} to spoil")
    return written._replace(body=written.body.replace(spoiling.find.encode(), spoiling.replace.encode()))
