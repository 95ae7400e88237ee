"""Spot checks: draws samples of released goods, sends them to a laboratory, and has officers decide about failures."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="spot_checks",
    zh="抽查",
    en="spot checks",
    order=7,
    files=("officers.toml", "words.toml"),
    subjects={"spot_check": "spot_check"},
    lives=("spot_check",),
    parameters={"risk": ("spot_checks",)},
)
