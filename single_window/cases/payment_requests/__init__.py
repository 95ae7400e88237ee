"""Requests by customs for the original data of a payment (公告2018年第179号)."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "payment-request": (
            "commands:payment_request",
            "Requests to platforms for original payment data, with their outcomes.",
        ),
        "platform-data": ("commands:platform_data", "Addresses of platforms for requests for original payment data."),
    },
    rooms=("payment-requests", "platform-data"),
    outside=("upload_call",),
)
