"""Pest checks: draws samples of released goods, sends them to a laboratory, and has officers decide about failures."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="pest_checks",
    zh="检疫抽检",
    en="pest checks",
    order=20,
    files=("officers.toml", "words.toml"),
    subjects={"pest_check": "pest_check"},
    lives=("pest_check",),
    parameters={"risk": ("pest_checks",)},
)
