"""Korea's customs: certificates of origin as data, AEO companies, and (invented) manifests, lists, outcomes and
inspections of parcels. Off by default: a sandbox opts in by its option `korea`."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="korea",
    zh="韩国海关",
    en="Korea's customs",
    order=14,
    files=("officers.toml", "words.toml"),
    subjects={"korea_parcel": "korea_parcel"},
    lives=("korea_parcel",),
    parameters={"limits": ("korea",)},
)
