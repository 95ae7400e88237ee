"""Exporters as the refund desk reads them, from tables of the registrar, foreign exchange and customs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from gateways.refund.repository import ExporterStanding
from single_window.store.bulk import one_of
from single_window.store.records import from_json
from single_window.store.tables import enterprise, forex_enterprise, participant

REGISTERED = frozenset({"registered", "suspended"})
"""States of a registered company: a suspension only prevents new declarations."""
IMPORTED = "imported"
"""The channel of a registration that was imported as master data and has no tax data."""
PLATFORM, MERCHANT = "platform", "merchant"


class Exporters:
    """Implements the exporters of `gateways.refund.repository.RefundRepository`."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._standings: dict[str, ExporterStanding] = {}

    def standings(self, ebc_codes: Collection[str]) -> Mapping[str, ExporterStanding]:
        """Every requested exporter; an unregistered one has default values."""
        missing = sorted({code for code in ebc_codes if code not in self._standings})
        if missing:
            self._standings.update({code: ExporterStanding(code) for code in missing})
            self._participants(missing)
            self._enterprises(missing)
            self._forex_classes(missing)
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
        for code, state, stored_facts, *facts in rows:
            # while a change is in review, the previous registration applies
            effective = from_json(stored_facts).get("standing", "") if state == "in_review" else state
            self._change(code, registered=effective in REGISTERED, **dict(zip(names[3:], facts, strict=True)))

    def _forex_classes(self, codes: list[str]) -> None:
        for code, forex_class in self._connection.execute(
            select(forex_enterprise.c.code, forex_enterprise.c.forex_class).where(
                forex_enterprise.c.sandbox == self._sandbox, one_of(self._connection, forex_enterprise.c.code, codes)
            )
        ).all():
            self._change(code, forex_class=forex_class)

    def _change(self, code: str, **facts: object) -> None:
        self._standings[code] = self._standings[code]._replace(**facts)  # type: ignore[arg-type]
