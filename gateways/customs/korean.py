"""Import lists from Korea, where the sandbox has Korea's customs: which share of them is drawn, and a word to Korea's
gateway. Elsewhere nothing is read and nothing written."""

from __future__ import annotations

from decimal import Decimal

from declarations.documents.inventory import Inventory
from declarations.korea.draw import lowered_rate
from gateways.customs.outcome import make_event
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.facts import ListFromKorea

ON, KOREA = "on", "133"


def report(declaration: Declaration, desk: CustomsDesk) -> None:
    """Tell the gateway of Korea's customs of an accepted import list from there."""
    listed = _listed(declaration, desk)
    if listed is not None:
        desk.publish(
            ListFromKorea(
                declaration.id,
                listed.logistics_no,
                list_key=declaration.key,
                order_no=declaration.order_no,
                invt_no=declaration.invt_no,
                agent_code=listed.agent_code,
                hs6=" ".join(sorted({line.gcode[:6] for line in listed.lines})),
                value=sum(line.total_price for line in listed.lines),
                gross_weight=listed.gross_weight,
            )
        )


def lowered(rate: Decimal, declaration: Declaration, desk: CustomsDesk) -> Decimal:
    """Return the share that is drawn of a list from Korea instead of `rate`; what lowers it, or does not, is noted."""
    listed = _listed(declaration, desk)
    if listed is None:
        return rate
    standing = desk.repository.korea_standing(declaration.ebc_code, listed.logistics_no, desk.day)
    rate, reasons = lowered_rate(rate, standing, desk.now, desk.day, desk.law)
    if reasons:
        desk.add_event(make_event(declaration, desk.now, "korea_draw", reasons))
    return rate


def _listed(declaration: Declaration, desk: CustomsDesk) -> Inventory | None:
    """The import list if it comes from Korea; None for others, and where Korea's customs is off."""
    if desk.options.korea != ON or declaration.flow != "I":
        return None
    filed = desk.repository.documents([declaration.document_id]).get(declaration.document_id)
    listed = filed.facts if filed is not None else None
    return listed if isinstance(listed, Inventory) and listed.country == KOREA else None
