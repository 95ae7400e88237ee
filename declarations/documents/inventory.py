"""The import list (CEB621), the document that declares, as rules read it."""

from __future__ import annotations

from declarations.documents.header import Facts, OwnNumber, StagedHeader
from declarations.money import Scaled


class InventoryLine(Facts, frozen=True):
    """One line of goods: declared quantity, one or two statutory quantities, line total."""

    gnum: int
    item_record_no: str
    item_no: str
    gcode: str
    gname: str
    gmodel: str
    country: str
    qty: Scaled
    unit: str
    qty1: Scaled
    unit1: str
    qty2: Scaled | None
    unit2: str
    price: Scaled
    total_price: Scaled


class Inventory(StagedHeader, frozen=True):
    """A declaration of one parcel: order, waybill, buyer, companies, mode, charges, goods."""

    order_no: str
    ebp_code: str
    ebp_name: str
    ebc_code: str
    ebc_name: str
    logistics_no: str
    logistics_code: str
    logistics_name: str
    cop_no: OwnNumber
    pre_no: str
    assure_code: str
    ems_no: str
    invt_no: str
    ie_flag: str
    decl_time: str
    customs_code: str
    port_code: str
    ie_date: str
    buyer_id_type: str
    buyer_id_number: str
    buyer_name: str
    buyer_telephone: str
    agent_code: str
    agent_name: str
    area_code: str
    area_name: str
    trade_mode: str
    traf_mode: str
    traf_no: str
    voyage_no: str
    bill_no: str
    loct_no: str
    country: str
    freight: Scaled
    insured_fee: Scaled
    pack_no: int
    gross_weight: Scaled
    net_weight: Scaled
    lines: tuple[InventoryLine, ...] = ()
