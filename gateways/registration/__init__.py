"""The registrar: companies apply for registration and file goods; officers decide, suspend and grade companies."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="registration",
    zh="备案",
    en="the registrar",
    order=6,
    files=("officers.toml", "words.toml"),
    subjects={"registration": "registration"},
    lives=("registration",),
    parameters={"registration": ("registration", "records")},
)
