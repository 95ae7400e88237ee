"""The course of a parcel to or from Korea: its state, what its company is told, its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from declarations import lifecycle
from declarations.korea.lists import PATHS
from declarations.reasons import Reason
from gateways.case_course import CaseCourse
from gateways.korea.repository import KoreaDesk, KoreaParcel
from gateways.replies import combine_reasons

KIND, BY = "korea_parcel", "korea"
COURSE = CaseCourse(KIND, BY, "korea", "KoreaAdvice")
SENT_BACK, UNLISTED, CONTRADICTS, TAKEN_IN = "24452", "24452.unlisted", "24454", "24450"
ACTIONS: Mapping[str, str] = {
    "120": "take_in",
    "300": "inquire",
    "500": "hold",
    "700": "send_back",
    "800": "clear",
    "899": "clear",
}
"""Status that Korea tells → action of the lifecycle."""
ENDS = frozenset({"cleared", "sent_back", "doubtful"})
"""States after which another outcome contradicts."""


class ParcelKey(NamedTuple):
    """The name of a parcel: direction, year of its arrival, house number."""

    direction: str
    year: int
    hbl_no: str

    @property
    def parcel_no(self) -> str:
        """The number of its case."""
        return f"KR{self.direction}-{self.year}-{self.hbl_no}"


def new_parcel(key: ParcelKey, desk: KoreaDesk) -> KoreaParcel:
    """Return a parcel of which nothing is known yet; it is stored when it is put."""
    state = "announced" if key.direction == "1" else "noted"
    parcel = KoreaParcel(desk.repository.new_id(), key.parcel_no, *key, state)
    parcel.opened_at = desk.now
    return parcel


def apply_step(parcel: KoreaParcel, action: str, reasons: Sequence[Reason], desk: KoreaDesk, by: str = BY) -> None:
    """Apply an action of the lifecycle, note it and tell the parcel's company; raises `lifecycle.NotAllowed`."""
    made = lifecycle.transition_of(parcel.state, action, KIND)
    parcel.state, parcel.reasons, parcel.decided_by = made.to, tuple(reasons), by
    parcel.steps += 1
    COURSE.note(parcel.parcel_no, action, parcel.state, parcel.reasons, desk, by)
    tell(parcel, made.return_status, combine_reasons(reasons), desk)
    desk.repository.put_parcel(parcel)


def tell(parcel: KoreaParcel, status: str, text: Reason, desk: KoreaDesk) -> None:
    """Tell the parcel's company something, once."""
    fields = {
        "parcelNo": parcel.parcel_no,
        "direction": parcel.direction,
        "companyCode": parcel.agent_code,
        "hblNo": parcel.hbl_no,
        "invtNo": parcel.invt_no,
    }
    if parcel.agent_code:
        once = f"{parcel.steps}|{text.rule}"
        COURSE.tell(parcel.agent_code, parcel.parcel_no, status, text, fields, desk, once=once)


def text_of(action: str, parcel: KoreaParcel, reason: str, path: str = "list") -> Reason:
    """The text of an action of Korea's customs, with the reason that it gives."""
    made = next(step for step in lifecycle.all_lifecycles()[KIND].transitions if step.action == action)
    values = {"reason": reason or "–"} if made.reasoned else {}
    if made.words == SENT_BACK:
        if not parcel.invt_no:
            return Reason(UNLISTED, values)
        values["list"] = parcel.invt_no
    if made.words == TAKEN_IN:
        values |= dict(zip(("path_zh", "path_en"), PATHS[path], strict=True))
    return Reason(made.words, values)


def take_outcome(parcel: KoreaParcel, status: str, reason: str, desk: KoreaDesk) -> None:
    """Take what Korea's customs did with a parcel: a step, or, after an end, a contradiction that an officer
    settles."""
    action = ACTIONS[status]
    made = next(step for step in lifecycle.all_lifecycles()[KIND].transitions if step.action == action)
    if made.to == parcel.state:
        desk.repository.put_parcel(parcel)
    elif parcel.state in ENDS:
        if parcel.state != "doubtful":
            first = "899" if parcel.state == "cleared" else "700"
            apply_step(parcel, "doubt", (Reason(CONTRADICTS, {"first": first, "second": status}),), desk)
    elif parcel.state in made.sources:
        apply_step(parcel, action, (text_of(action, parcel, reason),), desk)
