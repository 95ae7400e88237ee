"""Customs' memory in the database: what `gateways.customs.memory.CustomsMemory` asks for, in bulk, for one batch."""

from single_window.store.gateways.customs.ledgers import file_stock, register_persons, registered_names
from single_window.store.gateways.customs.meetings import hold_meetings
from single_window.store.gateways.customs.memory import DECLARATIONS, StoredCustomsMemory

__all__ = ["DECLARATIONS", "StoredCustomsMemory", "file_stock", "hold_meetings", "register_persons",
           "registered_names"]
