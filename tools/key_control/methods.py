"""The methods of the control: names as on the wire, arguments as clients send them, data as they read them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from schemas.signature.certificates import BadCertificate, read_text
from tools.key_control.cards import PARAMETER, Card, CardError

Data: TypeAlias = list[Any]
Method: TypeAlias = Callable[[Card, "Arguments"], Data]
MISSING, UNKNOWN = "50000", "50404"
"""Codes of the base of the control: an argument is missing; there is no such method (the latter is our own)."""
VERSION = "1.5.24"
FAMILIES = ("cus-sec_", "security_")


class Arguments:
    """The arguments of a call, which are strings."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def text(self, name: str) -> str:
        """A required argument; raises `CardError`."""
        value = self._given.get(name)
        if not isinstance(value, str):
            raise CardError(MISSING, "Base", f"[客户端控件]缺少参数{name}")
        return value

    def maybe(self, name: str) -> str:
        """An optional argument, which may be empty."""
        value = self._given.get(name, "")
        return value if isinstance(value, str) else ""

    def decoded(self, name: str) -> bytes:
        """An argument in Base64; raises `CardError`."""
        return decode(self.text(name))


def decode(text: str) -> bytes:
    """Decode Base64; raises `CardError`."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (NoBase64, ValueError):
        raise CardError(PARAMETER) from None


def call(card: Card, method: str, given: Mapping[str, Any]) -> Data:
    """Call a method, one at a time on the card; raises `CardError`."""
    function = METHODS.get(method)
    if function is None:
        raise CardError(UNKNOWN, "Base", f"[客户端控件]没有方法{method[:60]}")
    with card.in_use():
        return function(card, Arguments(given))


def _signed(card: Card, pin: str, data: bytes) -> Data:
    card.enter(pin)
    return [b64encode(card.sign(data)).decode(), card.certificate.number]


def _sign(card: Card, given: Arguments) -> Data:
    return _signed(card, given.maybe("passwd"), given.text("inData").encode())


def _sign_pem(card: Card, given: Arguments) -> Data:
    return _signed(card, given.maybe("passwd"), given.decoded("inData"))


def _sign_random(card: Card, given: Arguments) -> Data:
    return _signed(card, given.maybe("passwd"), given.text("random").encode())[:1]


def _sign_old(card: Card, given: Arguments) -> Data:
    return _signed(card, given.maybe("passwd"), given.text("inputData").encode())[:1]


def _verify(card: Card, given: Arguments) -> Data:
    try:
        other = given.maybe("certDataPEM")
        certificate = read_text(other) if other else card.certificate
    except BadCertificate:
        raise CardError(PARAMETER) from None
    if not card.verify(given.text("inData").encode(), given.decoded("signData"), certificate):
        raise CardError("51600", text="[智能卡应用模块]验签失败")
    return ["成功!"]


def _digest(card: Card, given: Arguments) -> Data:
    return [card.digest(given.text("szInfo").encode()).hex().upper()]


def _digest_pem(card: Card, given: Arguments) -> Data:
    return [b64encode(card.digest(given.text("szInfo").encode())).decode()]


def _enter(card: Card, given: Arguments) -> Data:
    card.enter(given.text("passwd") or " ")
    return []


def _change_pin(card: Card, given: Arguments) -> Data:
    card.change_pin(given.text("oldPin"), given.text("newPin"))
    return []


def _times(card: Card, given: Arguments) -> Data:
    since, until = card.valid_time
    return [{"szStartTime": since, "szEndTime": until}]


def _encode(card: Card, given: Arguments) -> Data:
    return [b64encode(given.text("inData").encode()).decode()]


def _decode(card: Card, given: Arguments) -> Data:
    return [given.decoded("inData").decode("utf-8", "replace")]


def _on_demand(card: Card, given: Arguments) -> Data:
    """Make the next operations fail, once per code (our extension, for tests)."""
    codes = given.maybe("codes").split()
    if len(codes) > 100 or not all(code.isdigit() and len(code) <= 6 for code in codes):
        raise CardError(PARAMETER)
    card.failures[:] = codes
    return []


def _always(read: Callable[[Card], Any]) -> Method:
    return lambda card, given: [read(card)]


def _nothing(card: Card, given: Arguments) -> Data:
    return []


_certificate = _always(lambda card: card.certificate.base64)
_OF_CARDS: Mapping[str, Method] = {
    "SpcSignDataAsPEM": _sign,
    "SpcSignData": _sign,
    "SpcSignPemDataAsPem": _sign_pem,
    "SpcSignPemDataAsPEM": _sign_pem,
    "SpcVerifySignData": _verify,
    "SpcSHA1Digest": _digest,
    "SpcSHA1DigestAsPEM": _digest_pem,
    "SpcGetSignCert": _certificate,
    "SpcGetSignCertAsPEM": _certificate,
    "SpcGetEnvCert": _certificate,
    "SpcGetEnvCertAsPEM": _certificate,
    "SpcGetValidTimeFromCert": _times,
    "SpcGetCertNo": _always(lambda card: card.certificate.number),
    "SpcGetCardID": _always(lambda card: card.number),
    "SpcGetUName": _always(lambda card: "演示操作员"),
    "SpcGetEntID": _always(lambda card: card.code),
    "SpcGetEntName": _always(lambda card: card.unit),
    "SpcGetEntMode": _always(lambda card: "1"),
    "SpcGetCardUserInfo": _always(lambda card: card.user_info),
    "SpcGetCardAttachInfo": _always(lambda card: VERSION),
    "SpcGetCardAttachInfoAsPEM": _always(lambda card: VERSION),
    "SpcVerifyPIN": _enter,
    "SpcVerifyPINAll": _enter,
    "SpcChangePIN": _change_pin,
    "SpcInitEnvEx": _nothing,
    "SpcClearEnv": _nothing,
    "SpcSetInitEnvPriority": _nothing,
    "SpcEncodePEM": _encode,
    "SpcDecodePEM": _decode,
    "SpcDecodePEMAsString": _decode,
    "SpcSignRandom": _sign_random,
}
METHODS: Mapping[str, Method] = {
    **{family + name: method for family in FAMILIES for name, method in _OF_CARDS.items()},
    "security_login": _enter,
    "security_signData": _sign_old,
    "security_getValidTimeAll": _times,
    "security_getGetCardUserInfoAll": _always(lambda card: card.user_info),
    "ra_Is903Reader": _always(lambda card: "0"),
    "ver": _always(lambda card: VERSION),
    "test_fail": _on_demand,
}
"""By the name that a request carries."""
