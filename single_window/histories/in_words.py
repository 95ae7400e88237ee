"""Says what an observation is, for people in both languages and for programs."""

from __future__ import annotations

from typing import Any

import msgspec

from declarations.calendar import local_time_of
from single_window.histories.judging import HistoryContradiction, Judgement
from single_window.histories.observations import (
    SENT,
    Acknowledged,
    BalanceOpened,
    BalanceRead,
    NumberedObservation,
    Observation,
    Polled,
    SeenReceipt,
    Sent,
    StateRead,
    WholeHistory,
)
from single_window.language.words import Words

MAX_NAMED = 3
"""Documents of a message that are named."""


def line_of(one: NumberedObservation) -> Words:
    """An observation with its number and time: `#12 2026-11-24 10:00:00.250 receipt 800 …`."""
    instant = local_time_of(one.seen.at) if one.seen.at > 0 else None
    when = f"{instant:%Y-%m-%d %H:%M:%S}.{one.seen.at % 1_000:03d} " if instant else ""
    said = _said(one.seen)
    return Words(*(f"#{one.number} {when}{text}" for text in (said.zh, said.en)))


def _said(seen: Observation) -> Words:
    if isinstance(seen, SeenReceipt):
        place = f" {seen.place}" if seen.place else ""
        about = f"{seen.status} {seen.kind} {seen.key}"
        return Words(f"回执 {about}，信箱 {seen.mailbox}{place}", f"receipt {about}, mailbox {seen.mailbox}{place}")
    if isinstance(seen, Sent):
        keys = [f"{document.kind} {document.key}" for document in seen.documents]
        named = ", ".join(keys[:MAX_NAMED]) + (" …" if len(keys) > MAX_NAMED else "")
        return Words(f"发送 {seen.transmission}（{named}）", f"sent {seen.transmission} ({named})")
    if isinstance(seen, Acknowledged):
        about = f"{seen.transmission}: {seen.status}{f' id {seen.id}' if seen.id else ''}"
        return Words(f"接收答复 {about}", f"answer to {about}")
    return _said_of_reads(seen)


def _said_of_reads(seen: Polled | BalanceOpened | BalanceRead | StateRead | WholeHistory) -> Words:
    if isinstance(seen, Polled):
        about = f"{seen.mailbox} {seen.after + 1}–{seen.last}: {seen.count}"
        return Words(f"读取信箱 {about} 条", f"poll of {about} receipts")
    if isinstance(seen, BalanceRead):
        return Words(f"余额 {seen.account}：已用 {seen.amount}", f"balance of {seen.account}: {seen.amount} taken")
    if isinstance(seen, BalanceOpened):
        return Words(f"期初 {seen.account}：已用 {seen.amount}", f"opening of {seen.account}: {seen.amount} taken")
    if isinstance(seen, StateRead):
        about = f"{seen.kind} {seen.key}: {seen.state}"
        return Words(f"状态 {about}", f"state of {about}")
    sides = ("所发报文", "sent") if seen.of == SENT else ("所收回执", "received")
    name = f" {seen.name}" if seen.name else ""
    return Words(f"至此{sides[0]}齐全{name}", f"all that was {sides[1]} until then is here{name}")


def plain(judgement: Judgement, observations: int) -> dict[str, Any]:
    """A judgement as JSON object."""
    return {
        "verdict": judgement.verdict.value,
        "observations": observations,
        "contradictions": [_plain(contradiction) for contradiction in judgement.contradictions],
        "more": judgement.more,
        "missing": [
            {"zh": missing.words.zh, "en": missing.words.en, "observation": _observation(missing.by)}
            for missing in judgement.missing
        ],
        "more_missing": judgement.more_missing,
    }


def _plain(contradiction: HistoryContradiction) -> dict[str, Any]:
    words = contradiction.rule.words
    return {
        "rule": contradiction.rule.name,
        "zh": words.zh,
        "en": words.en,
        "observations": [_observation(one) for one in contradiction.observations],
    }


def _observation(one: NumberedObservation) -> dict[str, Any]:
    said = line_of(one)
    return {"number": one.number, "zh": said.zh, "en": said.en, **msgspec.to_builtins(one.seen)}
