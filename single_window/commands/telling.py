"""What the commands that tell stories share: timeline, receipts, reasons, what may happen next."""

from __future__ import annotations

from collections.abc import Sequence

from single_window.cases import stories
from single_window.cases.stories.parts import Answer, Due, Happening, Next
from single_window.commands.call import Call
from single_window.language.plainly import moment
from single_window.language.statuses import coloured
from single_window.language.words import Because, kind, phrase

LISTS = frozenset({"inventory", "export_inventory", "tax_bill"})
"""What a story is about anyway: its lines need not say so."""


def label(call: Call, name: str) -> str:
    """A heading."""
    return call.pick(phrase("label", name))


def clock(instant: int) -> str:
    """An instant as people read it: 2026-11-20 08:00:00."""
    return moment(instant)[:19].replace("T", " ") if instant else ""


def timeline(call: Call, told: Sequence[Happening]) -> None:
    """What happened, line by line."""
    call.table(
        label(call, "timeline"),
        ("time 时间", "who 经手", "what 事项", "state 状态", "why 理由"),
        [
            (clock(one.at), call.pick(one.actor), _what(call, one), call.pick(one.state_words), why(call, one.because))
            for one in told
        ],
        {n: stories.tone(one.state) for n, one in enumerate(told)},
    )


def receipts(call: Call, told: Sequence[Answer]) -> None:
    """Which receipts were sent."""
    call.table(
        label(call, "receipts"),
        ("time 时间", "to 接收方", "no. 序号", "message 报文", "status 状态", "says 内容"),
        [
            (
                clock(one.time),
                one.mailbox,
                one.sequence or "-",
                one.code,
                f"{one.status} {call.pick(one.words)}",
                one.info if call.language == "zh" else one.info_en,
            )
            for one in told
        ],
        {n: stories.tone(coloured(one.status, one.kind)) for n, one in enumerate(told)},
    )


def _what(call: Call, one: Happening) -> str:
    """What happened, with the kind of document where it is not the list itself."""
    return call.pick(one.words) if one.kind in LISTS else f"{call.pick(kind(one.kind))}: {call.pick(one.words)}"


def why(call: Call, because: Sequence[Because]) -> str:
    """Reasons, each with the dated values that it rests on."""
    lines = []
    for one in because:
        said = one.words.said(call.language)
        if one.warning:
            said = f"{phrase('label', 'warning').said(call.language)}: {said}"
        lines.append(f"{said} ({one.details})" if one.details else said)
        lines += [f"  {basis.title.said(call.language)} {basis.content}, {basis.source}" for basis in one.bases]
    return "\n".join(lines)


def what_next(call: Call, steps: Sequence[Next], due: Sequence[Due]) -> None:
    """What may happen next, and what will by itself."""
    call.table(
        label(call, "next"),
        ("action 操作", "by 由", "leads to 之后", "receipt 回执", "needs 条件"),
        [
            (
                f"{one.action} {one.words.zh}",
                ", ".join(one.by),
                one.to,
                one.return_status,
                "; ".join(need.said(call.language) for need in one.needs),
            )
            for one in steps
        ],
    )
    for one in due:
        call.say(f"  {clock(one.at)}: {call.pick(one.words)}")
