"""A small shop that sells abroad: it declares its orders and acts on what customs answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import urllib3


@dataclass
class Shop:
    """Knows where the window is and by which key it calls it (empty: a window on this machine wants none), in which
    state each order is (waiting, sent on, held, refused or returned), and the value-added tax of its tax bill in
    yuan."""

    url: str
    sandbox: str
    mailbox: str
    key: str = ""
    states: dict[str, str] = field(default_factory=dict)
    taxes: dict[str, str] = field(default_factory=dict)
    seen: int = 0

    @property
    def _headers(self) -> dict[str, str]:
        return {"X-Sandbox": self.sandbox, **({"X-Api-Key": self.key} if self.key else {})}

    def declare(self, *messages: bytes) -> list[int]:
        """Send the messages of a trade; gives the numbers under which the window keeps them."""
        return [self._send(message) for message in messages]

    def _send(self, message: bytes) -> int:
        answer = urllib3.request("POST", f"{self.url}/api/v1/messages", body=message, headers=self._headers)
        if answer.status != 202:
            raise ValueError([finding["en"] for finding in answer.json()["findings"]])
        if order := re.search(rb"orderNo>([^<]+)<", message):
            self.states.setdefault(order[1].decode(), "waiting")
        return int(answer.json()["id"])

    def poll(self, wait: int = 0) -> None:
        """Take the receipts that came since the last time, each once, in their order."""
        answer = urllib3.request(
            "GET",
            f"{self.url}/api/v1/receipts",
            headers=self._headers,
            fields={"mailbox": self.mailbox, "after": str(self.seen), "wait": str(wait)},
        ).json()
        for receipt in answer["receipts"]:
            if receipt["kind"] == "inventory":
                self._act(receipt["order_no"], receipt["status"])
            elif receipt["kind"] == "refund" and receipt["status"] == "800":
                self.states[receipt["order_no"]] = "returned"
            elif receipt["kind"] == "tax_bill" and (vat := re.search(r"valueAddedTax>([^<]+)<", receipt["xml"])):
                self.taxes[receipt["order_no"]] = vat[1]
        self.seen = answer["next"]

    def look_again(self, order_no: str) -> None:
        """Ask where an order stands, where its receipts stay away."""
        answer = urllib3.request("GET", f"{self.url}/api/v1/declarations/{order_no}", headers=self._headers)
        for declaration in answer.json()["declarations"]:
            if declaration["state"] in {"released", "closed"}:
                self.states[order_no] = "sent on"

    def _act(self, order_no: str, status: str) -> None:
        if status == "800":
            self.states[order_no] = "sent on"
        elif status in {"300", "500"}:
            self.states[order_no] = "held"
        elif (status in {"100", "700"} or status.startswith("-")) and self.states.get(order_no) != "sent on":
            # what refuses a second declaration of an order changes nothing about the first
            self.states[order_no] = "refused"
