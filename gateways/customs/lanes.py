"""The risk lane of a list: green goes on (to tax, or out), review waits for an officer, inspection for inspectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations import automatic_officer, risk
from declarations.calendar import DAY
from declarations.reasons import Reason
from gateways.customs import payment_data
from gateways.customs.batches import joining
from gateways.customs.export import leaving
from gateways.customs.memory import Company, CustomsMemory, Declaration
from gateways.customs.outcome import advance, event, step
from gateways.gateway import Answers, Circumstances, DeadlineDraft

SHORT = "14204"
"""Why a list is in review whose tax the guarantee does not cover."""
UNCOVERED = (SHORT, "14208.", "14209")
"""Why a list is in review for its guarantor's sake: tax is asked again before it is concluded."""
DECISION = "decision"
"""Under what a list keeps the id of the decision to conclude it, while tax is asked again."""


def accepted(declaration: Declaration, companies: Mapping[str, Company], memory: CustomsMemory,
             circumstances: Circumstances, answers: Answers) -> None:
    """A list was accepted and no office has to be asked (any more): it waits for its parcel, or enters its lane.

    Exports always wait, in silence; direct purchases where the sandbox says so. Imports wait for the original payment
    data of their platform before that, where the sandbox asks for them.
    """
    if payment_data.is_awaited(declaration, circumstances, answers):
        return
    waits = declaration.flow == "E" or (circumstances.options.await_arrival and declaration.trade_mode == "9610")
    if waits and not declaration.arrived_at:
        _await_arrival(declaration, circumstances, answers)
    else:
        enter(declaration, companies, memory, circumstances, answers)


def enter(declaration: Declaration, companies: Mapping[str, Company], memory: CustomsMemory,
          circumstances: Circumstances, answers: Answers) -> None:
    """The one way into a lane: of an import that is accepted (and arrived, where it waits), an export that arrived.

    Where the list joins a batch, its lane is that batch's to draw."""
    if not joining.joins(declaration, memory, circumstances, answers):
        draw(declaration, companies, memory, circumstances, answers)


def _await_arrival(declaration: Declaration, circumstances: Circumstances, answers: Answers) -> None:
    if declaration.flow == "E":
        advance(declaration, "await_site")
    else:
        step(declaration, "await_arrival", circumstances, answers)
    days = circumstances.parameters.on("windows.arrival", circumstances.day).amount
    due = circumstances.now + int(days * DAY)
    answers.deadlines.append(DeadlineDraft(due, "deadline.arrival", "customs",
                                           [declaration.id, declaration.document_version]))


def draw(declaration: Declaration, companies: Mapping[str, Company], memory: CustomsMemory,
         circumstances: Circumstances, answers: Answers) -> None:
    """Draw the lane of an accepted list, at the rate of its merchant's credit grade, and take its first step."""
    company = companies.get(declaration.ebc_code)
    grade = risk.grade_on(circumstances.day, company.credit_grade if company else "", circumstances.parameters)
    rate = risk.rate(grade, circumstances.day, circumstances.parameters)
    hit = circumstances.options.inspection and risk.selected(
        circumstances.seed, declaration.ebc_code, declaration.order_no, rate)
    if not hit:
        declaration.lane = "green"
        proceed(declaration, memory, circumstances, answers)
        return
    declaration.lane = "inspection"
    used = circumstances.parameters.on("inspection.rates", circumstances.day).id
    inspect(declaration, [Reason("14500", {"grade": grade, "rate": f"{rate:.2%}"}, (used,))], circumstances, answers)


def inspect(declaration: Declaration, reasons: Sequence[Reason], circumstances: Circumstances,
            answers: Answers) -> None:
    """Order an inspection (500)."""
    step(declaration, "inspect", circumstances, answers, reasons[0])
    answers.timeline.append(event(declaration, circumstances.now, "drawn", reasons))
    answers.send("inspection.requested", [declaration.id, declaration.order_no, declaration.key, declaration.ebc_code,
                                          declaration.flow])


def review(declaration: Declaration, reasons: Sequence[Reason], circumstances: Circumstances, answers: Answers) -> None:
    """Hand a list to an officer (300)."""
    step(declaration, "review", circumstances, answers, reasons[0])
    declaration.reasons = tuple(reasons)
    answers.timeline.append(event(declaration, circumstances.now, "review", reasons))
    await_officer(declaration, circumstances, answers)


def short(declaration: Declaration) -> bool:
    """Whether a list is, or was last, in review because its guarantor does not cover its tax."""
    return any(reason.rule.startswith(UNCOVERED) for reason in declaration.reasons)


def weigh_again(declaration: Declaration, decision_id: int, answers: Answers) -> None:
    """An officer concluded a list whose guarantee was short: ask tax first, or 300 would follow 399 at once.

    The decision is answered when tax has (`answer_conclusion`)."""
    advance(declaration, "weigh_again")
    if decision_id:
        declaration.held[DECISION] = decision_id
    request_tax(declaration, answers)


def answer_conclusion(declaration: Declaration, refusal: Sequence[Reason], answers: Answers) -> None:
    """Answer the decision to conclude a list that waited for tax, if there was one: `refusal` says why it was in vain,
    and is empty where it was carried out."""
    decision_id = declaration.held.pop(DECISION, 0)
    if refusal:
        answers.refuse(decision_id, refusal)
    else:
        answers.carried_out(decision_id)


def hold(declaration: Declaration, reasons: Sequence[Reason], circumstances: Circumstances, answers: Answers) -> None:
    """The guarantee is still short: the list stays in review without another receipt; the timeline says why."""
    advance(declaration, "hold")
    declaration.reasons = tuple(reasons)
    answer_conclusion(declaration, reasons, answers)
    answers.timeline.append(event(declaration, circumstances.now, "held", reasons))
    await_officer(declaration, circumstances, answers)


def await_officer(declaration: Declaration, circumstances: Circumstances, answers: Answers) -> None:
    """Where a sandbox has an automatic officer, he decides after some clock hours."""
    if not circumstances.options.automatic_officer:
        return
    choice = automatic_officer.choose(circumstances.seed, declaration.key, declaration.state, circumstances.day,
                                      circumstances.parameters)
    if choice is not None:
        due = circumstances.now + choice.minutes * 60_000
        answers.deadlines.append(
            DeadlineDraft(due, "deadline.officer", "customs", [declaration.id, declaration.state]))


def proceed(declaration: Declaration, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Nothing stands against a list: the tax of an import is asked for, an export is released once it is there."""
    if declaration.flow == "I":
        request_tax(declaration, answers)
    elif declaration.arrived_at:
        leaving.release(declaration, memory, circumstances, answers)


def request_tax(declaration: Declaration, answers: Answers) -> None:
    """Ask the tax gateway to assess an accepted or concluded list and to reserve the guarantee."""
    answers.send("tax.requested", [declaration.id, declaration.document_id, declaration.accepted_at,
                                   declaration.full_tax])
