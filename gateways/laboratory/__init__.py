"""Laboratories: test the samples that they are sent for some days, and report values beside limits."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(name="laboratory", zh="承检实验室", en="laboratories", order=9, files=("words.toml",))
