"""Facts of registrar, banks and customs about exporters, as the refund desk reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from gateways.refund.repository import ExporterStanding
from single_window.store.bulk import one_of
from single_window.store.records import from_json
from single_window.store.tables import enterprise, forex_enterprise, participant

REGISTERED = frozenset({"registered", "suspended"})
"""States of a company that is registered: a suspension bars new declarations only."""
IMPORTED = "imported"
"""The channel of a registration of which only master data is known: it has nothing about tax."""
PLATFORM, MERCHANT = "platform", "merchant"


class Exporters:
    """The exporters of `gateways.refund.repository.RefundRepository`."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._standings: dict[str, ExporterStanding] = {}

    def standings(self, ebc_codes: Collection[str]) -> Mapping[str, ExporterStanding]:
        """Every requested exporter; of an unregistered one little is known."""
        missing = sorted({code for code in ebc_codes if code not in self._standings})
        if missing:
            self._standings.update({code: ExporterStanding(code) for code in missing})
            self._participants(missing)
            self._enterprises(missing)
            self._others(missing)
        return {code: self._standings[code] for code in ebc_codes}

    def _participants(self, codes: list[str]) -> None:
        rows = self._connection.execute(
            select(participant.c.code, participant.c.kinds, participant.c.credit_grade, participant.c.dxp_id).where(
                participant.c.sandbox == self._sandbox, one_of(self._connection, participant.c.code, codes)
            )
        ).all()
        for code, kinds, grade, dxp_id in rows:
            roles = set(kinds.split(";"))
            self._change(code, platform=PLATFORM in roles and MERCHANT not in roles, customs_grade=grade, dxp_id=dxp_id)

    def _enterprises(self, codes: list[str]) -> None:
        names = (
            "code",
            "state",
            "facts",
            "taxpayer_kind",
            "refund_kind",
            "zone",
            "tax_credit",
            "net_assets",
            "last_refund",
        )
        rows = self._connection.execute(
            select(*[enterprise.c[name] for name in names]).where(
                enterprise.c.sandbox == self._sandbox,
                enterprise.c.channel != IMPORTED,
                one_of(self._connection, enterprise.c.code, codes),
            )
        ).all()
        for code, state, kept, *facts in rows:
            # a change that waits for an officer leaves the registration as it was
            before = from_json(kept).get("standing", "") if state == "in_review" else state
            self._change(code, registered=before in REGISTERED, **dict(zip(names[3:], facts, strict=True)))

    def _others(self, codes: list[str]) -> None:
        for code, forex_class in self._connection.execute(
            select(forex_enterprise.c.code, forex_enterprise.c.forex_class).where(
                forex_enterprise.c.sandbox == self._sandbox, one_of(self._connection, forex_enterprise.c.code, codes)
            )
        ).all():
            self._change(code, forex_class=forex_class)

    def _change(self, code: str, **facts: object) -> None:
        self._standings[code] = self._standings[code]._replace(**facts)  # type: ignore[arg-type]
