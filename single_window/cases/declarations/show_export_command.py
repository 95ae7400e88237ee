"""Printing for `show`: the comparison of a trade's documents, an export's channel, transport notes."""

from __future__ import annotations

from single_window.cases.declarations.note_parts import NoteStory
from single_window.cases.declarations.parts import Evidence
from single_window.cases.declarations.story_output_command import label, receipts, timeline, why
from single_window.frame.commands.call import Call
from single_window.frame.typed import local
from single_window.language import phrases


def show_evidence(call: Call, evidence: Evidence) -> None:
    """Print a trade's documents side by side, differing values first and marked; for an export also its channel."""
    marked = f"≠ {label(call, 'differs')}"
    if evidence.missing:
        missing = ", ".join(call.pick(name) for _, name in evidence.missing)
        call.print_line(f"\n{label(call, 'comparison_waits')}: {missing}")
    call.table(
        label(call, "comparison"),
        (label(call, "element"), *(f"{call.pick(name)}" for _, name in evidence.columns), ""),
        [(call.pick(row.words), *row.texts, marked if row.differs else "") for row in evidence.rows],
        {number: "bad" for number, row in enumerate(evidence.rows) if row.differs},
    )
    if call.pick(evidence.summarising):
        call.print_line(f"\n{label(call, 'channel_said')}")
        call.print_line(f"  {label(call, 'fob')} {evidence.fob or '?'} · {call.pick(evidence.summarising)}")
    for text in filter(None, (why(call, evidence.channel), why(call, evidence.differences))):
        call.print_line("\n".join(f"  {line}" for line in text.splitlines()))
    for basis in evidence.bases:
        call.print_line(f"  {basis.title.text(call.language)} {basis.content}, {basis.source}")


def show_note(call: Call, story: NoteStory) -> None:
    """Print a transport note: its parts, its parcels, its timeline."""
    call.print_line(
        f"{call.pick(story.words)} {story.number}: {len(story.parts)}/{story.count} {label(call, 'note_parts')}"
    )
    if story.missing:
        call.print_line(f"  {label(call, 'missing_parts')}: {', '.join(map(str, story.missing))}")
    _note_parts(call, story)
    call.print_line("")
    for _, text, count in story.states:
        call.print_line(f"  {call.pick(text)}: {count}")
    _note_parcels(call, story)
    timeline(call, story.timeline)
    receipts(call, story.receipts)
    if story.open_deliveries:
        call.print_line(f"\n{label(call, 'under_way')}: {story.open_deliveries}")


def _note_parts(call: Call, story: NoteStory) -> None:
    call.records(
        label(call, "note_parts"),
        (
            ("msgSeqNo", lambda part: part.number),
            ("key 主键", lambda part: part.paper.key),
            ("state 状态", lambda part: part.state_words),
            ("parcels 包裹", lambda part: part.parcels),
            ("message 报文", lambda part: f"{part.paper.message_id}:{part.paper.position}"),
            ("why 理由", lambda part: why(call, part.because)),
            ("due 到期", lambda part: "\n".join(f"{local(due.at)} {call.pick(due.words)}" for due in part.due)),
        ),
        story.parts,
        lambda part: phrases.tone(part.state),
    )


def _note_parcels(call: Call, story: NoteStory) -> None:
    call.records(
        label(call, "parcels"),
        (
            ("msgSeqNo", lambda parcel: parcel.part),
            ("logisticsNo", lambda parcel: parcel.logistics_no),
            ("order 订单", lambda parcel: parcel.order_no),
            ("state 状态", lambda parcel: parcel.state_words),
        ),
        story.parcels,
        lambda parcel: phrases.tone(parcel.state),
    )
    if story.parcels_more:
        call.print_line(f"  {label(call, 'more_parcels')}: {story.parcels_more}")
