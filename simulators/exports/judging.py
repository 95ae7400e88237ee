"""Judges an export trade by what was heard of it: did it come to the outcome that its fault promises, step by step?

An inspection may come to any list (500): then every end is allowed that customs gives after one. What an officer
decides about a list in review is his to decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from simulators.exports.notes import RECEIPT_OF, Note
from simulators.exports.trade import ExportTrade
from simulators.hearing import Hearing, Word
from simulators.traded import Expected
from simulators.verdict import Verdict, missing_codes, unexpected_code

REJECTED, REVIEW, INSPECTION, ACCEPTED, RELEASED, LEFT = "100", "300", "500", "120", "800", "899"
TAKEN_IN = "399"
"""What becomes of notes: their receipts know no 120."""
OPENING = "(1 )?2"
INSPECTED = " 500( 399 800 899| 399 100| 100)?"
"""What may follow when goods are inspected; where they are kept, the list's last word may be 500."""
PATHS = {
    LEFT: f"{OPENING} 120( 800 899|{INSPECTED})",
    REJECTED: f"{OPENING}( 120)? 100",
    REVIEW: f"{OPENING} 120( 300( 100| 399 800 899|{INSPECTED})|{INSPECTED})",
    INSPECTION: f"{OPENING} 120{INSPECTED}",
    ACCEPTED: f"{OPENING} 120",
}
"""By what a fault promises: the statuses (604) that a list may go through, in order."""
NOTES = "notes"
"""What shared notes are called among the faults."""
CANCELLED, RETURNED, COUNTED = ["2", "399"], ["2", "120", "800"], ["2", "399"]


def judge(trade: ExportTrade, hearing: Hearing, expected: Expected | None = None) -> Verdict:
    """Judge a trade at the end of its days; `expected` stands in for what its fault promises."""
    promise = expected or trade.expected
    words, path = hearing.of(trade.id), hearing.statuses_of(trade.id, "604")
    complaints = (*_about_path(promise, path), *_about_codes(promise, path, words), *_about_story(trade, path, words))
    return Verdict(trade.id, trade.fault, _expected(promise, trade), _came_to(path, words), tuple(complaints), "export")


def judge_notes(notes: Mapping[Note, int], hearing: Hearing) -> Iterator[Verdict]:
    """Judge notes that many trades share: each part is taken in by the port (2), then by customs (399), once."""
    for note, parts in notes.items():
        came = Counter(_statuses(hearing.of(note.id), RECEIPT_OF[note.code]))
        wrong = (
            ()
            if came == {"2": parts, TAKEN_IN: parts}
            else (f"the note {note.code} of {parts} parts was answered with {dict(came)}",)
        )
        got = " ".join(status for status in came if status != "2")
        yield Verdict(note.id, NOTES, TAKEN_IN, got or "nothing", wrong, "export")


def _expected(promise: Expected, trade: ExportTrade) -> str:
    codes = [code for code in promise.codes if code != promise.outcome]
    parts = [trade.story.replace("_", " ")] if trade.story else []
    return " ".join([promise.outcome or "no list", *(f"[{code}]" for code in codes), *parts])


def _came_to(path: Sequence[str], words: Sequence[Word]) -> str:
    """The statuses that matter, with the codes of what was refused, of the list and of all else."""
    steps = [status for status in path if status not in {"1", "2", ACCEPTED, "399"}] or list(path[-1:])
    refused = [
        f"{'CEB900' if word.code == '900' else word.code}:{word.status} {_code(word)}".rstrip()
        for word in words
        if word.code != "604" and _refuses(word)
    ]
    for number, word in enumerate(words):
        if word.code == "604" and _refuses(word) and _code(word):
            steps = [f"{step} {_code(word)}" if step == word.status else step for step in steps]
            words = [*words[:number], *words[number + 1 :]]
            break
    done = [
        name
        for code, last, name in (("606", CANCELLED[-1], "cancelled"), ("214", RETURNED[-1], "returned"))
        if last in _statuses(words, code)
    ]
    return " → ".join([*steps, *refused, *done]) or "nothing"


def _code(word: Word) -> str:
    return next((f"[{code}]" for code in word.codes if code != word.status), "")


def _refuses(word: Word) -> bool:
    return word.status == REJECTED or word.status.startswith("-") or word.code == "900"


def _about_path(promise: Expected, path: Sequence[str]) -> Iterator[str]:
    seen, outcome = " ".join(path), promise.outcome
    if not outcome and path:
        yield f"there should be no list, and it went through {seen}"
    elif outcome.startswith("-"):
        if list(path) != [outcome]:
            yield f"the port should have refused it at once with {outcome}, and it went through {seen or 'nothing'}"
    elif outcome in PATHS:
        # what comes again is answered among the list's own statuses
        own = " ".join(status for status in path if not status.startswith("-"))
        if not re.fullmatch(PATHS[outcome], own):
            yield f"it should have come to {outcome}, and went through {seen or 'nothing'}"
    elif outcome:
        yield f"nobody knows how a list comes to {outcome}"


def _about_codes(promise: Expected, path: Sequence[str], words: Sequence[Word]) -> Iterator[str]:
    yield from missing_codes(promise.codes, words)
    for word in words:
        yield from unexpected_code(promise.codes, word)
        if word.code != "604" and word.status == REJECTED and not set(word.codes) & set(promise.codes):
            yield f"{word.code} with {word.status} {_code(word)} was not expected"


def _about_story(trade: ExportTrade, path: Sequence[str], words: Sequence[Word]) -> Iterator[str]:
    """Complaints about what happened besides; none about a list that inspectors had first."""
    if INSPECTION in path and LEFT not in path:
        return
    if trade.story == "cancelled" and _statuses(words, "606") != CANCELLED:
        yield f"the cancellation went through {_statuses(words, '606')}"
    if trade.story == "cancelled_late" and _statuses(words, "606") != ["2", REJECTED]:
        yield f"the late cancellation went through {_statuses(words, '606')}"
    if trade.story in {"returned", "returned_twice"}:
        returned = _statuses(words, "214")
        wanted = RETURNED if trade.story == "returned" else sorted([*RETURNED, "2", REJECTED])
        if (returned if trade.story == "returned" else sorted(returned)) != wanted:
            yield f"the return went through {returned}"
        if _statuses(words, "216") != COUNTED:
            yield f"the tally went through {_statuses(words, '216')}"
    if trade.story == "in_batch" and not any("批次" in word.head.get("returnInfo", "") for word in words):
        yield "no receipt names its batch"
    if trade.story in {"returned_unexported", "returned_late"} and _statuses(words, "214") != ["2", REJECTED]:
        yield f"the return went through {_statuses(words, '214')}"


def _statuses(words: Sequence[Word], code: str) -> list[str]:
    return [word.status for word in words if word.code == code]
