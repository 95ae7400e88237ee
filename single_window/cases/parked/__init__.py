"""Parked messages 异常报文: the reasons for parking, and retrying them."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"parked": ("commands:parked", "Deliveries that could not be processed after all attempts.")},
    rooms=("parked",),
)
