"""Shipments: what terminals, both customs, tax and exchange say of the same parcels, joined by container, bill of
lading, list, order or parcel. All of it is stored elsewhere, and only read here."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(rooms=("shipments",), tags={"shipments": "货运全程"})
