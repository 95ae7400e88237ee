"""The foreign-exchange gateway's state in the database."""

from single_window.store.gateways.forex.repository import (
    ENTERPRISES,
    LEGS,
    REPORTS,
    TOTALS,
    StoredForexRepository,
    list_enterprises,
)

__all__ = ["ENTERPRISES", "LEGS", "REPORTS", "TOTALS", "StoredForexRepository", "list_enterprises"]


REPOSITORY = StoredForexRepository
