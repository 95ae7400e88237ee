"""Customs: compares the four documents, checks limits, draws the risk lane, reviews, releases, closes; cancellations
and returns."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="customs",
    zh="海关",
    en="customs",
    order=1,
    files=("officers.toml", "words.toml"),
    apart=True,
    subjects={"declaration": "inventory", "request": "refund", "batch": "batch"},
)
