"""A message type is added by data alone: two entries of the catalogue, a schema, and a participant that sends it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import schemas
from tests.databases import made_data

SCHEMAS = Path(schemas.__file__).parent
ENTRIES = """

[[message]]
code = "PriceFiling"
kind = "price_filing"
title_zh = "价格备案"
title_en = "Price filing"
namespace = "urn:single-window:gateway"
schema = "gateway/PriceFiling.xsd"
document = "PriceFiling"
head = "PriceFilingHead"
line = "PriceFilingList"
key = ["ebcCode", "copNo"]
sender = "merchant"
answered_by = "PriceFilingReturn"
invalid = "-997001"
too_many = "-997006"
lifecycle = "document"
[message.handling]
gateway = "customs"
matched_by = "copNo"
identified_by = ["ebcCode", "copNo"]
duplicate = { missing = "-997002", exists = "-997003", used = "-997004", old = "-997005", no_operation = "-997004" }
shown = ["copNo", "ebcCode", "ebcName"]
shown_of_lines = ["gnum", "itemNo", "gname"]

[[message]]
code = "PriceFilingReturn"
kind = "price_filing_receipt"
title_zh = "价格备案回执"
title_en = "Price filing receipt"
namespace = "urn:single-window:gateway"
schema = "gateway/PriceFiling.xsd"
document = "PriceFilingReturn"
key = ["ebcCode", "copNo"]
sender = "port"
"""


def of_prices(text: str) -> str:
    return text.replace("GoodsFiling", "PriceFiling")


WORDLESS = ENTRIES.replace('old = "-997005"', 'old = "-506016"')
CALLS = """
import json, sys
from click.testing import CliRunner
from single_window.cli import main

results = [CliRunner().invoke(main, words) for words in json.loads(sys.argv[1])]
assert not any(result.exit_code for result in results), [result.output for result in results]
print(json.dumps([result.stdout for result in results]))
"""


def single_window(where: Path, *calls: Sequence[str]) -> list[str]:
    """What commands say, called one after the other in a process that has the schemas and the catalogue of a folder."""
    made_data(where / "data")
    environment = {**os.environ, "PYTHONPATH": str(where), "SINGLE_WINDOW_DATA": str(where / "data"), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", CALLS, json.dumps(calls)],
        cwd=where,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return list(json.loads(done.stdout))


def test_a_message_type_that_no_rule_reads_is_taken_in_answered_and_shown(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    catalogue = tmp_path / "schemas" / "catalogue.toml"
    catalogue.write_text(catalogue.read_text("utf-8") + ENTRIES, "utf-8")
    schema = tmp_path / "schemas" / "gateway" / "PriceFiling.xsd"
    schema.write_text(of_prices((SCHEMAS / "gateway" / "GoodsFiling.xsd").read_text("utf-8")), "utf-8")
    message = tmp_path / "prices.xml"
    message.write_text(of_prices((SCHEMAS / "samples" / "GoodsFilingMessage.xml").read_text("utf-8")), "utf-8")

    _, receipts, shown = single_window(
        tmp_path,
        ("submit", str(message)),
        ("receipts", "--mailbox", "DXPENT0000000011", "--json"),
        ("show", "SP202612001"),
    )
    assert [(receipt["type"], receipt["status"]) for receipt in json.loads(receipts)] == [
        ("PriceFilingReturnMessage", "2"),
        ("PriceFilingReturnMessage", "120"),
    ]
    assert "Price filing 价格备案" in shown and "SP202612001" in shown, shown


def test_a_type_whose_codes_lack_words_does_not_load_and_says_which(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    catalogue = tmp_path / "schemas" / "catalogue.toml"
    catalogue.write_text(catalogue.read_text("utf-8") + WORDLESS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "single_window", "sample", "311"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "LANG": "C.UTF-8"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert "PriceFilingMessage, old -506016: no words; add a row to schemas/codes/receipt_texts.csv" in done.stderr
    assert "PriceFilingMessage, old -506016: no remedy; add it to schemas/codes/remedies.toml" in done.stderr
    assert "Traceback" not in done.stderr, done.stderr
