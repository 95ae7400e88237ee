"""The export list (CEB603), the document that declares, as rules read it."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader
from declarations.money import Scaled


class ExportInventoryLine(Facts, frozen=True):
    """One line of goods: declared quantity, one or two statutory quantities, line total."""

    gnum: int
    item_no: str
    item_record_no: str
    item_name: str
    gcode: str
    gname: str
    gmodel: str
    bar_code: str
    country: str
    currency: str
    qty: Scaled
    qty1: Scaled
    qty2: Scaled | None
    unit: str
    unit1: str
    unit2: str
    price: Scaled
    total_price: Scaled


class ExportInventory(StagedHeader, frozen=True):
    """A declaration of one parcel that leaves: order, waybill, companies, mode, charges, goods.

    `statistics_flag`: A simplified, B summary. `pod` is `POD` on the wire.
    """

    customs_code: str
    ebp_code: str
    ebp_name: str
    order_no: str
    logistics_code: str
    logistics_name: str
    logistics_no: str
    cop_no: str
    pre_no: str
    invt_no: str
    ie_flag: str
    port_code: str
    ie_date: str
    statistics_flag: str
    agent_code: str
    agent_name: str
    ebc_code: str
    ebc_name: str
    owner_code: str
    owner_name: str
    iac_code: str
    iac_name: str
    ems_no: str
    trade_mode: str
    traf_mode: str
    traf_name: str
    voyage_no: str
    bill_no: str
    total_package_no: str
    loct_no: str
    license_no: str
    country: str
    pod: str
    freight: Scaled
    f_currency: str
    f_flag: str
    insured_fee: Scaled
    i_currency: str
    i_flag: str
    wrap_type: str
    pack_no: int
    gross_weight: Scaled
    net_weight: Scaled
    lines: tuple[ExportInventoryLine, ...] = ()
