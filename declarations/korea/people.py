"""The register of personal customs codes of Korea (synthetic people), and what must match it on a day."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason

UNKNOWN, NAME, PHONE, POSTCODE, EXPIRED, OTHER_ID = "24410", "24411", "24412", "24413", "24414", "24419"
PERSONAL, BIRTH = "A", "B"


class RegisteredPerson(NamedTuple):
    """A person of the register; `issued`: when the code was given or changed last; `ended`: the first day on which it
    is not in use, empty: it is."""

    code: str
    name: str
    phone: str
    postcode: str
    born: str
    issued: str
    ended: str


class Consignee(NamedTuple):
    """A consignee as a list names them."""

    id_type: str
    id: str
    name: str
    phone: str
    postcode: str


@cache
def register() -> Mapping[str, RegisteredPerson]:
    """Return the people of the register by their codes."""
    with (Path(__file__).parent / "people.csv").open(encoding="utf-8", newline="") as rows:
        return {row["code"]: RegisteredPerson(**row) for row in csv.DictReader(rows)}


def faults_of_consignee(parcel: str, person: Consignee, day: date, law: Parameters) -> Iterator[Reason]:
    """Find what does not match the register on a day in Korea, the day of arrival."""
    needed = law.on("korea.person_id", day)
    allowed = {"personal_code": {PERSONAL}, "code_or_birth": {PERSONAL, BIRTH}}.get(needed.text)
    if allowed is not None and person.id_type not in allowed:
        yield Reason(OTHER_ID, {"parcel": parcel, "kind": person.id_type}, (needed.id,))
    elif person.id_type == PERSONAL:
        yield from _faults_of_code(parcel, person, day, law)


def _faults_of_code(parcel: str, person: Consignee, day: date, law: Parameters) -> Iterator[Reason]:
    known = register().get(person.id)
    if known is None or (known.ended and known.ended <= day.isoformat()):
        yield Reason(UNKNOWN, {"parcel": parcel, "code": person.id[:3] + "**********"})
        return
    if (last := _valid_until(known, day, law)) and last < day:
        yield Reason(EXPIRED, {"parcel": parcel, "day": last.isoformat()}, (law.on("korea.person_years", day).id,))
    match = law.on("korea.person_match", day)
    compared = match.text.split()
    if _plain(person.name) != _plain(known.name):
        yield Reason(NAME, {"parcel": parcel}, (match.id,))
    if "phone" in compared and _digits(person.phone) != known.phone:
        yield Reason(PHONE, {"parcel": parcel}, (match.id,))
    since = law.on("korea.person_changed", day).text
    if "postcode" in compared and known.issued >= since and person.postcode != known.postcode:
        yield Reason(POSTCODE, {"parcel": parcel}, (match.id,))


def _valid_until(known: RegisteredPerson, day: date, law: Parameters) -> date | None:
    """The last day of a code, by the notice on customs codes of 2025-06-18; None where the law of the day has no term.

    One that was issued or changed under it is valid for a year from then; an older one until its holder's birthday in
    the year after the law's first."""
    try:
        years = law.on("korea.person_years", day)
    except NoValue:
        return None
    first = date.fromisoformat(known.issued)
    if first < years.since:
        born = date.fromisoformat(known.born)
        first = months_after(born, 12 * (years.since.year - born.year))
    return months_after(first, 12 * int(years.amount))


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
