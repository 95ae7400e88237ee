"""Holds that concern a list, whoever placed them: on the list, a company of it, its goods, lots that it draws on.

A list is refused where the words of a hold refuse (100), such as a recall's. Otherwise it waits for an officer (300),
before its lane and again before its release, and goes on by itself when nobody holds it any more. Nothing is read in a
sandbox in which nothing was ever held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from declarations.calendar import local_time_of
from declarations.documents.export_inventory import ExportInventory
from declarations.documents.inventory import Inventory
from declarations.reasons import Reason
from declarations.spot_checks.drawing import lot_key
from gateways.agency import agencies
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.holds import Held, Hold
from schemas import receipt_texts

Filed = Inventory | ExportInventory
REFUSED = "100"
HELD_BY, HELD_UNTIL = "14211", "14211.until"
"""Codes of who holds a list, without and with an end."""
FIRST_DIGITS = range(2, 11)
"""Lengths of codes by which goods may be held."""


@lru_cache(4_096)
def first_digits(gcode: str) -> frozenset[str]:
    """Return the codes that cover goods of a code: its first two digits to all ten."""
    return frozenset(gcode[:digits] for digits in FIRST_DIGITS)


def keys_of(declaration: Declaration, filed: Filed | None) -> Mapping[Held, Collection[str]]:
    """Return the keys of all holds that concern a list, by kind; `filed`: its document, if it is still there."""
    carrier = declaration.logistics_key.partition("|")[0]
    companies = {declaration.ebc_code, declaration.ebp_code, declaration.agent_code, carrier}
    lines = filed.lines if filed is not None else ()
    goods = {f"{declaration.ebc_code}|{line.item_no}" for line in lines if line.item_no}
    return {
        Held.LIST: {str(declaration.id)},
        Held.COMPANY: companies - {""},
        Held.GOODS: goods.union(*(first_digits(line.gcode) for line in lines)),
        Held.LOT: {lot_key(filed.ems_no, line.item_record_no) for line in lines} if filed and filed.ems_no else set(),
        Held.THROUGH: {str(declaration.id)},
    }


def read_together(declarations: Iterable[Declaration], desk: CustomsDesk) -> None:
    """Read the holds of lists in a query of each kind: what is asked of each list then finds them without its own."""
    if desk.circumstances.held is None:
        return
    wanted: dict[Held, set[str]] = {}
    declarations = list(declarations)
    desk.repository.load_meetings([declaration.order_no for declaration in declarations])
    for declaration in declarations:
        for kind, keys in keys_of(declaration, filed_list(declaration, desk)).items():
            wanted.setdefault(kind, set()).update(keys)
    for kind, keys in wanted.items():
        desk.held(kind, keys)


def filed_list(declaration: Declaration, desk: CustomsDesk) -> Filed | None:
    """Return the document of a list as it stands now, read under the lock of its meeting."""
    filed = desk.repository.load_meetings([declaration.order_no]).get(declaration.order_no, ())
    return next((document.facts for document in filed if document.id == declaration.document_id), None)


def holds_on(declaration: Declaration, desk: CustomsDesk) -> list[Hold]:
    """Return the holds in force that concern a list and stop it."""
    if desk.circumstances.held is None:
        return []
    keys = keys_of(declaration, filed_list(declaration, desk))
    found = [desk.held(kind, of_kind) for kind, of_kind in keys.items()]
    holds = [hold for of_kind in found for _, held in sorted(of_kind.items()) for hold in held]
    passed = {hold.by for hold in holds if hold.kind == Held.THROUGH}
    return [hold for hold in holds if hold.by not in passed]


def reasons_to_wait(declaration: Declaration, desk: CustomsDesk) -> list[Reason]:
    """Return why a list must wait for those who hold it: the reason of each hold, then who placed it and until when."""
    return reasons_of(holds_on(declaration, desk))


def refusing(declaration: Declaration, desk: CustomsDesk) -> list[Reason]:
    """Return the reasons for which a list must not be accepted: holds whose words refuse (100)."""
    holds = [hold for hold in holds_on(declaration, desk) if receipt_texts.return_status(hold.reason.rule) == REFUSED]
    return reasons_of(holds)


def reasons_of(holds: Sequence[Hold]) -> list[Reason]:
    """Return the reasons of holds, then who placed each and until when."""
    return [*(hold.reason for hold in holds), *(_who_and_until(hold) for hold in holds)]


def held_key(kind: str, key: str) -> str:
    """Return what is held as the reasons of a list that waits for it name it: `company|3702960000`."""
    return f"{kind}|{key}"


def _who_and_until(hold: Hold) -> Reason:
    name, _, about = hold.by.partition(":")
    agency = agencies().get(name)
    values = {
        "holder_zh": agency.zh if agency else name,
        "holder_en": agency.en if agency else name,
        "about": about,
        "held": held_key(hold.kind, hold.key),
    }
    if not hold.until:
        return Reason(HELD_BY, values)
    return Reason(HELD_UNTIL, {**values, "until": f"{local_time_of(hold.until):%Y-%m-%d %H:%M}"})
