"""Implements `gateways.customs.repository.CustomsRepository` on the database, for one batch of deliveries."""

from single_window.store.gateways.customs.ledgers import file_stock, register_persons, registered_names
from single_window.store.gateways.customs.meetings import hold_meetings
from single_window.store.gateways.customs.repository import DECLARATIONS, StoredCustomsRepository

__all__ = [
    "DECLARATIONS",
    "StoredCustomsRepository",
    "file_stock",
    "hold_meetings",
    "register_persons",
    "registered_names",
]


REPOSITORY = StoredCustomsRepository
