"""The tax gateway: assesses lists, reserves guarantees, makes bills (816), collects and voids them (818)."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="tax",
    zh="税务",
    en="tax",
    order=3,
    files=("officers.toml", "words.toml"),
    apart=True,
    subjects={"tax_bill": "tax_bill"},
)
