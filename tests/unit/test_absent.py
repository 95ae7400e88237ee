"""A test whose server is not there is skipped, and fails where the environment asks for all."""

from __future__ import annotations

import pytest

from tests import absent


def test_it_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(absent.VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no RabbitMQ at all"):
        absent.absent("no RabbitMQ at all")


def test_it_fails_where_services_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(absent.VARIABLE, "required")
    with pytest.raises(pytest.fail.Exception, match=r"no RabbitMQ at all \(SINGLE_WINDOW_TEST_SERVICES=required\)"):
        absent.absent("no RabbitMQ at all")
