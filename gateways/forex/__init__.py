"""The foreign-exchange gateway: banks and payment institutions report receipts and payments for trades."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="forex",
    zh="外汇",
    en="foreign exchange",
    order=5,
    files=("officers.toml", "words.toml"),
    subjects={"forex_report": "forex_report"},
    lives=("forex_report",),
    parameters={"forex": ("forex",)},
)
