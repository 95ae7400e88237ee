"""The foreign-exchange gateway: banks and payment institutions report receipts and payments of real trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.forex.acts import hear_acted
from gateways.forex.memory import ForexMemory
from gateways.forex.reports import hear_reports
from gateways.gateway import Circumstances, Heard, Hearing

HEARINGS: dict[str, Hearing] = {"agency.forex_report": hear_reports, "forex.acted": hear_acted}


class Forex:
    """The foreign-exchange gateway."""

    name = "forex"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: ForexMemory, circumstances: Circumstances) -> None:
        """The enterprises of the reports that came and of those that an officer acted on, all at once."""
        filed = memory.documents({one.item[0] for one in batch if one.topic == "agency.forex_report"})
        acted = memory.companies_of({one.item[0] for one in batch if one.topic == "forex.acted"})
        memory.hold(sorted({*acted, *(one.facts.ebc_code for one in filed.values())}))
