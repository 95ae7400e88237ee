"""Credit: keeps events of companies, proposes the grades to which they lead, and has officers decide about them."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="credit",
    zh="信用",
    en="credit",
    order=8,
    files=("officers.toml", "words.toml"),
    subjects={"credit_case": "credit_case"},
    lives=("credit_case",),
    parameters={"credit": ("credit",)},
)
