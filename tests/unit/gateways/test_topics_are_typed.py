"""mypy refuses a row of a gateway's table that does not fit: another payload's handler or key, a lock not its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.sources import ROOT

ROWS = """
from gateways.customs import release
from gateways.gateway import Gateway
from gateways.tax import assessment
from gateways.tax.topics import TaxLock, lock_rows
from gateways.topics.customs import TaxAssessed
from gateways.topics.shared import DocumentFiled, declaration_id
from gateways.topics.tax import TaxDropped
from gateways.topics.topic import Topic

FITS = Topic("tax.dropped", TaxDropped, assessment.handle_dropped, TaxLock.BILL, declaration_id)
OTHER_HANDLER = Topic("tax.dropped", TaxDropped, assessment.handle_requested, TaxLock.BILL, declaration_id)
OTHER_KEY = Topic("tax.dropped", TaxDropped, assessment.handle_dropped, TaxLock.BILL, lambda dropped: dropped.other_key)
KEY_OF_NONE = Topic("import.order", DocumentFiled, print, TaxLock.BILL, declaration_id)
NO_LOCK = Topic("tax.dropped", TaxDropped, assessment.handle_dropped, TaxLock.CLAIM, declaration_id)
OTHER_LOCK = Gateway("tax", [Topic("tax.dropped", TaxDropped, assessment.handle_dropped, "bill")], lock_rows)
OTHER_DESK = Gateway("tax", [Topic("tax.assessed", TaxAssessed, release.handle_assessed, TaxLock.BILL)], lock_rows)
GATEWAY = Gateway("tax", [FITS], lock_rows)
"""


@pytest.mark.long
def test_mypy_refuses_rows_that_do_not_fit(tmp_path: Path) -> None:
    table = tmp_path / "table.py"
    table.write_text(ROWS, "utf-8")
    called = [sys.executable, "-m", "mypy", f"--config-file={ROOT / 'pyproject.toml'}", "--follow-imports=silent"]
    # in a process of its own: mypy changes how deep this one may call
    ran = subprocess.run([*called, f"--cache-dir={ROOT / '.mypy_cache'}", str(table)], capture_output=True, text=True)
    found = ran.stdout
    assert not ran.stderr
    refused = {int(line) for line in re.findall(r"table\.py:(\d+): error", found)}
    names = {ROWS.splitlines()[line - 1].split(" =")[0] for line in refused}
    assert names == {"OTHER_HANDLER", "OTHER_KEY", "KEY_OF_NONE", "NO_LOCK", "OTHER_LOCK", "OTHER_DESK"}, found
