"""Documents that must agree, changed in one value by one character at every end: customs refuse each with its code, and
`validate` says so before."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from simulators.entry.windows import SandboxClient


class Compared(NamedTuple):
    """An element of a message that must agree with another document, and the code of the refusal."""

    message: str
    element: str
    code: str


COMPARED = (
    Compared("411", "payerName", "1327"),
    Compared("411", "payerIdNumber", "1327"),
    Compared("621", "buyerName", "13127"),
    Compared("621", "buyerTelephone", "130126"),
    Compared("621", "buyerIdNumber", "14103"),
)
"""What customs compare (announcement 194 of 2018 and captured receipts; receipts-and-codes)."""


def _other(character: str) -> str:
    """Another character of the same kind."""
    if character.isdigit():
        return "1" if character == "0" else "0"
    return "乙" if character != "乙" else "丙"


CHANGES: Mapping[str, Callable[[str], str]] = {
    "another first character": lambda text: _other(text[0]) + text[1:],
    "another character in the middle": lambda text: text[:1] + _other(text[1]) + text[2:],
    "another last character": lambda text: text[:-1] + _other(text[-1]),
    "one character less": lambda text: text[:-1],
    "one character more": lambda text: text + _other(text[-1]),
}


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    sent: dict[str, tuple[str, Compared]] = {}
    for compared in COMPARED:
        for name, change in CHANGES.items():
            trade = sandbox.sample("import", f"{compared.element} {name}")
            text = _text(trade.messages[compared.message].decode(), compared.element)
            if compared.element.endswith("IdNumber") and name.startswith("one"):
                continue  # an identity number of another length is no valid document
            trade = trade.changed(compared.message, **{compared.element: change(text)})
            about = f"{compared.element} of {compared.message}, {name}"
            bodies = [b64encode(body).decode() for body in trade.messages.values()]
            codes = _codes(sandbox.call("POST", "/validate", json={"messages": bodies}))
            if compared.code not in codes:
                yield f"{about}: validate does not name {compared.code}, but {' '.join(sorted(codes)) or 'nothing'}"
            sandbox.submit(trade)
            sent[trade.order_no] = about, compared
    sandbox.settle()
    yield from _became(sandbox, sent)


def _became(sandbox: SandboxClient, sent: Mapping[str, tuple[str, Compared]]) -> Iterator[str]:
    """The faults in what became of the trades."""
    for number, (about, compared) in sent.items():
        for listed in sandbox.call("GET", f"/declarations/{number}")["declarations"]:
            codes = [reason["code"] for reason in listed["reasons"]]
            if listed["state"] != "rejected" or compared.code not in codes:
                told = " ".join([listed["state"], *codes])
                yield f"{about}: the list is {told}, not rejected with {compared.code}"


def _codes(answer: Mapping[str, Any]) -> set[str]:
    return {finding["code"] for message in answer["messages"] for finding in message["findings"]}


def _text(body: str, element: str) -> str:
    return body.partition(f"{element}>")[2].partition("<")[0]
