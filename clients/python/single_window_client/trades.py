"""Messages of a trade to test with: the window's samples with unique numbers, times and guids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol
from xml.sax.saxutils import escape


class Samples(Protocol):
    """The samples of a window, with the numbers of a trade and the times of an instant."""

    def __call__(self, code: str, key: str, now: int) -> bytes:
        """Return the sample of a message type; the same `key` and `now` (milliseconds since 1970) give the same."""


def _no_samples(code: str, key: str, now: int) -> bytes:
    raise LookupError("only a trade that a sandbox made has further messages")


@dataclass(frozen=True, slots=True)
class SampleTrade:
    """The messages of one trade by type, which can be changed before they are sent; each trade has its own numbers."""

    messages: Mapping[str, bytes]
    key: str
    now: int
    samples: Samples = field(default=_no_samples, compare=False, repr=False)

    @property
    def order_no(self) -> str:
        """Return the order number."""
        return self.value("orderNo")

    def value(self, element: str, code: str = "") -> str:
        """Return the text of an element in the message of a type, by default in the first that has the element.

        Raises `LookupError`."""
        for body in (self.messages[code],) if code else tuple(self.messages.values()):
            if match := re.search(rf"<(?:\w+:)?{re.escape(element)}>([^<]*)<".encode(), body):
                return match[1].decode()
        raise LookupError(f"no message of the trade has {element}")

    def mailbox(self, code: str) -> str:
        """Return the mailbox (DXP id) that receives the receipts for the message of a type."""
        return self.value("dxpId", code)

    def changed(self, code: str, **elements: str) -> SampleTrade:
        """Return the trade with new element texts in the message of a type; every element of a name is changed."""
        return replace(self, messages={**self.messages, code: change_elements(self.messages[code], elements)})

    def without(self, *codes: str) -> SampleTrade:
        """Return the trade without the messages of these types."""
        return replace(self, messages={code: body for code, body in self.messages.items() if code not in codes})

    def further(self, code: str, **elements: str) -> SampleTrade:
        """Return only a further message of the same trade, such as its return (625), with the trade's numbers.

        The sample is fetched from the window; raises `CallRefused` for a type without one."""
        named = {name: value for name in ("orderNo", "logisticsNo") if (value := self._named(name))}
        body = self.samples(code, self.key, self.now)
        known = {name: value for name, value in named.items() if f":{name}>".encode() in body}
        return replace(self, messages={code: change_elements(body, {**known, **elements})})

    def _named(self, element: str) -> str:
        try:
            return self.value(element)
        except LookupError:
            return ""


def change_elements(body: bytes, elements: Mapping[str, str]) -> bytes:
    """Return a message with new element texts; raises `LookupError` for an element that it lacks."""
    text = body.decode()
    for name, value in elements.items():
        text, count = re.subn(rf"(<(?:[\w.-]+:)?{re.escape(name)}>)[^<]*(?=</)", rf"\g<1>{_escape(value)}", text)
        if not count:
            raise LookupError(f"the message has no element {name}")
    return text.encode()


def _escape(value: str) -> str:
    """Escape a text for XML and for use as a replacement in `re.sub`."""
    return escape(value).replace("\\", r"\\")
