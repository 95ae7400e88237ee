"""Tells terminals what customs says of the parcels of a container, and customs which of them were loaded."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from declarations.port.timeline import Loadings, Stay
from declarations.reasons import Reason
from gateways.port.repository import LOADABLE, PortDesk, PortParcel
from gateways.records import CaseReference
from gateways.topics.customs import ParcelLoaded

RELEASE = "PortRelease"
TOLD = {
    "released": ("1", "800", "29311"),
    "held": ("2", "400", "29312"),
    "inspected": ("3", "500", "29313"),
    "withdrawn": ("4", "600", "29314"),
    "revoked": ("4", "600", "29314"),
}
"""What customs, or an officer (`withdrawn`), said of a parcel → action, status and code that its terminal is told."""
STATES = {action: state for state, (action, _, _) in TOLD.items()}
WITHDRAWN = "withdrawn"
UNDONE = (WITHDRAWN, STATES["4"])
"""States of parcels whose release was taken back: by an officer of the port, who may restore it, or by customs."""


def tell(
    box: str,
    stays: Sequence[Stay],
    loadings: Loadings,
    parcels: Sequence[PortParcel],
    doubted: Collection[str],
    desk: PortDesk,
) -> None:
    """Tell the container's terminal what is new about its parcels, and customs that released ones are loaded, or are
    not after all. `loadings`: of stays that are not in doubt; `doubted`: keys of parcels that were loaded without a
    release: a later one lets nobody load them, and closes no list, until an officer has accepted the case."""
    terminal, changed = stays[-1].terminal if stays else "", []
    for parcel in parcels:
        if parcel.key in doubted and parcel.state == LOADABLE:
            continue
        said = f"{parcel.state}|{parcel.steps}|{terminal}"
        if parcel.state and terminal and parcel.told != said:
            _tell_terminal(terminal, box, parcel, desk)
            parcel.told, parcel.terminal_code = said, terminal
            changed.append(parcel)
        loaded = loadings.newest(parcel.bill_no, parcel.after)
        if loaded is not None and parcel.state == LOADABLE and parcel.declaration_id and not parcel.loaded:
            desk.send(ParcelLoaded(parcel.declaration_id, box, True))
            parcel.loaded = True
            changed.append(parcel)
        elif loaded is None and parcel.loaded and loadings.undone(parcel.bill_no, parcel.after):
            desk.send(ParcelLoaded(parcel.declaration_id, box, False))
            parcel.loaded = False
            changed.append(parcel)
    desk.repository.put_parcels(changed)


def _tell_terminal(terminal: str, box: str, parcel: PortParcel, desk: PortDesk) -> None:
    action, status, rule = TOLD[parcel.state]
    fields = {
        "terminalCode": terminal,
        "action": action,
        "containerNo": box,
        "billNo": parcel.bill_no,
        "invtNo": parcel.invt_no,
        "logisticsNo": parcel.logistics_no,
    }
    kept = {name: value for name, value in fields.items() if value}
    about = CaseReference("export_inventory", parcel.list_key, parcel.order_no)
    once = f"{terminal}|{box}|{parcel.logistics_no}|{action}|{parcel.steps}"
    desk.notify(terminal, about.receipt("", status, 0, Reason(rule, {}), kept, code=RELEASE), once=once)
