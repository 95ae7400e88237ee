"""Hostile calls with and without keys: no server error, and nothing of another's is read or changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Response, request

from single_window.api import create_app
from single_window.store.tables import channel
from single_window.wiring import Window
from tests.databases import carry_out, window_in
from tests.hostile.keyed import CANARY, SHARED, KeyedAttack, Report

SEED = 12


Harm = Callable[[Window, Response], None]


def attacked(folder: Path, count: int, harm: Harm | None = None) -> Report:
    """An attack on a window that does some harm whenever something is read."""
    window = window_in(folder, require_keys=1)
    app = create_app(window)

    @app.after_request
    def _harm(response: Response) -> Response:
        if harm is not None and request.method == "GET":
            harm(window, response)
        return response

    try:
        return KeyedAttack(window, app, SEED).throw(count)
    finally:
        window.close()


@pytest.mark.long
@pytest.mark.parametrize("count", [2_000, pytest.param(12_000, marks=pytest.mark.long)])
def test_nothing_of_anothers_is_read_or_changed(tmp_path: Path, count: int) -> None:
    report = attacked(tmp_path, count)
    assert (report.wrong, report.count) == ([], count)
    assert {200, 202, 400, 401, 403, 404} <= set(report.statuses), report.statuses
    assert {
        "key-wrong",
        "key-revoked",
        "key-expired",
        "key-lacks-right",
        "credentials-missing",
        "no-such-mailbox",
        "unknown-sandbox",
        "other-sender",
    } <= set(report.codes), report.codes


def changes(window: Window, response: Response) -> None:
    carry_out(window.engine, channel.update().where(channel.c.sandbox == SHARED).values(address="http://8.8.4.4/"))


def discloses(window: Window, response: Response) -> None:
    response.set_data(CANARY)


def fails(window: Window, response: Response) -> None:
    response.status_code = 500


@pytest.mark.long
@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (changes, f"{SHARED}: channels is not as it was"),
        (discloses, "something of another's was read"),
        (fails, "a server error"),
    ],
)
def test_the_attack_sees_what_is_wrong(tmp_path: Path, harm: Harm, message: str) -> None:
    report = attacked(tmp_path, 200, harm)
    assert any(words.startswith(message) for words in report.wrong), report.wrong
