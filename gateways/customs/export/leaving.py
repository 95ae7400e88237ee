"""Release of an export list (800), and its end when its parcel has left (899): in whichever order the two are heard."""

from __future__ import annotations

from gateways.customs.batches import joining
from gateways.customs.memory import CustomsMemory, Declaration
from gateways.customs.outcome import advance, close, event, step
from gateways.gateway import Answers, Circumstances


def release(declaration: Declaration, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Nothing stands against a list: let it go, and close it at once where its parcel has left already."""
    if declaration.state == "accepted":
        advance(declaration, "pass")
    step(declaration, "release", circumstances, answers)
    declaration.released_at = circumstances.now
    joining.settled(declaration, "released", answers)
    parcel = memory.parcels([declaration.logistics_key]).get(declaration.logistics_key)
    if parcel is not None and parcel.departed_at:
        depart(declaration, circumstances, answers)
        if parcel.departure_id:
            answers.send("goods.left", [parcel.departure_id, 1])
            parcel.departure_id = 0
            memory.put_parcel(parcel)


def depart(declaration: Declaration, circumstances: Circumstances, answers: Answers) -> None:
    """The parcel of a released list has left: the list is closed."""
    close(declaration, circumstances, answers)
    answers.timeline.append(event(declaration, circumstances.now, "departed"))
