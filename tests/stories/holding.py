"""Checks that customs, tax and the refund desk take hold of what they change before they handle it, of nothing later.

What is taken late is right all the same, but two who take it in different order would wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from gateways.agencies import ROUTES
from gateways.customs.topics import CUSTOMS
from gateways.gateway import Gateway, NamedKeys
from gateways.refund.topics import REFUND
from gateways.registration.topics import REGISTRAR
from gateways.tax.topics import TAX
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.gateways.registration import StoredRegistrarRepository
from single_window.store.gateways.tax import StoredTaxRepository
from single_window.wiring import Window
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import Worker


class _Watched:
    """What all these repositories note: that hold was taken, and what was asked for only afterwards."""

    late: list[str]
    held = False

    def _ask(self, kind: str, wanted: Iterable[Any], known: Iterable[Any]) -> None:
        if self.held and (missing := sorted(set(wanted) - set(known))):
            self.late.append(f"{kind} {missing}")


class _WatchedCustoms(_Watched, StoredCustomsRepository):
    def lock(self, order_nos: Sequence[str]) -> None:
        self._ask("meetings", order_nos, self._locked_orders)
        super().lock(order_nos)

    def lock_batches(self, ids: Collection[int], openings: Collection[str]) -> None:
        new = {batch.id for batch in self._changed_batches.values()}
        self._ask("batches", ids, {*self._loaded_batches, *new})
        self._ask("openings", openings, self._loaded_openings)
        super().lock_batches(ids, openings)

    def allowances(self, persons: Sequence[tuple[str, int]]) -> Any:
        self._ask("allowances", persons, self._allowances)
        return super().allowances(persons)

    def book_lines(self, keys: Sequence[tuple[str, str]]) -> Any:
        self._ask("book lines", keys, self._books)
        return super().book_lines(keys)

    def parcels(self, logistics_keys: Sequence[str]) -> Any:
        self._ask("parcels", logistics_keys, self._loaded_parcels)
        return super().parcels(logistics_keys)


class _WatchedTax(_Watched, StoredTaxRepository):
    def bills(self, declaration_ids: Sequence[int]) -> Any:
        self._ask("bills", declaration_ids, {*self._bills, *self._loaded_bills})
        return super().bills(declaration_ids)

    def guarantees(self, assure_codes: Sequence[str]) -> Any:
        self._ask("guarantees", assure_codes, self._loaded_guarantees)
        return super().guarantees(assure_codes)


class _WatchedRefunds(_Watched, StoredRefundRepository):
    def accounts(self, ebc_codes: Collection[str]) -> Any:
        self._ask("accounts", ebc_codes, self._accounts)
        return super().accounts(ebc_codes)


class _WatchedRegistrar(_Watched, StoredRegistrarRepository):
    def enterprises(self, codes: Sequence[str]) -> Any:
        self._ask("registrations", codes, self._loaded["enterprises"])
        return super().enterprises(codes)

    def participants(self, codes: Sequence[str]) -> Any:
        self._ask("participants", codes, self._loaded["participants"])
        return super().participants(codes)

    def filings(self, ids: Sequence[int]) -> Any:
        self._ask("filings", ids, self._loaded["filings"])
        return super().filings(ids)


def _holding(gateway: Gateway[Any, Any]) -> Gateway[Any, Any]:
    """A gateway that notifies its repository when it has locked."""

    def lock(named: NamedKeys[Any], desk: Any) -> None:
        gateway.take_locks(named, desk)
        desk.repository.held = True

    return Gateway(gateway.name, gateway.topics.values(), lock)


def watched(window: Window) -> list[str]:
    """Watch a window's gateways; gives a list that fills with what they take hold of late."""
    late: list[str] = []
    for gateway, kind in (
        (_holding(CUSTOMS), _WatchedCustoms),
        (_holding(TAX), _WatchedTax),
        (_holding(REGISTRAR), _WatchedRegistrar),
        (_holding(REFUND), _WatchedRefunds),
    ):
        noting = type(kind.__name__, (kind,), {"late": late})
        window._workers[gateway.name] = Worker(
            window.engine,
            window.numbering,
            GatewayConsumer(gateway, noting, ROUTES, window.numbering, window.circumstances),
            window.settings.attempts,
        )
    return late
