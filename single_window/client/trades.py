"""Messages of a trade to test with: the samples with numbers, times and guids of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from schemas import catalogue
from single_window.intake import samples

FLOWS: Mapping[str, tuple[str, ...]] = {"import": ("311", "411", "511", "621"), "export": ("303", "505", "603")}
"""Which messages a trade consists of: order, payment, waybill and list of an import; of an export order, waybill and
list."""


@dataclass(frozen=True, slots=True)
class SampleTrade:
    """The messages of one trade by their type. Change them before they are sent; each trade has its own numbers."""

    messages: Mapping[str, bytes]
    key: str
    now: int

    @property
    def order_no(self) -> str:
        """The order's number."""
        return self.value("orderNo")

    def value(self, element: str, code: str = "") -> str:
        """The text of an element in the message of this type, by default in the first that has it; raises
        `LookupError`."""
        for body in (self.messages[code],) if code else tuple(self.messages.values()):
            if match := re.search(rf"<(?:\w+:)?{re.escape(element)}>([^<]*)<".encode(), body):
                return match[1].decode()
        raise LookupError(f"no message of the trade has {element}")

    def mailbox(self, code: str) -> str:
        """The mailbox (DXP id) whose receipts answer the message of this type."""
        return self.value("dxpId", code)

    def changed(self, code: str, **elements: str) -> SampleTrade:
        """The trade with other texts in the message of this type, in every element of that name."""
        return replace(self, messages={**self.messages, code: changed(self.messages[code], elements)})

    def without(self, *codes: str) -> SampleTrade:
        """The trade without the messages of these types."""
        return replace(self, messages={code: body for code, body in self.messages.items() if code not in codes})

    def further(self, code: str, **elements: str) -> SampleTrade:
        """Another message of the same trade alone, such as its return (625); it bears the trade's numbers."""
        named = {name: value for name in ("orderNo", "logisticsNo") if (value := self._named(name))}
        body = samples.fresh(catalogue.by_code(code), self.key, self.now)
        known = {name: value for name, value in named.items() if f":{name}>".encode() in body}
        return replace(self, messages={code: changed(body, {**known, **elements})})

    def _named(self, element: str) -> str:
        try:
            return self.value(element)
        except LookupError:
            return ""


def sample(flow: str, key: str, now: int) -> SampleTrade:
    """The messages of a trade of import or export, or of one type such as 625, at an instant; raises `KeyError`."""
    codes = FLOWS.get(flow, (flow,))
    return SampleTrade({code: samples.fresh(catalogue.by_code(code), key, now) for code in codes}, key, now)


def changed(body: bytes, elements: Mapping[str, str]) -> bytes:
    """A message with other texts in elements; raises `LookupError` where it has none of a name."""
    text = body.decode()
    for name, value in elements.items():
        text, count = re.subn(rf"(<(?:[\w.-]+:)?{re.escape(name)}>)[^<]*(?=</)", rf"\g<1>{_plain(value)}", text)
        if not count:
            raise LookupError(f"the message has no element {name}")
    return text.encode()


def _plain(value: str) -> str:
    """A text as what a pattern is replaced by in XML."""
    return escape(value).replace("\\", r"\\")
