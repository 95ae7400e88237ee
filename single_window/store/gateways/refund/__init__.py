"""The refund desk's memory in the database."""

from __future__ import annotations

from single_window.store.gateways.refund.repository import StoredRefundRepository

__all__ = ["StoredRefundRepository"]


REPOSITORY = StoredRefundRepository
