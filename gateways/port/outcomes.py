"""The course of a case of the port: its state, what terminals and companies are told, its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from declarations.reasons import Reason
from gateways.case_course import OPEN, CaseCourse, case_number
from gateways.port.repository import PortCase, PortDesk
from gateways.topics.shared import Decision

KIND, BY = "port_case", "port_community"
TWO_TERMINALS, UNRELEASED, AFTER_LOADING, WITHDRAWAL = "T", "L", "W", "V"
ROLLED, SHORT, OVER, LATE, UNPACKED = "R", "S", "O", "C", "N"
DISPUTED, CLAIMED = "B", "claimed"
"""The kind of a case of lines that tell of one container, and its state until it is known whose that is."""
COURSE = CaseCourse(KIND, BY, "port", "PortAdvice", (OPEN, CLAIMED))


class PortFinding(NamedTuple):
    """Something that contradicts itself, or is late: the kind of case, the reason, who is told of it (whoever can
    explain it first) by which status, and the state in which the case begins."""

    kind: str
    reason: Reason
    told: Sequence[str] = ()
    state: str = OPEN
    status: str = "300"


def open_case(key: str, about: str, found: PortFinding, desk: PortDesk) -> None:
    """Open a case about a container or a ship's call, and tell those parties of it. `key`: by which the same is known
    again."""
    reason, values = found.reason, found.reason.values
    before = len(desk.repository.cases_about([about]))
    case = PortCase(
        id=desk.repository.new_id(),
        case_no=case_number("GA", f"{about}|{reason.rule}|{before}", desk),
        state=found.state,
        kind=found.kind,
        key=key,
        about=about,
        container_no=values.get("container", ""),
        voyage_no=values.get("voyage", ""),
        invt_no=values.get("list", ""),
        opened_at=desk.now,
        reasons=(reason,),
        company=_asked_about(found.told, desk),
        told=tuple(sorted({*found.told} - {""})),
    )
    COURSE.open(case, desk)
    _advise(case, found.status, reason, desk)


def apply_step(case: PortCase, action: str, desk: PortDesk, *, reason: str = "", by: str = "") -> None:
    """Apply an action of the lifecycle to a case, and tell those who were told of it; raises `lifecycle.NotAllowed`."""
    made, text = COURSE.step(
        case, action, desk, reason=reason, by=by, values={"list": case.invt_no} if case.invt_no else None
    )
    _advise(case, made.return_status, text, desk)


def settle(about: str, now: Mapping[str, PortFinding], desk: PortDesk) -> None:
    """Compare the open cases about a container or call with what is found now, by key."""
    COURSE.settle(
        [case for case in desk.repository.cases_about([about]) if case.kind != WITHDRAWAL],
        {key: found.reason for key, found in now.items()},
        desk,
        found=lambda key: open_case(key, about, now[key], desk),
        gone=lambda case: apply_step(case, "clear", desk),
    )


def _asked_about(told: Sequence[str], desk: PortDesk) -> str:
    """The company that can be asked: the first with a mailbox; if none has one, the first, which may get one."""
    boxes = desk.repository.mailboxes(told) if len(told) > 1 else ()
    return next((code for code in told if code in boxes), told[0] if told else "")


def ask_company(case: PortCase, decision: Decision, desk: PortDesk) -> None:
    """Carry out an act about a question to the company of a case; raises `lifecycle.NotAllowed`."""
    COURSE.question(case.company, case.case_no, case.state, decision, _fields(case, case.company), desk)
    desk.repository.put_case(case)


def _advise(case: PortCase, status: str, text: Reason, desk: PortDesk) -> None:
    for code in case.told:
        COURSE.tell(code, case.case_no, status, text, _fields(case, code), desk, once=f"{code}|{case.state}")


def _fields(case: PortCase, code: str) -> dict[str, str]:
    return {
        "adviceNo": case.case_no,
        "adviceKind": case.kind,
        "companyCode": code,
        "containerNo": case.container_no,
        "voyageNo": case.voyage_no,
    }
