"""Looks at containers of which something new is known: their stays, contradictions, and the parcels within."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from declarations.port.claims import Dispute, settle_claims
from declarations.port.events import PortEvent, PortEventCode
from declarations.port.loading import LoadingOutcome, outcomes_of
from declarations.port.notices import time_text
from declarations.port.timeline import FOREVER, LineMark, Loadings, Stay, clashes_of, current, stays_of
from declarations.reasons import Reason
from gateways.port import outcomes
from gateways.port.outcomes import COURSE, PortFinding
from gateways.port.repository import LOADABLE, PortDesk, PortParcel
from gateways.port.telling import UNDONE, tell
from gateways.port.unpacked import seek, shortened

CLASH, CLAIMS, UNRELEASED, AFTER_LOADING = "29108", "29112", "29303", "29304"
CHOSEN = {"of_first": "first", "of_second": "second"}
"""States of cases of disputed containers in which an officer has said whose one is → the value that names the line."""
OUTCOMES = {LoadingOutcome.ROLLED: "29321", LoadingOutcome.SHORT: "29322", LoadingOutcome.OVER: "29323"}
SETTLED = frozenset({"accepted", "cleared"})
"""States of cases that hinder nothing any more."""
Found = dict[str, PortFinding]
"""What contradicts itself, by key."""


def look(boxes: Sequence[str], desk: PortDesk, named: Collection[str] = ()) -> list[Reason]:
    """Compare what is known of containers: number their stays, settle their cases, tell terminals and customs about
    their parcels. Return what contradicts itself now of those that somebody has `named`, and what is new of others."""
    known = desk.repository.events_of(boxes)
    before = {event.id: (event.stay, event.mark) for events in known.values() for event in events}
    disputes = _settled_claims(known, desk)
    stays = {box: stays_of(known.get(box, ())) for box in boxes}
    events = [event for of_box in known.values() for event in of_box]
    desk.repository.put_events([event for event in events if (event.stay, event.mark) != before[event.id]])
    parcels = parcels_in(boxes, known, desk) if desk.options.port == "full" else {}
    calls = {event.call for event in events} - {""}
    codes = desk.repository.codes_of_calls(calls)
    ships = desk.repository.ship_events(calls) if parcels else {}
    desk.repository.cases_about(boxes)
    seek((parcel for of_box in parcels.values() for parcel in of_box), desk)
    reasons: list[Reason] = []
    for box in boxes:
        loadings = Loadings(stays[box])
        found = {
            **_clashes(box, stays[box]),
            **_disputed(box, disputes.get(box, ())),
            **_loading(box, stays[box], codes, known.get(box, ())),
        }
        found |= _unfit_parcels(box, stays[box], loadings, parcels.get(box, ()), ships)
        waiting = COURSE.waiting
        open_before = {case.key for case in desk.repository.cases_about([box]) if case.state in waiting}
        outcomes.settle(box, found, desk)
        doubted = _doubted(box, desk)
        certain = Loadings(_undisputed(stays[box], doubted))
        unreleased = {
            parcel.key
            for parcel, loaded in _loaded_unreleased(parcels.get(box, ()), loadings)
            if _key_of(loaded) in doubted
        }
        tell(box, stays[box], certain, parcels.get(box, ()), unreleased, desk)
        reasons += [one.reason for key, one in found.items() if box in named or key not in open_before]
    return reasons


def parcels_in(
    boxes: Collection[str], known: Mapping[str, Sequence[PortEvent]], desk: PortDesk
) -> dict[str, list[PortParcel]]:
    """Return the parcels of containers: by packing list, else the only container of their bill. Never guessed: a parcel
    of a bill with several containers is in none."""
    bills = {event.bill_no for box in boxes for event in known.get(box, ()) if event.bill_no}
    only = desk.repository.only_boxes(bills)
    inside, found = set(boxes), dict[str, list[PortParcel]]()
    for parcel in desk.repository.parcels_in(boxes, only.keys()):
        if (box := parcel.box(only)) in inside:
            found.setdefault(box, []).append(parcel)
    return found


def _clashes(box: str, stays: Sequence[Stay]) -> Found:
    found: Found = {}
    for clash in clashes_of(stays):
        first, second = clash.first, clash.second
        named = {"container": box, "first": first.terminal, "since": time_text(first.since)}
        named |= {"second": second.terminal, "also": time_text(second.since)}
        told = [second.terminal, first.terminal]  # the later one found the container where it could not be
        found[f"T|{clash.key}"] = PortFinding(outcomes.TWO_TERMINALS, Reason(CLASH, named), told)
    return found


def _settled_claims(known: Mapping[str, Sequence[PortEvent]], desk: PortDesk) -> dict[str, list[Dispute]]:
    """Mark what lines tell of containers that are another's, or may be; return what is open, by container."""
    claimed = {box: events for box, events in known.items() if any(event.claimed_by for event in events)}
    bills = _bills_of(claimed, desk) if claimed else {}
    decided: dict[str, dict[str, str]] = {}
    for case in desk.repository.cases_about(claimed.keys()) if claimed else ():
        if case.state in CHOSEN:
            values = case.reasons[0].values
            decided.setdefault(case.about, {})[values["terminal"]] = values[CHOSEN[case.state]]
    return {box: settle_claims(events, bills.get(box, ()), decided.get(box)) for box, events in claimed.items()}


