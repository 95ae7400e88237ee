"""A deterministic synthetic world: companies, buyers and goods, and their master data as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from simulators.companies import (
    AGENT,
    CARRIER,
    GUARANTOR,
    MERCHANT,
    PAYMENT_PROVIDER,
    PLATFORM,
    WAREHOUSE,
    TradingCompany,
    Warehouse,
    make_company,
)
from simulators.draws import Draws
from simulators.exports.goods import export_goods
from simulators.people import Buyer, People
from simulators.stock import SCARCE, Good, goods

GRADES = ("ordinary", "certified", "advanced", "ordinary")
AMPLE = "500000000.00"
"""A guarantee that is never used up."""
TOO_SMALL = "0.01"
PLENTY = "50000000"
"""Stock of an item that is never used up."""
LAST_ONE = "1"
"""Stock of a scarce item."""


class World:
    """Companies by kind, buyers by number, goods. `stranger` and the producers are not in the CSV files."""

    def __init__(self, seed: int = 1, *, zipf: float = 0.0, more_merchants: int = 0, more_exporters: int = 0) -> None:
        """`zipf`: exponent of the size distribution of companies (0: equal); up to 300 additional merchants and
        exporters."""
        self.seed, self.zipf = seed, zipf
        self.people = People(seed)
        self.platforms = self._companies(0, 4, (PLATFORM,))
        self.merchants = (
            *self._companies(10, 12, (MERCHANT,), GRADES),
            *self._companies(200, more_merchants, (MERCHANT,), GRADES),
        )
        self.payment_providers = self._companies(30, 3, (PAYMENT_PROVIDER,))
        self.carriers = self._companies(40, 3, (CARRIER,))
        self.agents = self._companies(50, 3, (AGENT, GUARANTOR), GRADES)
        self.site = make_company(seed, 60, (WAREHOUSE,))
        self.small_guarantor = make_company(seed, 70, (AGENT, GUARANTOR))
        self.stranger = make_company(seed, 80, (MERCHANT,))
        warehouse_companies = self._companies(61, 2, (WAREHOUSE,))
        self.warehouses = (
            Warehouse(warehouse_companies[0], f"T4258W{seed % 1_000_000:06d}", "1210", "4258"),
            # 1239 is open only outside the pilot cities, to which all of Shandong belongs
            Warehouse(warehouse_companies[1], f"T3307W{seed % 1_000_000:06d}", "1239", "3307"),
        )
        self.exporters = (
            *self._companies(100, 10, (MERCHANT,), GRADES),
            *self._companies(500, more_exporters, (MERCHANT,), GRADES),
        )
        self.export_platforms = self._companies(115, 3, (PLATFORM,))
        self.producers = self._companies(120, 6, (MERCHANT,))
        export_warehouse_company = make_company(seed, 130, (WAREHOUSE,))
        self.export_warehouse = Warehouse(export_warehouse_company, f"T4258E{seed % 1_000_000:06d}", "1210", "4258")

    def draw_by_size(self, draws: Draws, companies: Sequence[TradingCompany]) -> TradingCompany:
        """A random company, weighted by size."""
        return draws.by_rank(companies, self.zipf)

    def _companies(
        self, first: int, count: int, kinds: tuple[str, ...], grades: Sequence[str] = ("ordinary",)
    ) -> tuple[TradingCompany, ...]:
        return tuple(make_company(self.seed, first + n, kinds, grades[n % len(grades)]) for n in range(count))

    @cached_property
    def goods(self) -> tuple[Good, ...]:
        """All goods on sale."""
        return goods()

    def buyer(self, number: int) -> Buyer:
        """The buyer with this number."""
        return self.people.buyer(number)

    def warehouse(self, trade_mode: str) -> Warehouse:
        """The bonded warehouse of a trade mode, 1210 or 1239."""
        return next(warehouse for warehouse in self.warehouses if warehouse.trade_mode == trade_mode)

    def participants(self) -> tuple[TradingCompany, ...]:
        """Every company in master data."""
        return (
            *self.platforms,
            *self.merchants,
            *self.payment_providers,
            *self.carriers,
            *self.agents,
            *(warehouse.company for warehouse in self.warehouses),
            self.site,
            self.small_guarantor,
            *self.exporters,
            *self.export_platforms,
            self.export_warehouse.company,
        )

    def mailboxes(self) -> list[str]:
        """The DXP ids of all participants."""
        return [participant.dxp_id for participant in self.participants()]

    def participants_csv(self) -> str:
        """code, credit_code, name, kinds (by ';'), dxp_id, credit_grade, edition."""
        rows = (participant._asdict() for participant in self.participants())
        return _csv(TradingCompany._fields, ({**row, "kinds": ";".join(row["kinds"])}.values() for row in rows))

    def guarantees_csv(self) -> str:
        """assure_code, amount in yuan: ample for agents, almost nothing for one guarantor."""
        ample = [(agent.code, AMPLE) for agent in self.agents]
        return _csv(("assure_code", "amount"), [*ample, (self.small_guarantor.code, TOO_SMALL)])

    def stock_csv(self) -> str:
        """ems_no, area_code, item_record_no, gcode, gname, unit, qty: plenty of each good, but one of the scarce."""
        bonded: list[tuple[Any, Any]] = [
            (warehouse, good) for warehouse in self.warehouses for good in self.goods if good.bonded
        ]
        for_export: list[tuple[Any, Any]] = [(self.export_warehouse, good) for good in export_goods() if good.zone]
        return _csv(
            ("ems_no", "area_code", "item_record_no", "gcode", "gname", "unit", "qty"),
            (
                (
                    warehouse.ems_no,
                    warehouse.company.code,
                    good.record_no,
                    good.hs10,
                    good.name,
                    good.unit,
                    LAST_ONE if good.kind == SCARCE else PLENTY,
                )
                for warehouse, good in (*bonded, *for_export)
            ),
        )


def participants_csv(world: World) -> str:
    """The companies of a world for `single-window import participants`."""
    return world.participants_csv()


def guarantees_csv(world: World) -> str:
    """The guarantees of a world for `single-window import guarantees`."""
    return world.guarantees_csv()


def stock_csv(world: World) -> str:
    """The bonded stock of a world for `single-window import stock`."""
    return world.stock_csv()


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
