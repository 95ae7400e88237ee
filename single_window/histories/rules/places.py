"""Places of a mailbox: each is given once, and a reader who saw all finds no gap."""

from __future__ import annotations

from collections.abc import Iterator

from single_window.histories.findings import ContradictingSet, HistoryRule
from single_window.histories.grouping import Grouped
from single_window.histories.observations import NumberedObservation, Polled, SeenReceipt, WholeHistory
from single_window.language.words import Words


def places_given_twice(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Pairs of different receipts at the same place."""
    for mailbox in grouped.mailboxes.values():
        for place, again in mailbox.again:
            first = mailbox.places[place]
            if not first.hidden and not again.hidden and _content(first) != _content(again):
                yield ContradictingSet([first, again])


def _content(one: NumberedObservation) -> tuple[str, ...]:
    seen = one.seen
    assert isinstance(seen, SeenReceipt)
    return (seen.kind, seen.key, seen.status, seen.time, seen.content)


def places_skipped(grouped: Grouped) -> Iterator[ContradictingSet]:
    """A receipt above a place that has none, although everything in the mailbox was seen; polls with fewer receipts
    than places."""
    for name, mailbox in grouped.mailboxes.items():
        for poll in mailbox.polls:
            if not poll.hidden and _misses(poll):
                yield ContradictingSet([poll])
        whole = grouped.all_received(name)
        if whole is None or not mailbox.places:
            continue
        assert isinstance(whole.seen, WholeHistory)
        before = whole.seen.after
        for place in sorted(mailbox.places):
            if place > before + 1 and not mailbox.places[place].hidden:
                yield ContradictingSet([whole, mailbox.places[place]])
            before = max(place, before)


def _misses(poll: NumberedObservation) -> bool:
    seen = poll.seen
    return isinstance(seen, Polled) and seen.count != seen.last - seen.after


def places_filled_later(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Receipts that were first seen at a place which an earlier poll had passed."""
    for mailbox in grouped.mailboxes.values():
        polls = [poll for poll in mailbox.polls if not poll.hidden]
        if not polls:
            continue
        furthest: NumberedObservation | None = None
        events = [*polls, *(one for one in mailbox.places.values() if not one.hidden)]
        for event in sorted(events, key=lambda one: (one.seen.at, isinstance(one.seen, Polled))):
            if isinstance(event.seen, Polled):
                if furthest is None or event.seen.last > _last(furthest):
                    furthest = event
            elif isinstance(event.seen, SeenReceipt) and furthest is not None:
                assert isinstance(furthest.seen, Polled)
                if furthest.seen.after < event.seen.place <= furthest.seen.last and furthest.seen.at < event.seen.at:
                    yield ContradictingSet([furthest, event])


def _last(poll: NumberedObservation) -> int:
    return poll.seen.last if isinstance(poll.seen, Polled) else 0


RULES = (
    HistoryRule(
        "place-given-twice",
        Words(
            "信箱的每个序号只给一次，内容不变",
            "a place of a mailbox is given once, and never with other content",
        ),
        places_given_twice,
    ),
    HistoryRule(
        "place-skipped",
        Words(
            "信箱序号连续，读取全部回执者看不到空号",
            "the places of a mailbox have no gap for a reader who saw all",
        ),
        places_skipped,
    ),
    HistoryRule(
        "place-filled-later",
        Words(
            "已读过的序号之前不再插入回执",
            "no receipt is put before a place that was read already",
        ),
        places_filled_later,
    ),
)
