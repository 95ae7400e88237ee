"""Hears what customs does with export lists by sea, and carries out officers' decisions about releases and cases."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.port.events import bill_of
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.case_course import QUESTIONS
from gateways.decisions import answer, carry_out
from gateways.port.containers import look
from gateways.port.outcomes import (
    DISPUTED,
    KIND,
    TWO_TERMINALS,
    UNRELEASED,
    WITHDRAWAL,
    PortFinding,
    apply_step,
    ask_company,
    open_case,
)
from gateways.port.repository import LOADABLE, PortCase, PortDesk, PortParcel
from gateways.port.telling import STATES, WITHDRAWN
from gateways.port.unpacked import expect_container, seek
from gateways.topics.customs import ParcelLoaded
from gateways.topics.port import ExportListStepped
from gateways.topics.shared import Decision

WITHDRAW, RESTORE, TAKEN_BACK = "withdraw_release", "restore_release", "29503"


def handle_steps(steps: Sequence[ExportListStepped], desk: PortDesk) -> None:
    """Note what customs says of parcels, and look at their containers again."""
    known = desk.repository.parcels(sorted({step.parcel_key for step in steps}))
    parcels: dict[str, PortParcel] = dict(known)
    for step in steps:
        parcel = parcels.setdefault(step.parcel_key, PortParcel(step.parcel_key))
        parcel.bill_no = bill_of(step.bill_no) or parcel.bill_no
        if step.action in STATES:
            parcel.step(STATES[step.action], step.at or desk.now)
            expect_container(parcel, desk)
            parcel.loaded = False  # customs holds each list that it releases
            parcel.declaration_id, parcel.list_key = step.declaration_id, step.list_key
            parcel.order_no, parcel.invt_no = step.order_no, step.invt_no or parcel.invt_no
    desk.repository.put_parcels(list(parcels.values()))
    seek(parcels.values(), desk)
    look(_boxes_of(list(parcels.values()), desk), desk)


def _boxes_of(parcels: Sequence[PortParcel], desk: PortDesk) -> list[str]:
    """The containers that these parcels are in, as far as they are known."""
    only = desk.repository.only_boxes({parcel.bill_no for parcel in parcels if parcel.bill_no})
    return sorted({parcel.box(only) for parcel in parcels} - {""})


def decide(decisions: Sequence[Decision], desk: PortDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""

    def act(case: PortCase, decision: Decision) -> None:
        if decision.action in QUESTIONS:
            ask_company(case, decision, desk)
            return
        apply_step(case, decision.action, desk, reason=decision.reason, by=decision.by)
        if case.kind in (TWO_TERMINALS, UNRELEASED, DISPUTED):
            look([case.about], desk)
        if decision.action == RESTORE:
            parcels = desk.repository.parcels_of_list(case.invt_no)
            _set([parcel for parcel in parcels if parcel.state == WITHDRAWN], LOADABLE, desk)

    for decision in decisions:
        if decision.action == WITHDRAW:
            answer(decision, _withdraw(decision, desk), desk)
    about_cases = [decision for decision in decisions if decision.action != WITHDRAW]
    cases = desk.repository.cases([decision.subject_id for decision in about_cases])
    carry_out(about_cases, cases, desk, kind=KIND, act=act)


def _withdraw(decision: Decision, desk: PortDesk) -> tuple[Reason, ...]:
    """Withdraw the release of a list: its terminal is told; if its container is loaded already, that is a case."""
    invt_no = str(decision.values.get("invt_no", ""))
    released = [parcel for parcel in desk.repository.parcels_of_list(invt_no) if parcel.state == LOADABLE]
    if not released:
        return (refusal_reason(f"没有已放行的清单{invt_no}", f"no list {invt_no} is released at the port"),)
    reason = Reason(TAKEN_BACK, {"reason": decision.reason, "list": invt_no})
    owners = desk.repository.owners([parcel.key for parcel in released])
    told = sorted({code for of_parcel in owners.values() for code in of_parcel})
    withdrawn = PortFinding(WITHDRAWAL, reason, told, state="withdrawn", status="600")
    open_case(f"V|{invt_no}|{decision.id}", invt_no, withdrawn, desk)
    _set(released, WITHDRAWN, desk)
    return ()


def _set(parcels: Sequence[PortParcel], state: str, desk: PortDesk) -> None:
    for parcel in parcels:
        parcel.step(state, desk.now)
        expect_container(parcel, desk)
        parcel.loaded = False
        if state != LOADABLE:
            desk.send(ParcelLoaded(parcel.declaration_id, parcel.container_no, False))
    desk.repository.put_parcels(parcels)
    seek(parcels, desk)
    look(_boxes_of(parcels, desk), desk)
