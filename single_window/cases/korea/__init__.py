"""Parcels to and from Korea: what its customs did with them, preferences of origin, tracking."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"korea": ("commands:korea", "Korea: parcels, certificates of origin, tracking.")},
    rooms=("korea",),
    tags={"korea": "韩国海关"},
    decided=("korea_parcel",),
)