def _bills_of(claimed: Mapping[str, Sequence[PortEvent]], desk: PortDesk) -> dict[str, set[str]]:
    """The bills of lading of the parcels that a packing list says are in these containers; where none says it, those of
    them that lists at customs name."""
    named = {box: {event.bill_no for event in events if event.claimed_by} - {""} for box, events in claimed.items()}
    parcels = desk.repository.parcels_in(claimed.keys(), set().union(*named.values()))
    packed: dict[str, set[str]] = {}
    for parcel in parcels:
        if parcel.bill_no:
            packed.setdefault(parcel.container_no, set()).add(parcel.bill_no)
    declared = {parcel.bill_no for parcel in parcels if not parcel.listed_in}
    return {box: packed.get(box) or (bills & declared) for box, bills in named.items()}


def _disputed(box: str, disputes: Sequence[Dispute]) -> Found:
    found: Found = {}
    for dispute in disputes:
        first, second = dispute.claims[:2]
        named = {"container": box, "terminal": dispute.terminal}
        named |= {"first": first.claimed_by, "since": time_text(first.at)}
        named |= {"second": second.claimed_by, "also": time_text(second.at)}
        told = [dispute.terminal, first.claimed_by, second.claimed_by]  # the terminal sees whose it is
        key = f"{outcomes.DISPUTED}|{dispute.terminal}"
        found[key] = PortFinding(outcomes.DISPUTED, Reason(CLAIMS, named), told, outcomes.CLAIMED)
    return found


def _doubted(box: str, desk: PortDesk) -> set[str]:
    """The keys of a container's cases that no officer has accepted, and nothing explains."""
    return {case.key for case in desk.repository.cases_about([box]) if case.state not in SETTLED}


def _undisputed(stays: Sequence[Stay], doubted: Collection[str]) -> list[Stay]:
    """The stays but those at a terminal that claims the container while it was at another before: what that one tells
    of a loading closes no list until the first has told that it left, or an officer has accepted the case."""
    later = [clash.second for clash in clashes_of(stays) if f"T|{clash.key}" in doubted]
    return [stay for stay in stays if stay not in later]


def _loading(
    box: str, stays: Sequence[Stay], codes: Mapping[str, Collection[str]], known: Sequence[PortEvent]
) -> Found:
    found: Found = {}
    claimed = {event.call for event in known if event.event == PortEventCode.LISTED and event.mark == LineMark.CLAIMED}
    for outcome in outcomes_of(stays, codes):
        if outcome.outcome == LoadingOutcome.OVER and outcome.call in claimed:
            continue  # it is on a list, if it is the container of the line that tells so
        reason = Reason(OUTCOMES[outcome.outcome], {"container": box, "voyage": outcome.voyage})
        found[f"{outcome.outcome}|{outcome.call}"] = PortFinding(outcome.outcome, reason, [outcome.terminal])
    return found


def _unfit_parcels(
    box: str,
    stays: Sequence[Stay],
    loadings: Loadings,
    parcels: Sequence[PortParcel],
    ships: Mapping[str, Sequence[PortEvent]],
) -> Found:
    """Parcels that were loaded without a release, or whose release was withdrawn when loading had begun."""
    if not parcels:
        return {}
    began = min((event.at for event in _beginnings(stays, ships)), default=FOREVER)
    found: Found = {}
    late = [parcel for parcel in parcels if parcel.state in UNDONE and parcel.stepped_at >= began]
    for parcel in late:
        named = {"container": box, "list": parcel.invt_no, "at": time_text(parcel.stepped_at)}
        reason = Reason(AFTER_LOADING, named | {"loaded": time_text(began)})
        found[f"W|{parcel.key}"] = PortFinding(
            outcomes.AFTER_LOADING, reason, [stay.terminal for stay in current(stays)]
        )
    unreleased = _loaded_unreleased([parcel for parcel in parcels if parcel not in late], loadings)
    if unreleased:
        loaded, numbers = unreleased[0][1], [parcel.logistics_no for parcel, _ in unreleased]
        reason = Reason(UNRELEASED, {"container": box, "at": time_text(loaded.at), "parcels": shortened(numbers)})
        found[_key_of(loaded)] = PortFinding(outcomes.UNRELEASED, reason, [loaded.terminal_code])
    return found


def _loaded_unreleased(parcels: Sequence[PortParcel], loadings: Loadings) -> list[tuple[PortParcel, PortEvent]]:
    """The parcels that were not released when they were loaded, whatever was said of them since, or are not now; each
    with its loading."""
    loaded = [(parcel, loadings.newest(parcel.bill_no, parcel.after)) for parcel in parcels]
    return [
        (parcel, event)
        for parcel, event in loaded
        if event is not None and not (parcel.state == LOADABLE and parcel.was_released(event.at))
    ]


def _key_of(loaded: PortEvent) -> str:
    return f"L|{loaded.terminal_code}"


def _beginnings(stays: Sequence[Stay], ships: Mapping[str, Sequence[PortEvent]]) -> list[PortEvent]:
    """The events that say that the loading of the container's last stay began, or of another at the same time."""
    now = current(stays)
    calls = {event.call for stay in now for event in stay.events} - {""}
    own = [event for stay in stays for event in stay.events if stay in now or event.call in calls]
    of_ship = [event for call in calls for event in ships.get(call, ())]
    began, loaded = PortEventCode.LOADING_BEGAN, PortEventCode.LOADED
    return [event for event in own if event.event == loaded] + [event for event in of_ship if event.event == began]
