"""Accounts, exported items and foreign-exchange pools, for one batch of deliveries in one sandbox.

A company's account is locked before its ledgers are read. A missing account is inserted, so that it can be locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from declarations.money import Scaled
from gateways.refund.repository import ExchangePool, Item, RefundAccount, Returned
from single_window.store.bulk import on_sqlite, upsert_rows
from single_window.store.gateways.refund.collected import collected_amounts, pools_named
from single_window.store.gateways.refund.exports import exported_items, items_listed, returned_goods
from single_window.store.gateways.refund.noted_days import days_noted
from single_window.store.records import Records, decoder
from single_window.store.tables import exchange_pool, export_item, refund_account

ACCOUNTS = Records(RefundAccount, refund_account, {"facts": decoder(dict[str, Any], dict)})
ITEMS = Records(Item, export_item)
POOLS = Records(ExchangePool, exchange_pool)


class StoredRefundLedgers:
    """Implements the ledgers of `gateways.refund.repository.RefundRepository`."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._accounts: dict[str, RefundAccount] = {}
        self._changed_accounts: dict[str, RefundAccount] = {}
        self._items: dict[str, Item] = {}
        self._loaded_items: set[str] = set()
        self._changed_items: dict[str, Item] = {}
        self._pools: dict[tuple[str, str], ExchangePool] = {}
        self._loaded_pools: set[str] = set()
        self._changed_pools: dict[tuple[str, str], ExchangePool] = {}

    def accounts(self, ebc_codes: Collection[str]) -> Mapping[str, RefundAccount]:
        """Companies' accounts; locks them in the order of their codes."""
        missing = sorted({code for code in ebc_codes if code not in self._accounts})
        if missing and not on_sqlite(self._connection):
            upsert_rows(
                self._connection, refund_account, ("sandbox", "ebc_code"), [(self._sandbox, code) for code in missing]
            )
        loaded = ACCOUNTS.load(self._connection, self._sandbox, "ebc_code", missing, lock=True)
        self._accounts.update({account.ebc_code: account for account in loaded})
        for code in missing:
            self._accounts.setdefault(code, RefundAccount(code))
        return {code: self._accounts[code] for code in ebc_codes}

    def put_account(self, account: RefundAccount) -> None:
        """Put a changed account."""
        self._accounts[account.ebc_code] = self._changed_accounts[account.ebc_code] = account

    def items(self, numbers: Collection[str]) -> Mapping[str, Item]:
        """Exported items by number; one that no claim has named before is created from customs' tables."""
        missing = sorted({number for number in numbers if number not in self._loaded_items})
        self._loaded_items.update(missing)
        for item in ITEMS.load(self._connection, self._sandbox, "item_no", missing):
            self._items[item.item_no] = item
        unknown = [number for number in missing if number not in self._items]
        self._items.update({item.item_no: item for item in exported_items(self._connection, self._sandbox, unknown)})
        return {number: self._items[number] for number in numbers if number in self._items}

    def put_item(self, item: Item) -> None:
        """Put a new or changed item."""
        self._items[item.item_no] = self._changed_items[item.item_no] = item

    def list_days(self, item_nos: Collection[str]) -> Mapping[str, Mapping[date, Scaled]]:
        """Per item, the export days noted on its lists → the amount of its goods on lists of that day."""
        return days_noted(self._connection, self._sandbox, item_nos)

    def pools(self, names: Collection[str]) -> Mapping[tuple[str, str], ExchangePool]:
        """Pools by (name, currency), with the amount collected so far."""
        missing = sorted({name for name in names if name not in self._loaded_pools})
        self._loaded_pools.update(missing)
        for pool in POOLS.load(self._connection, self._sandbox, "pool", missing):
            pool.collected = 0
            self._pools[pool.pool, pool.currency] = pool
        for key, amount in collected_amounts(self._connection, self._sandbox, missing).items():
            self._pools.setdefault(key, ExchangePool(*key, "")).collected = amount
        wanted = set(names)
        return {key: pool for key, pool in self._pools.items() if key[0] in wanted}

    def pools_of(self, entries: Collection[str], orders: Collection[str]) -> Collection[str]:
        """Names of the pools of these declarations or lists (`entries`) and orders."""
        return pools_named(self._connection, self._sandbox, entries, orders)

    def put_pool(self, pool: ExchangePool) -> None:
        """Put a changed pool."""
        self._pools[pool.pool, pool.currency] = self._changed_pools[pool.pool, pool.currency] = pool

    def items_of_list(self, ebc_code: str, invt_no: str) -> Collection[str]:
        """Item numbers for the lines of a company's export list; empty if the company has no such list."""
        return items_listed(self._connection, self._sandbox, ebc_code, invt_no)

    def returned(self, request_ids: Collection[int]) -> Sequence[Returned]:
        """The goods returned by return requests 退货申请 (CEB213)."""
        return returned_goods(self._connection, self._sandbox, sorted(request_ids))

    def save_ledgers(self, connection: Connection) -> None:
        """Write all changes."""
        ACCOUNTS.save(connection, self._sandbox, self._changed_accounts.values())
        ITEMS.save(connection, self._sandbox, self._changed_items.values())
        POOLS.save(connection, self._sandbox, self._changed_pools.values())
