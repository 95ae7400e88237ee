"""Judges a trade by what was heard of it: did its fault lead to the outcome that `faults.toml` promises, and no other?

An inspection may come to any list (500): then every end is allowed that customs gives after one. What an officer
decides about a list in review is his to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulators.hearing import Hearing, Word
from simulators.imports.trade import Expected, Trade
from simulators.verdict import Verdict, missing_codes, unexpected_code

__all__ = ["Verdict", "judge"]

ON_THE_WAY = frozenset({"1", "2", "120", "399"})
"""Statuses of a list that say nothing about how it ends."""
REJECTED, SENT_BACK, RELEASED, CLOSED = "100", "700", "800", "899"
REVIEW, INSPECTION = "300", "500"
VOID, COLLECTED = "3", "2"


def judge(trade: Trade, hearing: Hearing, expected: Expected | None = None) -> Verdict:
    """Judge a trade at the end of its days; `expected` stands in for what its fault promises."""
    promise = expected or trade.expected
    words = hearing.of(trade.id)
    path = hearing.statuses_of(trade.id)
    complaints = (
        *_about_codes(promise, path, words),
        *_about_end(promise, trade, path),
        *_about_story(trade, path, words),
        *_about_tax(trade, path, words),
    )
    return Verdict(trade.id, trade.fault, _expected(promise, trade), _path(path, words), tuple(complaints))


def _expected(promise: Expected, trade: Trade) -> str:
    outcome = promise.outcome or "no list"
    codes = [code for code in promise.codes if code != outcome]
    return " ".join([outcome, *(f"[{code}]" for code in codes), *([f"then {trade.story}"] if trade.story else [])])


def _path(path: Sequence[str], words: Sequence[Word]) -> str:
    """The statuses that matter, with the codes that the list's receipts name, and what else was refused."""
    steps = []
    for word in words:
        refused = word.status == REJECTED or word.status.startswith("-") or word.code == "900"
        if (word.code == "622" and word.status not in ON_THE_WAY | {CLOSED}) or (word.code != "622" and refused):
            name = {"622": "", "900": "CEB900 "}.get(word.code, f"{word.code}:")
            codes = [f"[{code}]" for code in word.codes if refused or word.status == REVIEW]
            codes = [code for code in codes if code != f"[{word.status}]"]
            steps.append(" ".join([name + word.status, *codes[:1]]))
    if path and path[-1] in ON_THE_WAY:
        steps.append(f"{path[-1]} …")
    if any(word.code == "624" and word.status == "399" for word in words):
        steps.append("cancelled")
    if any(word.code == "626" and word.status == RELEASED for word in words):
        steps.append("returned")
    return " → ".join(steps) or "nothing"


def _about_codes(promise: Expected, path: Sequence[str], words: Sequence[Word]) -> Iterator[str]:
    """Complaints about codes; why an officer should look at a list need not be said once inspectors have."""
    looked_at = promise.outcome == REVIEW and INSPECTION in path
    yield from missing_codes(() if looked_at else promise.codes, words)
    for word in words:
        yield from unexpected_code(promise.codes, word)


def _about_end(promise: Expected, trade: Trade, path: Sequence[str]) -> Iterator[str]:
    """Complaints about the course of the list: `path` are its statuses in order."""
    seen, outcome = set(path), promise.outcome
    last = path[-1] if path else ""
    inspected = INSPECTION in seen
    if outcome == "" and path:
        yield f"there should be no list, and it came to {last}"
    elif outcome.startswith("-") and list(path) != [outcome]:
        yield f"the port should have refused it at once with {outcome}"
    elif outcome == REJECTED and (last != REJECTED or RELEASED in seen or inspected):
        yield f"it should have been rejected, and came to {last or 'nothing'}"
    elif outcome == REVIEW and REVIEW not in seen and not inspected:
        yield f"an officer should have looked at it, and it came to {last or 'nothing'}"
    elif outcome == RELEASED and RELEASED not in seen and not (inspected and last in {REJECTED, SENT_BACK}):
        yield f"it should have been released, and came to {last or 'nothing'}"
    if outcome == RELEASED and REVIEW in seen:
        yield "no officer should have had to look at it"
    if outcome in (REVIEW, RELEASED) and trade.story != "cancelled" and last not in {REJECTED, SENT_BACK, CLOSED}:
        yield f"it did not come to an end, but to {last or 'nothing'}"


def _about_story(trade: Trade, path: Sequence[str], words: Sequence[Word]) -> Iterator[str]:
    """Complaints about a cancellation or a return that the trade's story tells; none where it could not be told.

    A list that was inspected first comes to review when cancellations have been sent.
    """
    inspected = INSPECTION not in path or bool(_statuses(words, "624"))
    if trade.story == "cancelled" and REVIEW in path and inspected:
        if _statuses(words, "624") != ["2", "120", "399"]:
            yield f"the cancellation went through {_statuses(words, '624')}"
        if RELEASED in path or path[-1] != REVIEW:
            yield f"a cancelled list came to {path[-1]}"
    elif trade.story.startswith("returned") and RELEASED in path:
        if _statuses(words, "626") != ["2", "120", "399", "800"]:
            yield f"the return went through {_statuses(words, '626')}"
        bills = [word for word in words if word.code == "816"]
        if VOID not in _statuses(words, "818"):
            yield "its tax bill was not voided"
        if len(bills) != (2 if trade.story == "returned_partly" else 1):
            yield f"there were {len(bills)} tax bills"
        if len(bills) == 2 and bills[1].tax >= bills[0].tax:
            yield f"the tax of what stays is {bills[1].tax}, of the whole it was {bills[0].tax}"


def _about_tax(trade: Trade, path: Sequence[str], words: Sequence[Word]) -> Iterator[str]:
    """Complaints about bills: one with every release and none without, and in the end each collected or void."""
    bills = [word.head["taxNo"] for word in words if word.code == "816"]
    ends = {word.head["taxNo"]: word.status for word in words if word.code == "818"}
    if bool(bills) != (RELEASED in path):
        yield f"{len(bills)} tax bills for a list that came to {path[-1] if path else 'nothing'}"
    if len(bills) > 1 and not trade.story:
        yield f"there were {len(bills)} tax bills"
    for bill in bills:
        if ends.get(bill) not in {VOID, COLLECTED}:
            yield f"the tax bill {bill} was neither collected nor voided"


def _statuses(words: Sequence[Word], code: str) -> list[str]:
    return [word.status for word in words if word.code == code]
