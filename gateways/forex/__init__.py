"""The foreign-exchange gateway: banks and payment institutions report receipts and payments of real trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.forex.acts import decide_as_filed_earlier, decide_reports
from gateways.forex.memory import ForexMemory
from gateways.forex.reports import hear_reports
from gateways.gateway import Circumstances, Heard, Hearing

HEARINGS: dict[str, Hearing] = {"agency.forex_report": hear_reports, "decision.forex_report": decide_reports,
                                "forex.acted": decide_as_filed_earlier}
DECIDED = frozenset({"decision.forex_report", "forex.acted"})


class Forex:
    """The foreign-exchange gateway."""

    name = "forex"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: ForexMemory, circumstances: Circumstances) -> None:
        """The enterprises of the reports that came and of those that an officer acted on, all at once."""
        filed = memory.documents({one.item[0] for one in batch if one.topic == "agency.forex_report"})
        decided = memory.companies_of({one.item[0] for one in batch if one.topic in DECIDED})
        memory.hold(sorted({*decided, *(one.facts.ebc_code for one in filed.values())}))
