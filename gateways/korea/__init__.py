"""Korea's customs: certificates of origin as data, AEO companies, and (invented) manifests, lists, outcomes and
inspections of parcels. Off by default: a sandbox opts in by its option `korea`.

A parcel is the case: one row for each direction, year and house number holds what manifest, list, certificate and
outcomes say, so that a contradiction is a state of it. The gateway answers as Korea until somebody else tells an
outcome of a parcel; from then on its clock says nothing more about that parcel. Korea's word changes the share by which
customs draws a list, never to nothing.
"""

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
