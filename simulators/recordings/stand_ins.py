"""Irreversible stand-ins for personal values: fictitious values, the same one for equal values.

A stand-in is derived by a hash keyed with a secret that is never stored. Different values have different stand-ins.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from hashlib import blake2b

from schemas.identifiers import is_valid_resident_id, resident_id_check_digit
from simulators.people import DISTRICTS, POPULATION, People
from simulators.recordings.personal import ACCOUNT, ADDRESS, DISTRICT, ID, NAME, OFFICER, TELEPHONE


class StandIns:
    """The stand-ins of one recording. `key`: a secret that is dropped with this object."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()
        self._people = People(self._of("people", "", 0) % 2**31)
        self._known: dict[tuple[str, str], str] = {}
        self.known: dict[str, str] = {}
        """Value → stand-in, of all sorts."""
        self._taken: dict[str, set[str]] = {}
        self._real: frozenset[str] = frozenset()
        self._makes = self._functions_by_sort()

    def _functions_by_sort(self) -> Mapping[str, Callable[[str, int], str]]:
        return {
            NAME: self._name,
            ID: self._id_number,
            TELEPHONE: self._telephone,
            ADDRESS: lambda text, drawn: self._people.buyer(drawn % POPULATION).address,
            DISTRICT: lambda text, drawn: DISTRICTS[drawn % len(DISTRICTS)][0],
            ACCOUNT: lambda text, drawn: f"B{drawn % 10**12:012d}",
            OFFICER: lambda text, drawn: f"officer-{drawn % 10**6:06d}",
        }

    def replace_all(self, values: Collection[tuple[str, str]]) -> None:
        """Generate stand-ins for values (sort, text); none equals one of the texts."""
        self._real = frozenset(text for _, text in values)
        for sort, text in values:
            self.of(sort, text)

    def of(self, sort: str, text: str) -> str:
        """The stand-in of a value; empty for the empty text."""
        if not text.strip():
            return text
        if (known := self._known.get((sort, text))) is None:
            known = self._known[sort, text] = self._made(sort, text)
            self.known.setdefault(text, known)
        return known

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """All stand-ins until now, in order."""
        return tuple(sorted(set(self._known.values())))

    def _made(self, sort: str, text: str) -> str:
        taken = self._taken.setdefault(sort, set())
        for again in range(100):
            made = self._makes[sort](text, self._of(sort, text, again))
            if sort == DISTRICT or (made not in taken and made != text and made not in self._real):
                break
        else:
            made = f"{made}{len(taken)}"
        taken.add(made)
        return made

    def _of(self, sort: str, text: str, again: int) -> int:
        drawn = hmac.new(self._key, f"{sort}|{again}|{text}".encode(), blake2b).digest()
        return int.from_bytes(drawn[:16], "big")

    def _name(self, text: str, drawn: int) -> str:
        """Family and given name of two different people of the pool, because it is small."""
        family, given = (self._people.buyer(part % POPULATION).name for part in (drawn, drawn >> 64))
        return family[0] + given[1:]

    def _telephone(self, text: str, drawn: int) -> str:
        return f"199{drawn % 10**8:08d}"

    def _id_number(self, text: str, drawn: int) -> str:
        """A number of the same form; valid if the original is valid."""
        number = self._people.buyer(drawn % POPULATION).id_number
        if is_valid_resident_id(text):
            return number
        if len(text) != len(number):
            return f"{drawn % 10 ** len(text):0{len(text)}d}"
        wrong = "0" if resident_id_check_digit(number[:17]) != "0" else "1"
        return number[:17] + wrong
