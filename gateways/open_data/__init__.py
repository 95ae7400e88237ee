"""Open data: monthly tables of trade, drafted from released lists, published when two officers agree. Off by default: a
sandbox opts in by its option `open_data`."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="open_data",
    zh="公共数据开放",
    en="open data",
    order=16,
    files=("officers.toml", "words.toml"),
    subjects={"open_data_month": "open_data_month"},
    lives=("open_data_month",),
    parameters={"limits": ("open_data",)},
)
