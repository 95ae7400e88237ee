"""Judges a load: what was lost, doubled, wrong, late, by what the generator promises of each trade.

A window over HTTP is judged by its receipts alone, as an outsider sees them, and by what comes without anybody's help:
a trade whose promise needs days, or a person, is under way, and no fault of the window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from simulators.audit.comparing import DOUBLED, LATE, LOST, WRONG, Finding
from simulators.load.heard import LISTS, Track, Word, ends
from simulators.load.run import Ran
from simulators.sending import ACCEPTED
from simulators.traffic.making import Expectation

REFUSED_WHOLE = "CEB900"
REJECTED, REVIEW, INSPECTION, RELEASED, LEFT = "100", "300", "500", "800", "899"
GOOD_ENDS = {RELEASED: {RELEASED, LEFT, INSPECTION}, LEFT: {RELEASED, LEFT, INSPECTION}}
"""What a promise may come to besides itself: inspections come to any list."""
UNPROCESSABLE = 422


def findings(ran: Ran, limit: float) -> list[Finding]:
    """What does not fit; `limit`: milliseconds after which a first receipt is late."""
    spoken: dict[str, list[Word]] = {}
    for word in ran.hearing.words:
        spoken.setdefault(word.trade, []).append(word)
    cut = _cut(ran)
    found = [*_about_messages(ran, limit), *_doubled(ran)]
    for trade, promise in ran.made.promises.items():
        if trade not in cut:
            found += about_trade(promise, spoken.get(trade, ()))
    return found


def under_way(ran: Ran) -> int:
    """How many trades that were sent whole have a list that has not come to an end."""
    cut = _cut(ran)
    lists = [one for one in ran.sent if one.item.code in LISTS and one.status == ACCEPTED]
    return sum(1 for one in lists if one.ended is None and one.item.trade not in cut)


def expected_refusal(ran: Ran, one: Track) -> bool:
    """Whether a message was refused as its fault promises."""
    promise = ran.made.promises.get(one.item.trade)
    return one.status == UNPROCESSABLE and promise is not None and REFUSED_WHOLE in promise.codes


def _cut(ran: Ran) -> set[str]:
    """Trades of which not everything was sent, or not everything was taken: nothing can be expected of them."""
    return {
        one.item.trade
        for one in ran.hearing.tracks
        if one.status < 0 or (one.status != ACCEPTED and not expected_refusal(ran, one))
    }


def _about_messages(ran: Ran, limit: float) -> Iterator[Finding]:
    for one in ran.sent:
        name, trade = f"{one.item.code} {one.item.guid}", one.item.trade
        if one.status != ACCEPTED:
            if not expected_refusal(ran, one):
                said = f"HTTP {one.status} {' '.join(one.said)}".strip() if one.status else "no answer"
                yield Finding(WRONG, f"{name} was answered with {said}", trade=trade, mailbox=one.item.sender)
        elif one.heard is None and one.item.guid and not _unread(ran, one):
            yield Finding(
                LOST, f"{name} was accepted, and no receipt came about it", trade=trade, mailbox=one.item.sender
            )
        elif one.heard is not None and one.heard > limit:
            said = f"{name}: its first receipt came {one.heard / 1_000:.1f} s after it was due"
            yield Finding(LATE, said, trade=trade, mailbox=one.item.sender)


def _unread(ran: Ran, one: Track) -> bool:
    """Whether a message was to be refused as a whole, and was: its receipt names the message, not the document."""
    promise = ran.made.promises.get(one.item.trade)
    return promise is not None and REFUSED_WHOLE in promise.codes


def _doubled(ran: Ran) -> Iterator[Finding]:
    """Receipts that say the same more often than their documents were sent, and places that were given twice."""
    times: Counter[str] = Counter()
    for (trade, _), count in Counter((one.item.trade, one.item.code) for one in ran.sent).items():
        times[trade] = max(times[trade], count)
    said: Counter[tuple[str, str, str, str, str]] = Counter()
    places: set[tuple[str, int]] = set()
    for word in ran.hearing.words:
        about = (word.mailbox, word.code, word.key, word.status, word.trade)
        said[about] += 1
        again = (word.mailbox, word.sequence) in places
        places.add((word.mailbox, word.sequence))
        if again or (word.trade and said[about] > times[word.trade]):
            words = f"{word.code} {word.status} about {word.key} is there twice, at {word.sequence}"
            yield Finding(DOUBLED, words, "", word.trade, word.mailbox, word.sequence)


def about_trade(promise: Expectation, words: Sequence[Word]) -> Iterator[Finding]:
    """What a trade came to that its promise does not say; that it has not come to an end is not judged."""
    path = [word.status for word in words if word.code in LISTS.values()]
    final = [status for status in path if ends(status)]
    name = f"{promise.flow} {promise.mode} ({promise.fault or 'sound'})"
    allowed = GOOD_ENDS.get(promise.outcome, {promise.outcome, INSPECTION} - {""})
    for status in dict.fromkeys(final):
        if status not in allowed and not (promise.outcome == REJECTED and status in promise.codes):
            wanted = promise.outcome or "no list"
            yield Finding(WRONG, f"{name}: its list came to {status}, and should come to {wanted}", trade=promise.trade)
            return
    if not final:
        return
    named = {code for word in words for code in (word.status, f"CEB{word.code}", *word.codes)}
    for code in promise.codes:
        if code not in named and INSPECTION not in final:
            said = f"{name}: no receipt names {code}; named are {', '.join(sorted(named)) or 'none'}"
            yield Finding(WRONG, said, trade=promise.trade)
