"""The register of business licences as of a day, and what a registration may conclude from an answer of the register.

The register's states are those of market supervision (confidence C); the layout of queries and answers is our own (I).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from declarations.commerce.trader_filing import is_demanded
from declarations.parameters import Parameters
from declarations.reasons import Reason

UNKNOWN_CODE, OTHER_NAME, NOT_OPEN, MOVED, ABNORMAL = "26101", "26103", "26104", "26105", "26106"
CONTRADICTED, NO_FILING = "26107", "26201"


class LicenceState(StrEnum):
    """The state of a company's licence."""

    OPEN = "1"
    REVOKED = "2"
    DEREGISTERED = "3"
    MOVED = "4"


class LicenceRecord(NamedTuple):
    """An entry of the register about a company, from the day `since` on. A correction is the same day with the next
    `revision`; the row that it corrects stays. Flags are "1" or "0", days ISO texts."""

    credit_code: str
    since: str
    revision: int
    recorded_at: int
    state: str
    name: str
    legal_person: str = ""
    founded: str = ""
    scope: str = ""
    abnormal: str = "0"
    severe: str = "0"
    free_trade_zone: str = "0"


def record_on(records: Iterable[LicenceRecord], day: date, known_at: int | None = None) -> LicenceRecord | None:
    """Return what the register says of a company as of a day, by what it had recorded at an instant (None: at all);
    None where it says nothing. The latest day counts, of one day the last revision."""
    text = day.isoformat()
    known = [record for record in records if known_at is None or record.recorded_at <= known_at]
    begun = [record for record in known if record.since <= text]
    return max(begun, key=lambda record: (record.since, record.revision), default=None)


class LicenceAnswer(NamedTuple):
    """An answer of the register; `state` is empty for a credit code that it does not know."""

    credit_code: str
    as_of: str
    state: str = ""
    name: str = ""
    legal_person: str = ""
    founded: str = ""
    scope: str = ""
    abnormal: str = "0"
    severe: str = "0"
    free_trade_zone: str = "0"
    answered_at: int = 0

    @property
    def said(self) -> tuple[str, ...]:
        """Return the answer's values as texts, without the time at which it was given."""
        return tuple(map(str, self[:-1]))


def answer_of(record: LicenceRecord | None, credit_code: str, day: date, now: int) -> LicenceAnswer:
    """Return the answer that a record gives; names of legal persons are masked but for the first character."""
    if record is None:
        return LicenceAnswer(credit_code, day.isoformat(), answered_at=now)
    shown = {name: getattr(record, name) for name in LicenceAnswer._fields if name in LicenceRecord._fields}
    masked = record.legal_person[:1] + "*" * len(record.legal_person[1:])
    return LicenceAnswer(**{**shown, "legal_person": masked}, as_of=day.isoformat(), answered_at=now)


def digest_of(elements: Mapping[str, str]) -> str:
    """Return the SHA-256 of an answer's elements, which any reader recomputes: each as name=value and a line feed, in
    order of names, without empty ones, in UTF-8. It shows that an answer was not altered, not who gave it."""
    lines = (f"{name}={elements[name]}\n" for name in sorted(elements) if elements[name])
    return sha256("".join(lines).encode()).hexdigest()


class AppliedCompany(NamedTuple):
    """The company whose licence was asked for: its name (empty: it is not compared, since an agent's licence was
    asked), whether it trades goods itself, and the number of its filing as a foreign-trade operator."""

    name: str
    trades: bool
    filing_no: str


class LicenceVerdict(NamedTuple):
    """Reasons to refuse a registration, and reasons to hand it to an officer."""

    refused: Sequence[Reason]
    held: Sequence[Reason]


def judge(answers: Sequence[LicenceAnswer], applied: AppliedCompany, law: Parameters) -> LicenceVerdict:
    """Return what follows from the register's answers (at least one) for a registration.

    Refused is a company without licence, or whose licence was revoked or ended on the day; held what an officer must
    look at: answers that contradict each other, another name, a licence that moved, an abnormal or severely unlawful
    company."""
    answer = answers[0]
    named = {"credit_code": answer.credit_code, "day": answer.as_of}
    if any(other.said != answer.said for other in answers):
        states = " / ".join(dict.fromkeys(other.state or "–" for other in answers))
        return LicenceVerdict((), (Reason(CONTRADICTED, {**named, "states": states}),))
    if not answer.state:
        return LicenceVerdict((Reason(UNKNOWN_CODE, named),), ())
    if answer.state in (LicenceState.REVOKED, LicenceState.DEREGISTERED):
        return LicenceVerdict((Reason(NOT_OPEN, {**named, "licence_state": answer.state}),), ())
    missing = _missing_filing(answer, applied, law)
    return LicenceVerdict(missing, () if missing else _held(answer, applied))


def _held(answer: LicenceAnswer, applied: AppliedCompany) -> list[Reason]:
    named, held = {"credit_code": answer.credit_code, "day": answer.as_of}, []
    if answer.state == LicenceState.MOVED:
        held.append(Reason(MOVED, named))
    if applied.name and applied.name != answer.name:
        held.append(Reason(OTHER_NAME, {**named, "name": answer.name, "applied": applied.name[:60]}))
    if "1" in (answer.abnormal, answer.severe):
        held.append(Reason(ABNORMAL, {**named, "abnormal": answer.abnormal, "severe": answer.severe}))
    return held


def _missing_filing(answer: LicenceAnswer, applied: AppliedCompany, law: Parameters) -> tuple[Reason, ...]:
    """对外贸易经营者应办理备案登记，未备案的海关不予办理报关验放；自由贸易试验区除外，2022年12月30日起不再要求（对外贸易法第九条）。"""
    if not applied.trades or applied.filing_no:
        return ()
    demanded = is_demanded(date.fromisoformat(answer.as_of), answer.free_trade_zone == "1", law)
    if not demanded.demanded:
        return ()
    return (Reason(NO_FILING, {"credit_code": answer.credit_code, "day": answer.as_of}, demanded.parameter_ids),)
