"""What `show` says besides: the documents of a trade beside each other, what the channel of an export says, notes with
their parts."""

from __future__ import annotations

from single_window.cases import stories
from single_window.cases.stories import NoteStory
from single_window.cases.stories.parts import Evidence
from single_window.commands.call import Call
from single_window.commands.telling import clock, label, receipts, timeline, why


def show_evidence(call: Call, found: Evidence) -> None:
    """The documents of a trade beside each other, what differs first and marked; of an export what its channel says."""
    marked = f"≠ {label(call, 'differs')}"
    if found.missing:
        call.say(f"\n{label(call, 'comparison_waits')}: {', '.join(call.pick(said) for _, said in found.missing)}")
    call.table(
        label(call, "comparison"),
        (label(call, "element"), *(f"{call.pick(said)}" for _, said in found.columns), ""),
        [(call.pick(row.words), *row.texts, marked if row.differs else "") for row in found.rows],
        {number: "bad" for number, row in enumerate(found.rows) if row.differs},
    )
    if call.pick(found.summarising):
        call.say(f"\n{label(call, 'channel_said')}")
        call.say(f"  {label(call, 'fob')} {found.fob or '?'} · {call.pick(found.summarising)}")
    for text in filter(None, (why(call, found.channel), why(call, found.differences))):
        call.say("\n".join(f"  {line}" for line in text.splitlines()))
    for basis in found.bases:
        call.say(f"  {basis.title.said(call.language)} {basis.content}, {basis.source}")


def show_note(call: Call, told: NoteStory) -> None:
    """A note of transport: its parts, its parcels, what happened."""
    call.say(f"{call.pick(told.words)} {told.number}: {len(told.parts)}/{told.count} {label(call, 'note_parts')}")
    if told.missing:
        call.say(f"  {label(call, 'missing_parts')}: {', '.join(map(str, told.missing))}")
    call.table(
        label(call, "note_parts"),
        ("msgSeqNo", "key 主键", "state 状态", "parcels 包裹", "message 报文", "why 理由", "due 到期"),
        [
            (
                part.number,
                part.paper.key,
                call.pick(part.state_words),
                part.parcels,
                f"{part.paper.message_id}:{part.paper.position}",
                why(call, part.because),
                "\n".join(f"{clock(due.at)} {call.pick(due.words)}" for due in part.due),
            )
            for part in told.parts
        ],
        {number: stories.tone(part.state) for number, part in enumerate(told.parts)},
    )
    call.say("")
    for _, said, count in told.states:
        call.say(f"  {call.pick(said)}: {count}")
    call.table(
        label(call, "parcels"),
        ("msgSeqNo", "logisticsNo", "order 订单", "state 状态"),
        [(one.part, one.logistics_no, one.order_no, call.pick(one.state_words)) for one in told.parcels],
        {number: stories.tone(one.state) for number, one in enumerate(told.parcels)},
    )
    if told.parcels_more:
        call.say(f"  {label(call, 'more_parcels')}: {told.parcels_more}")
    timeline(call, told.timeline)
    receipts(call, told.receipts)
    if told.open_deliveries:
        call.say(f"\n{label(call, 'under_way')}: {told.open_deliveries}")
