"""A setting that cannot be is named, with what was found and what is allowed, and no password is ever shown."""

from __future__ import annotations

import pytest

from single_window.settings import Settings, UnknownSetting, WrongSetting, from_environment, without_password
from tests.tables import each


@each(
    ("name", "value"),
    [
        ("PORT", "²"),
        ("PORT", "٣"),
        ("PORT", "9" * 5_000),
        ("PORT", ""),
        ("PORT", "-1"),
        ("PORT", "65536"),
        ("BATCH", "0"),
        ("DATABASE", "postgresql://u@127.0.0.1:abc/x"),
        ("DATABASE", "postgresql://u@127.0.0.1:70000/x"),
        ("DATABASE", "postgresql://u@127.0.0.1"),
        ("DATABASE", "mysql://h/x"),
        ("BROKER", "amqp://h:abc/"),
        ("BROKER", "memory://"),
        ("LOG", "xml"),
        ("SYNCHRONOUS", "full"),
        ("WEBHOOK_PRIVATE", "2"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_found(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"^SINGLE_WINDOW_{name} is .*; allowed: ."):
        from_environment({f"SINGLE_WINDOW_{name}": value})


def test_a_setting_that_is_none_is_refused_and_its_value_not_shown() -> None:
    with pytest.raises(UnknownSetting, match="SINGLE_WINDOW_DATABSE; did you mean SINGLE_WINDOW_DATABASE") as refused:
        from_environment({"SINGLE_WINDOW_DATABSE": "postgresql://u:geheim@h/x"})
    assert "geheim" not in str(refused.value)


def test_what_is_for_tests_or_for_others_is_left_alone() -> None:
    assert from_environment({"SINGLE_WINDOW_TEST_SERVICES": "required", "SINGLE_WINDOWS": "7"}) == Settings()


@each(
    ("address", "shown"),
    [
        ("amqp://u:geheim@h/v", "amqp://u:***@h/v"),
        ("amqp://u:ge@heim@h/v", "amqp://u:***@h/v"),
        ("amqp://u:ge/heim@h/v", "amqp://u:***@h/v"),
        ("amqp://u:geheim geheim@h/v", "amqp://u:***@h/v"),
        ("at 'amqp://:geheim@h/v' and amqp://u@h", "at 'amqp://:***@h/v' and amqp://u@h"),
        ("postgresql:///x?user=u&password=geheim&host=h", "postgresql:///x?user=u&password=***&host=h"),
        ("http://127.0.0.1:8642/readyz", "http://127.0.0.1:8642/readyz"),
        ("http://127.0.0.1:8642\n@cached", "http://127.0.0.1:8642\n@cached"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown
