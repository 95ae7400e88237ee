"""The port community: what terminals tell of containers, and what customs tells terminals. Off by default: a sandbox
opts in by its option `port`."""

from __future__ import annotations

from gateways.agency import Agency

AGENCY = Agency(
    name="port",
    zh="口岸协同",
    en="port community",
    order=13,
    files=("officers.toml", "words.toml"),
    subjects={"port_case": "port_case"},
    lives=("port_case",),
    parameters={"windows": ("port",)},
)
