"""Market supervision and commerce: licences, filings of foreign-trade operators, months of pilot zones. Off by default:
a sandbox opts in by its option `commerce`."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="commerce",
    zh="市场监管与商务",
    en="market supervision and commerce",
    order=15,
    files=("officers.toml", "words.toml"),
    subjects={"commerce_case": "commerce_case"},
    lives=("commerce_case",),
    parameters={"registration": ("commerce",)},
)
