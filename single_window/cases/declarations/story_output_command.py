"""Printing of stories for commands: timeline, receipts, reasons, next steps."""

from __future__ import annotations

from collections.abc import Sequence

from single_window.cases.declarations.next_parts import NextStepOut, OpenDeadlineOut
from single_window.cases.declarations.parts import (
    GivenReceiptOut,
    HappeningOut,
    MessageStory,
)
from single_window.frame.commands.call import Call
from single_window.frame.commands.findings import show_findings
from single_window.frame.typed import local
from single_window.language import phrases
from single_window.language.phrases import Because, kind, phrase
from single_window.language.statuses import tone_of

MAX_RECEIPTS = 200
"""Maximum number of receipts shown for a message."""
LISTS = frozenset({"inventory", "export_inventory", "tax_bill"})
"""Kinds that are not repeated in the lines of a timeline, because the story is about the list."""


def label(call: Call, name: str) -> str:
    """Return a heading or label in the language of the call."""
    return call.pick(phrase("label", name))


def timeline(call: Call, happenings: Sequence[HappeningOut]) -> None:
    """Print the timeline, line by line."""
    call.records(
        label(call, "timeline"),
        (
            ("time 时间", lambda happening: local(happening.at)),
            ("who 经手", lambda happening: happening.actor),
            ("what 事项", lambda happening: _what(call, happening)),
            ("state 状态", lambda happening: happening.state_words),
            ("why 理由", lambda happening: why(call, happening.because)),
        ),
        happenings,
        lambda happening: phrases.tone(happening.state),
    )


def _status_and_text(call: Call, answer: GivenReceiptOut) -> tuple[str, str]:
    text = answer.info if call.language == "zh" else answer.info_en
    return f"{answer.status} {call.pick(answer.words)}", text


def receipts(call: Call, answers: Sequence[GivenReceiptOut]) -> None:
    """Print the receipts that were sent."""
    call.table(
        label(call, "receipts"),
        ("time 时间", "to 接收方", "no. 序号", "message 报文", "status 状态", "says 内容"),
        [
            (local(answer.time), answer.mailbox, answer.sequence or "-", answer.code, *_status_and_text(call, answer))
            for answer in answers
        ],
        {n: phrases.tone(tone_of(answer.status, answer.kind)) for n, answer in enumerate(answers)},
    )


def _what(call: Call, happening: HappeningOut) -> str:
    """Return the name of an event, with the kind of document if it is not the list."""
    return (
        call.pick(happening.words)
        if happening.kind in LISTS
        else f"{call.pick(kind(happening.kind))}: {call.pick(happening.words)}"
    )


def why(call: Call, because: Sequence[Because]) -> str:
    """Return the text of reasons, each with the dated values that it is based on."""
    lines = []
    for reason in because:
        text = reason.words.text(call.language)
        if reason.warning:
            text = f"{phrase('label', 'warning').text(call.language)}: {text}"
        lines.append(f"{text} ({phrases.details(reason, call.language)})" if reason.details else text)
        lines += [
            f"  {basis.title.text(call.language)} {basis.content_words.text(call.language)}, {basis.source}"
            for basis in reason.bases
        ]
    return "\n".join(lines)


def what_next(call: Call, steps: Sequence[NextStepOut], due: Sequence[OpenDeadlineOut]) -> None:
    """Print the possible steps and the scheduled events."""
    call.records(
        label(call, "next"),
        (
            ("action 操作", lambda step: f"{step.action} {step.words.zh}"),
            ("by 由", lambda step: ", ".join(step.by)),
            ("leads to 之后", lambda step: step.to),
            ("receipt 回执", lambda step: step.return_status),
            ("needs 条件", lambda step: "; ".join(need.text(call.language) for need in step.needs)),
        ),
        steps,
    )
    for deadline in due:
        held = f" ({label(call, 'held_deadline')})" if deadline.held else ""
        call.print_line(f"  {local(deadline.at)}: {call.pick(deadline.words)}{held}")


def show_message(call: Call, story: MessageStory) -> None:
    """Print the findings of a message, then the receipts for its documents."""
    if story.findings:
        call.print_line(f"  {call.pick(story.state_words)}")
        show_findings(call, story.findings)
    answers = [receipt for receipt in story.receipts if receipt.code != "900"][:MAX_RECEIPTS]
    rows = [(answer.code, answer.mailbox, answer.key, *_status_and_text(call, answer)) for answer in answers]
    tones = {number: phrases.tone(tone_of(receipt.status, receipt.kind)) for number, receipt in enumerate(answers)}
    call.table("", ("receipt 回执", "to 接收方", "document 单证", "status 状态", "says 内容"), rows, tones)
