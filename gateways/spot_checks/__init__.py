"""Spot checks: draws samples by committed plans, sends them to laboratories, has officers order measures.

A lot is an item number of an account book, the smallest thing that a bonded list names, and is held as `Held.LOT`. A
targeted plan marks the goods that it names (`Held.DRAWN`), so that customs reads nothing in a sandbox in which nothing
was ever held. Lists of a batch (集中申报) are not stopped by plans: a list that a plan stops joins no batch.
"""

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
