"""Writes the four documents of a purchase, one function per kind, with the element names of messages.
Values that occur in several documents come from one place, so that they agree to the fen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from simulators.amounts import kilograms, plain_number, yuan
from simulators.imports.basket import Basket, BasketLine
from simulators.imports.trade import Document, Elements, Parties
from simulators.people import Buyer
from simulators.traded import opening_elements

CHINA, YUAN = "142", "142"


class Journey(NamedTuple):
    """The journey of a parcel: office, transport, and for a direct purchase its voyage."""

    customs_code: str
    traf_mode: str
    country: str = CHINA
    traf_no: str = ""
    voyage_no: str = ""
    bill_no: str = ""


class Purchase(NamedTuple):
    """The data from which a trade's documents are written. `times` are yyyyMMddHHmmss, one per kind."""

    key: str
    order_no: str
    cop_no: str
    logistics_no: str
    payment_no: str
    mode: str
    parties: Parties
    buyer: Buyer
    basket: Basket
    journey: Journey
    times: tuple[str, str, str, str]


def order(purchase: Purchase) -> Document:
    """The order (311) of a purchase; insurance counts as freight there, for it has no element of its own."""
    basket, buyer, parties = purchase.basket, purchase.buyer, purchase.parties
    head = {
        **opening_elements(purchase.times[0], purchase.key, "order"),
        "orderType": "I",
        "orderNo": purchase.order_no,
        **_sellers(parties),
        "goodsValue": yuan(basket.goods_value),
        "freight": yuan(basket.freight + basket.insurance),
        "discount": yuan(basket.discount),
        "taxTotal": yuan(basket.tax),
        "acturalPaid": yuan(basket.paid),
        "currency": YUAN,
        "buyerRegNo": buyer.account,
        "buyerName": buyer.name,
        "buyerTelephone": buyer.telephone,
        "buyerIdType": "1",
        "buyerIdNumber": buyer.id_number,
        "payCode": parties.payment_provider.code,
        "payName": parties.payment_provider.name,
        "payTransactionId": purchase.payment_no,
        "consignee": buyer.name,
        "consigneeTelephone": buyer.telephone,
        "consigneeAddress": buyer.address,
        "consigneeDistrict": buyer.district,
    }
    return Document(head, [_order_line(number, item) for number, item in enumerate(basket.items, 1)])


def _order_line(number: int, item: BasketLine) -> Elements:
    good = item.good
    return {
        "gnum": str(number),
        "itemNo": good.item_no,
        "itemName": good.name,
        "gmodel": good.gmodel,
        "unit": good.unit,
        "qty": str(item.quantity),
        "price": yuan(item.price),
        "totalPrice": yuan(item.price * item.quantity),
        "currency": YUAN,
        "country": good.country,
    }


def payment(purchase: Purchase) -> Document:
    """The payment (411) of a purchase."""
    buyer, parties = purchase.buyer, purchase.parties
    return Document(
        {
            **opening_elements(purchase.times[1], purchase.key, "payment"),
            "payCode": parties.payment_provider.code,
            "payName": parties.payment_provider.name,
            "payTransactionId": purchase.payment_no,
            "orderNo": purchase.order_no,
            "ebpCode": parties.platform.code,
            "ebpName": parties.platform.name,
            "payerIdType": "1",
            "payerIdNumber": buyer.id_number,
            "payerName": buyer.name,
            "telephone": buyer.telephone,
            "amountPaid": yuan(purchase.basket.paid),
            "currency": YUAN,
            "payTime": purchase.times[1],
        },
        [],
    )


def waybill(purchase: Purchase) -> Document:
    """The waybill (511) of a purchase: one parcel."""
    basket, buyer, carrier = purchase.basket, purchase.buyer, purchase.parties.carrier
    head = {
        **opening_elements(purchase.times[2], purchase.key, "waybill"),
        "logisticsCode": carrier.code,
        "logisticsName": carrier.name,
        "logisticsNo": purchase.logistics_no,
        "orderNo": purchase.order_no,
        "freight": yuan(basket.freight),
        "insuredFee": yuan(basket.insurance),
        "currency": YUAN,
        "weight": kilograms(basket.gross),
        "packNo": "1",
        "goodsInfo": basket.items[0].good.name,
        "consignee": buyer.name,
        "consigneeAddress": buyer.address,
        "consigneeTelephone": buyer.telephone,
    }
    if purchase.journey.bill_no:
        head["billNo"] = purchase.journey.bill_no
    return Document(head, [])


def inventory(purchase: Purchase) -> Document:
    """The list (621) of a purchase, line for line as the order."""
    basket, buyer, parties, journey = purchase.basket, purchase.buyer, purchase.parties, purchase.journey
    day = purchase.times[3][:8]
    head = {
        **opening_elements(purchase.times[3], purchase.key, "inventory"),
        "orderNo": purchase.order_no,
        **_sellers(parties),
        "logisticsNo": purchase.logistics_no,
        "logisticsCode": parties.carrier.code,
        "logisticsName": parties.carrier.name,
        "copNo": purchase.cop_no,
        "assureCode": parties.agent.code,
        "ieFlag": "I",
        "declTime": day,
        "customsCode": journey.customs_code,
        "portCode": journey.customs_code,
        "ieDate": day,
        "buyerIdType": "1",
        "buyerIdNumber": buyer.id_number,
        "buyerName": buyer.name,
        "buyerTelephone": buyer.telephone,
        "consigneeAddress": buyer.address,
        "agentCode": parties.agent.code,
        "agentName": parties.agent.name,
        "tradeMode": purchase.mode,
        "trafMode": journey.traf_mode,
        "country": journey.country,
        "freight": yuan(basket.freight),
        "insuredFee": yuan(basket.insurance),
        "currency": YUAN,
        "wrapType": "2",
        "packNo": "1",
        "grossWeight": kilograms(basket.gross),
        "netWeight": kilograms(basket.net),
        **_of_the_mode(purchase),
    }
    bonded = parties.warehouse is not None
    return Document(head, [_list_line(number, item, bonded) for number, item in enumerate(basket.items, 1)])


def _sellers(parties: Parties) -> Elements:
    return {
        "ebpCode": parties.platform.code,
        "ebpName": parties.platform.name,
        "ebcCode": parties.merchant.code,
        "ebcName": parties.merchant.name,
    }


def _of_the_mode(purchase: Purchase) -> Elements:
    keeper, journey = purchase.parties.warehouse, purchase.journey
    if keeper is not None:
        return {"emsNo": keeper.ems_no, "areaCode": keeper.company.code, "areaName": keeper.company.name}
    return {"trafNo": journey.traf_no, "voyageNo": journey.voyage_no, "billNo": journey.bill_no}


def _list_line(number: int, item: BasketLine, bonded: bool) -> Elements:
    good, quantity = item.good, Decimal(item.quantity)
    line = {
        "gnum": str(number),
        "itemNo": good.item_no,
        "itemName": good.name,
        "gcode": good.hs10,
        "gname": good.name,
        "gmodel": good.gmodel,
        "country": good.country,
        "currency": YUAN,
        "qty": str(item.quantity),
        "unit": good.unit,
        "qty1": plain_number(good.per1 * quantity),
        "unit1": good.unit1,
        "price": yuan(item.price),
        "totalPrice": yuan(item.price * item.quantity),
    }
    if good.unit2:
        line |= {"qty2": plain_number(good.per2 * quantity), "unit2": good.unit2}
    if bonded:
        line["itemRecordNo"] = good.record_no
    return line
