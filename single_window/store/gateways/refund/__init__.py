"""The refund desk's memory in the database."""

from __future__ import annotations

from single_window.store.gateways.refund.memory import StoredRefundDeskMemory

__all__ = ["StoredRefundDeskMemory"]
