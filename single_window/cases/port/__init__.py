"""The port community: lines of time of containers, cases of contradictions, releases that officers withdraw."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"port": ("commands:port", "The port: what terminals tell of containers, cases, releases.")},
    rooms=("port",),
    tags={"port": "口岸协同"},
    decided=("port_case",),
)
