"""Release (800) once the tax is assessed and guaranteed, closing (899) after it; review when the guarantee is short."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import DAY
from declarations.money import plain
from declarations.reasons import Reason
from gateways.customs import holdings, lanes
from gateways.customs.batches import joining
from gateways.customs.memory import CustomsMemory, Declaration
from gateways.customs.outcome import advance, close, conclude, conclude_rejected, step
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Item

MAY_RELEASE = frozenset({"accepted", "concluded"})
QUERIED = "queried"
"""Under what a list keeps that an officer was asked about what its assessment found."""
HAS_BILL = frozenset({"released", "closed"})


def hear_assessed(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Tax is assessed and its guarantee reserved, each item [declaration id, reasons to review]: release, once.

    What there is to review is reviewed once, whatever road a list took to here: what an officer has seen and
    concluded is not asked again.
    """
    found = memory.declarations([item[0] for item in items])
    released: dict[int, Declaration] = {}
    for item in items:
        declaration = found[item[0]]
        if declaration.state in HAS_BILL or declaration.id in released:
            continue  # asked and answered a second time
        if declaration.state not in MAY_RELEASE:
            answers.send("tax.dropped", [declaration.id])
        elif item[1] and QUERIED not in declaration.held:
            answers.send("tax.dropped", [declaration.id])
            _query(declaration, [Reason(rule, values) for rule, values in item[1]], circumstances, answers)
            memory.put_declaration(declaration)
        else:
            released[declaration.id] = declaration
    holdings.use_all(list(released.values()), memory)
    for declaration in released.values():
        _release(declaration, memory, circumstances, answers)


def _query(declaration: Declaration, reasons: Sequence[Reason], circumstances: Circumstances,
           answers: Answers) -> None:
    """Hand a list to an officer for what was found when its tax was assessed, such as its price."""
    declaration.held[QUERIED] = True
    if declaration.state == "accepted" and lanes.short(declaration):
        lanes.hold(declaration, reasons, circumstances, answers)
    else:
        lanes.review(declaration, reasons, circumstances, answers)


def _release(declaration: Declaration, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    if declaration.state == "accepted" and lanes.short(declaration):
        lanes.answer_conclusion(declaration, (), answers)
        conclude(declaration, circumstances, answers)
    elif declaration.state == "accepted":
        advance(declaration, "pass")
    step(declaration, "release", circumstances, answers)
    declaration.released_at = circumstances.now
    fields = {"assureCode": declaration.assure_code, "ebcCode": declaration.ebc_code,
              "logisticsCode": declaration.logistics_key.partition("|")[0], "agentCode": declaration.agent_code,
              "customsCode": declaration.customs_code}
    answers.send("customs.released", [declaration.id, declaration.invt_no, declaration.mailboxes, fields,
                                      declaration.last_return])
    days = circumstances.parameters.on("windows.close_days", circumstances.day).amount
    due = circumstances.now + int(days * DAY)
    answers.deadlines.append(DeadlineDraft(due, "deadline.closing", "customs", [declaration.id]))
    joining.settled(declaration, "released", answers)
    memory.put_declaration(declaration)


def hear_short(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The guarantor does not cover a list: review, or reject where only the amount is too small and a sandbox says so.

    Each item [declaration id, total, available, guarantor], and [rule, values] where not the amount is the reason.
    """
    found = memory.declarations([item[0] for item in items])
    for declaration_id, total, available, assure_code, *why in items:
        declaration = found[declaration_id]
        rejecting = circumstances.options.guarantee_short == "reject" and not why
        values = {"tax": plain(total), "available": plain(available), "assure_code": assure_code}
        reason = Reason(*why) if why else Reason("14205" if rejecting else lanes.SHORT, values)
        if declaration.state not in MAY_RELEASE:
            continue
        if rejecting:
            lanes.answer_conclusion(declaration, [reason], answers)
            conclude_rejected(declaration, [reason], memory, circumstances, answers)
            continue
        if declaration.state == "accepted" and lanes.short(declaration):
            lanes.hold(declaration, [reason], circumstances, answers)
        else:
            lanes.review(declaration, [reason], circumstances, answers)
        memory.put_declaration(declaration)


def hear_closing(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The days after release are over, each item [declaration id]: close what delivery did not close before."""
    for declaration in memory.declarations([item[0] for item in items]).values():
        if declaration.state == "released":
            close(declaration, circumstances, answers)
            memory.put_declaration(declaration)
