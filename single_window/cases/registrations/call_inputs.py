"""The schemas of calls about registrations in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range


def _words(zh: str, least: int = 0) -> String:
    return String(load_default="", validate=Length(least, 1_000), metadata={"description": zh})


class ApplicationIn(Schema):
    """An application; its fields are the elements of the message Registration, which says what each may hold."""

    appType = String(
        load_default="1", validate=OneOf(["1", "2", "3"]), metadata={"description": "1 add, 2 modify, 3 give up"}
    )
    code = String(required=True, validate=Length(1, 40), metadata={"description": "海关注册编码 customs code, 10"})
    creditCode = _words("统一社会信用代码 credit code, 18; of a foreign firm its agent's")
    name = String(required=True, validate=Length(1, 1_000))
    kinds = String(
        required=True,
        validate=Length(1, 1_000),
        metadata={"description": "platform, merchant, payment_provider, carrier, agent, warehouse, joined by ';'"},
    )
    dxpId = _words("DXP编号: where receipts go")
    customsCode = _words("备案海关 customs office, 4")
    expressLicence = _words("快递业务经营许可证号, of carriers")
    paymentLicence = _words("支付业务许可证号或金融许可证号, of payment providers")
    agentCode = _words("境内代理人, of foreign firms")
    zone = _words("所在综试区")
    taxpayerKind = _words("1 general, 2 small-scale")
    refundKind = _words("T trader, M manufacturer, S service platform; empty: none")
    taxCredit = _words("A, B, M, C or D")
    netAssets = _words("yuan")
    lastRefund = _words("yuan")
    note = _words("")


class RegistrationsIn(Schema):
    """Which companies."""

    state = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "in_review, registered, suspended, rejected, deleted; empty: all"},
    )
    after = String(load_default="", validate=Length(0, 18), metadata={"description": "codes behind this one"})
    limit = Integer(load_default=50, validate=Range(1, 500))
