"""The rows of the port: events of containers and ships, ships' calls, parcels in containers, cases. One lock a sandbox
covers them all, since a parcel, its bill and its container may each become known in another batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from declarations.port.events import PortEvent
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import FiledDocument

LOADABLE = "released"
MOST_RELEASES = 20
"""Releases of a parcel that are kept, the newest ones."""
MINUTE = 60_000


@dataclass(slots=True)
class PortParcel:
    """A parcel (`key`: carrier|waybill) as the port knows it.

    `container_no` and `listed_in`: its container by packing list; `listed_in` alone: one that took it out of
    `taken_from`. `after`: the instant after which that is loaded (`packed_after`). `state`: what was said last, a key
    of `telling.TOLD`; empty: nothing; `steps`: how often it said anything; `releases`: from when until when (0: still)
    it was released. `told`: what its terminal was told last, `terminal_code` which one. `loaded`: customs was told that
    its container is loaded. `sought`: a case says that it is in no container that the port knows."""

    key: str
    container_no: str = ""
    listed_in: str = ""
    after: int = 0
    bill_no: str = ""
    declaration_id: int = 0
    invt_no: str = ""
    list_key: str = ""
    order_no: str = ""
    state: str = ""
    stepped_at: int = 0
    steps: int = 0
    told: str = ""
    terminal_code: str = ""
    loaded: bool = False
    releases: tuple[tuple[int, int], ...] = ()
    sought: bool = False
    taken_from: str = ""

    def step(self, state: str, now: int) -> None:
        """Note what customs, or an officer, says of it since an instant."""
        earlier, (since, until) = self.releases[:-1], self.releases[-1] if self.releases else (0, 0)
        if state == LOADABLE and (until or not since):
            self.releases = (*self.releases, (now, 0))[-MOST_RELEASES:]
        elif state != LOADABLE and since and not until:
            self.releases = (*earlier, (since, now))
        self.state, self.stepped_at, self.steps = state, now, self.steps + 1

    def was_released(self, at: int) -> bool:
        """True if it was released at an instant, which terminals tell by the minute; of what was released before its
        releases were kept, if it is now."""
        if not self.releases:
            return self.state == LOADABLE
        return any(since - MINUTE < at and (not until or at < until) for since, until in self.releases)

    @property
    def logistics_no(self) -> str:
        """Its waybill number."""
        return self.key.partition("|")[2]

    def box(self, only: Mapping[str, str]) -> str:
        """Return its container: by packing list, else the only one of its bill of lading (bill → container); empty if
        none is known, or a packing list took it out."""
        return self.container_no or ("" if self.listed_in else only.get(self.bill_no, ""))


@dataclass(slots=True)
class PortCase:
    """A contradiction, a late report, or a release that an officer withdrew. `key`: by which the same is known again;
    `about`: the container, or the ship's call, that it is about; `company`: whoever told what it is about, and can be
    asked; empty: nobody. `told`: everybody who was told of it, and is told how it ends."""

    id: int
    case_no: str
    state: str
    kind: str
    key: str
    about: str
    container_no: str
    voyage_no: str
    invt_no: str
    opened_at: int
    version: int = 0
    ended_at: int = 0
    decided_by: str = ""
    reasons: tuple[Reason, ...] = ()
    company: str = ""
    told: tuple[str, ...] = ()


class PortRepository(Protocol):
    """Loads and stores rows in bulk. Keys that are not found are missing from the result."""

    def lock(self) -> None:
        """Lock the port of the sandbox."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of parties that have one, by their codes."""

    def events_of(self, containers: Collection[str]) -> Mapping[str, Sequence[PortEvent]]:
        """All events of containers, with those that were put."""

    def ship_events(self, calls: Collection[str]) -> Mapping[str, Sequence[PortEvent]]:
        """The events of ships' calls that name no container, with those that were put."""

    def codes_of_calls(self, calls: Collection[str]) -> Mapping[str, Collection[str]]:
        """The codes of all events that name ships' calls, with those that were put."""

    def containers_of_calls(self, calls: Collection[str]) -> Collection[str]:
        """The containers that events name with ships' calls."""

    def only_boxes(self, bills: Collection[str]) -> Mapping[str, str]:
        """The containers of bills of lading with which events name one container and no other."""

    def put_events(self, events: Sequence[PortEvent]) -> None:
        """Store new and changed events."""

    def parcels(self, keys: Collection[str]) -> Mapping[str, PortParcel]:
        """Parcels by key."""

    def owners(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        """The companies of the export lists of parcels, by key: who declares it, and whose goods it has."""

    def parcels_in(self, containers: Collection[str], bills: Collection[str]) -> Sequence[PortParcel]:
        """The parcels of these containers by packing list, and those of these bills."""

    def parcels_of_list(self, invt_no: str) -> Sequence[PortParcel]:
        """The parcels of an export list."""

    def put_parcels(self, parcels: Sequence[PortParcel]) -> None:
        """Store new and changed parcels."""

    def cases(self, ids: Collection[int]) -> Mapping[int, PortCase]:
        """Cases by id."""

    def cases_about(self, about: Collection[str]) -> Sequence[PortCase]:
        """The cases about containers or ships' calls, oldest first."""

    def put_case(self, case: PortCase) -> None:
        """Store a new or changed case."""

    def new_id(self) -> int:
        """An id for a new row."""


PortDesk: TypeAlias = Desk[PortRepository]
