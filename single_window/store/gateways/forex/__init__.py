"""The foreign-exchange gateway's memory in the database."""

from single_window.store.gateways.forex.memory import (
    ENTERPRISES,
    LEGS,
    REPORTS,
    TOTALS,
    StoredForexMemory,
    list_enterprises,
)

__all__ = ["ENTERPRISES", "LEGS", "REPORTS", "TOTALS", "StoredForexMemory", "list_enterprises"]
