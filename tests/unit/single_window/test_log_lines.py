"""A line of the log says when, in UTC and marked so, whatever the machine's own zone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

PROGRAM = ("import structlog, sys; from single_window import logs; logs.configure(sys.stderr); "
           "structlog.get_logger().warning('folder.later', file='order.xml')")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_line_begins_with_its_time_in_utc_and_has_no_colours_for_a_file(zone: str) -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "TZ": zone}, text=True,
                          capture_output=True, check=True).stderr
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) \[warning", said)
    assert found, said
    assert abs(datetime.now(UTC) - datetime.fromisoformat(found.group(1))) < timedelta(minutes=1)
    assert "file=order.xml" in said and "\x1b" not in said
