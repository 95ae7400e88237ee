"""Korea's customs tells outcomes of parcels by `KoreaOutcome`, seeded: most are cleared, some held first, asked about
or sent back; it is silent about some, late with others, tells some twice, and contradicts itself. What is true is kept
beside, so that whoever plays it can say what must be known at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.message import Transfer
from schemas.writing import write
from simulators.draws import Draws, guid

KOREA = "KRCUSTOMS"
HELD, ASKED, SENT_BACK, CLEARED = "500", "300", "700", "899"
STATES = {HELD: "held", ASKED: "asked", SENT_BACK: "sent_back", CLEARED: "cleared"}
DOUBTFUL = "doubtful"


class KoreaTroubles(NamedTuple):
    """Shares of a hundred: parcels that are held first, asked about, sent back; outcomes that never come, come after a
    newer one, come twice; parcels whose end is contradicted by another."""

    held: int = 15
    asked: int = 5
    sent_back: int = 5
    silent: int = 5
    late: int = 10
    twice: int = 10
    contradicting: int = 3


USUAL = KoreaTroubles()


class ToldOutcome(NamedTuple):
    """An outcome of a parcel: when it happened, and when it is told."""

    parcel: str
    status: str
    happened: datetime
    sent: datetime


class KoreaRun(NamedTuple):
    """The outcomes that Korea tells, in the order in which they are sent, and the state in which each parcel must be
    known at the end; a parcel of which nothing was told is missing."""

    outcomes: tuple[ToldOutcome, ...]
    states: Mapping[str, str]


def run_korea(seed: int, parcels: Sequence[str], arrival: datetime, troubles: KoreaTroubles = USUAL) -> KoreaRun:
    """Let Korea's customs tell of parcels that arrive at an instant (time of Asia/Shanghai). The same seed tells the
    same story."""
    told: list[ToldOutcome] = []
    states: dict[str, str] = {}
    for parcel in parcels:
        draws = Draws("korea", seed, parcel)
        of_parcel = list(_of_parcel(draws, parcel, arrival, troubles))
        told += [again for one in of_parcel for again in _sent(draws, one, troubles)]
        if of_parcel:
            states[parcel] = _end(of_parcel)
    return KoreaRun(tuple(sorted(told, key=lambda one: (one.sent, one.parcel, one.happened))), states)


def _of_parcel(draws: Draws, parcel: str, arrival: datetime, troubles: KoreaTroubles) -> Iterator[ToldOutcome]:
    """Yield what happens to a parcel, in its order."""
    if _happens(draws, troubles.silent):
        return
    at = arrival + timedelta(minutes=draws.below(60))
    if _happens(draws, troubles.held):
        yield ToldOutcome(parcel, HELD, at, at)
        at += timedelta(hours=2)
    if _happens(draws, troubles.asked):
        yield ToldOutcome(parcel, ASKED, at, at)
        return
    end = SENT_BACK if _happens(draws, troubles.sent_back) else CLEARED
    yield ToldOutcome(parcel, end, at, at)
    if _happens(draws, troubles.contradicting):
        later = at + timedelta(hours=3)
        yield ToldOutcome(parcel, CLEARED if end == SENT_BACK else SENT_BACK, later, later)


def _sent(draws: Draws, one: ToldOutcome, troubles: KoreaTroubles) -> Iterator[ToldOutcome]:
    """An outcome as it is sent: a holding perhaps later than what follows it, anything perhaps twice."""
    late = one.status == HELD and _happens(draws, troubles.late)
    sent = one._replace(sent=one.sent + timedelta(hours=12)) if late else one
    yield sent
    if _happens(draws, troubles.twice):
        yield sent._replace(sent=sent.sent + timedelta(minutes=5))


def _end(told: Sequence[ToldOutcome]) -> str:
    """The state in which a parcel must be known: two ends contradict each other."""
    ends = [one.status for one in told if one.status in (SENT_BACK, CLEARED)]
    return DOUBTFUL if len(ends) > 1 else STATES[told[-1].status]


def _happens(draws: Draws, share: int) -> bool:
    return draws.below(100) < share


def outcome_message(number: str, told: Sequence[ToldOutcome], sender: Transfer) -> bytes:
    """Return the message of outcomes that are told together."""
    sent = max(one.sent for one in told).strftime("%Y%m%d%H%M%S")
    head = {"guid": guid("korea", number, sent), "appType": "1", "appTime": sent, "senderCode": KOREA, "copNo": number}
    lines = [
        {"gnum": str(place), "hblNo": one.parcel, "status": one.status, "time": f"{one.happened:%Y%m%d%H%M%S}"}
        for place, one in enumerate(told, 1)
    ]
    return write("KoreaOutcome", [(head, lines)], guid=guid("korea message", number, sent), transfer=sender)
