"""Spot checks: draws samples by committed plans, sends them to laboratories, has officers order measures."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="spot_checks",
    zh="质量安全抽查",
    en="spot checks",
    order=7,
    files=("officers.toml", "words.toml"),
    subjects={"spot_check": "spot_check"},
    lives=("spot_check",),
    parameters={"risk": ("spot_checks",)},
)
