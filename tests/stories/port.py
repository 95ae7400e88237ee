"""Tells of the port: what terminals say of containers, packing lists, what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from declarations.calendar import HOUR, instant_of, stamp14
from gateways.port.repository import PortCase
from single_window.cases.port.decisions import WITHDRAWAL
from single_window.cases.port.queries import PORT_ROWS, container_out
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.receipts.rows import Receipt, of_orders
from single_window.store.engine import reading
from tests.officers import TESTER, act
from tests.stories.exporting import Row, Sale, note, statuses
from tests.stories.story import TODAY, WORLD, StoryRunner, message_of

BOX, OTHER_BOX = "QDXU1000015", "QDXU1000020"
TERMINAL, OTHER_TERMINAL = "QDTERM", "QDTERM2"
SHIP = {"vesselId": "9990002", "vesselName": "NEW SHANDONG", "voyageNo": "2647E"}
CARRIER = WORLD.carriers[0]
PLANNED = ("PLN", "MAN", "TAL")
"""Events that stories tell of times to come, or late."""


@dataclass
class Port:
    """The port of a story. Hours count from 08:00 on 20 November; the story's clock stands at noon."""

    story: StoryRunner
    number: int = field(default=0)

    def told(self, event: str, hour: float, box: str = BOX, **more: str) -> Row:
        """A line of a document about a container (none: about the ship); the clock moves on to what is to come."""
        instant = int(instant_of(TODAY, 8) + hour * HOUR)
        if event not in PLANNED and instant > self.story.window.now(self.story.sandbox):
            self.story.window.advance(self.story.sandbox, instant)
        at = stamp14(instant)
        return {"event": event, "eventTime": at, **({"containerNo": box} if box else {}), **more}

    def document(
        self, *lines: Row, terminal: str = TERMINAL, number: str = "", sender: Any = CARRIER, **head: str
    ) -> bytes:
        """A document of a terminal; without a number it is the next one."""
        self.number += 1
        whole = {
            "appType": "1",
            "appTime": f"20261120{self.number:06d}",
            "terminalCode": terminal,
            "docNo": number or f"D{self.number}",
            **SHIP,
            **head,
        }
        numbered = [{"gnum": str(place), **line} for place, line in enumerate(lines, 1)]
        return message_of(sender, "TerminalEvent", whole, numbered)

    def tell(self, *lines: Row, number: str = "", **head: Any) -> tuple[str, str]:
        """Send a document; gives the status and the first code of its answer."""
        self.story.submit(self.document(*lines, number=number, **head))
        return self.answers(number or f"D{self.number}", "terminal_event")[-1]

    def pack(
        self,
        sales: Sequence[Sale],
        box: str = BOX,
        bill: str = "",
        sender: Any = CARRIER,
        again: str = "",
        function: str = "",
    ) -> tuple[str, str]:
        """Send a packing list, by default of the company that carries the parcels; gives its answer. `again`: the
        number of one that it cancels (1) or replaces (5)."""
        self.number += 1
        head = {"appType": "1", "appTime": f"20261120{self.number:06d}", "agentCode": sender.code}
        number = again or f"Z{self.number}"
        head |= {"copNo": number, "containerNo": box, "logisticsCode": CARRIER.code}
        head |= {"function": function} if function else {}
        lines = [{"gnum": str(place), "logisticsNo": sale.waybill} for place, sale in enumerate(sales, 1)]
        whole = {**head, "billNo": bill} if bill else head
        self.story.submit(message_of(sender, "PortPackingList", whole, lines))
        return self.answers(number, "port_packing_list")[-1]

    def decide(self, case_no: str, action: str, reason: str = "测试") -> None:
        """Let an officer decide about a case."""
        act(self.story.window, self.story.sandbox, case_no, action, reason, about="port_case")
        self.story.window.settle()

    def withdraw(self, invt_no: str) -> PortCase:
        """Let an officer withdraw the release of a list; gives the case."""
        self.number += 1
        wanted = Requested(WITHDRAWAL.action, values={"invt_no": invt_no}, reason="口岸查控")
        create(self.story.window, self.story.sandbox, "port_case", WITHDRAWAL, wanted, TESTER, f"w{self.number}")
        self.story.window.settle()
        return self.cases("V")[-1]

    def answers(self, number: str, kind: str) -> list[tuple[str, str]]:
        """The answers to what has a number."""
        return statuses(self.story, number, kind)

    def cases(self, kind: str = "") -> list[PortCase]:
        """The cases, oldest first."""
        with reading(self.story.window.engine) as connection:
            found = PORT_ROWS.newest(connection, self.story.sandbox)
        return [case for case in reversed(found) if kind in ("", case.kind)]

    def states(self) -> list[tuple[str, str]]:
        """Kind and state of each case, oldest first."""
        return [(case.kind, case.state) for case in self.cases()]

    def container(self, box: str = BOX) -> Any:
        """What is known of a container."""
        return self.story.read(container_out, box)

    def line(self, box: str = BOX) -> list[tuple[str, int, str, str]]:
        """Its events as (terminal, stay, event, mark)."""
        stays = self.container(box).stays
        return [(one.terminal_code, one.stay, one.event, one.mark) for stay in stays for one in stay.events]

    def released(self, *sales: Sale, bill: str = "NGB1") -> None:
        """Let lists be declared, consolidated, arrive and be released."""
        for sale in sales:
            self.story.file(*sale.messages())
        self.story.window.settle()
        self.story.submit(note("consolidation", sales, f"ZD{bill}", billNo=bill))
        self.story.submit(note("arrival_note", sales, f"YD{bill}", billNo=bill))

    def notices(self, code: str, *numbers: str) -> list[tuple[str, Receipt]]:
        """(mailbox, notice) of what parties with mailboxes were told under orders or numbers of cases, oldest first."""
        return [(box, one) for box, one in self.story.read(of_orders, list(numbers)) if one.code == code]

    def told_terminals(self, sale: Sale) -> list[tuple[str, str]]:
        """Action and status of each PortRelease about a parcel, oldest first."""
        notices = self.notices("PortRelease", sale.id)
        return [(str(one.fields["action"]), one.return_status) for _, one in notices]
