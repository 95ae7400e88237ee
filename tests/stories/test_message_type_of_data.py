"""A message type of data alone: what its entries lack is said before anything loads them.

That a complete one works is proved by its recipe, docs/add/message.md (tests/unit/test_recipes.py)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import schemas
from tests.recipes import FOLDER, steps

SCHEMAS = Path(schemas.__file__).parent
CATALOGUE = "schemas/gateway/customs/catalogue.toml"
ENTRIES, *_NOTICES = (step.text for step in steps((FOLDER / "message.md").read_text("utf-8")) if step.file == CATALOGUE)
WORDLESS = ENTRIES.replace('old = "-997005"', 'old = "-506016"')


def test_a_type_whose_codes_lack_words_does_not_load_and_says_which(tmp_path: Path) -> None:
    shutil.copytree(SCHEMAS, tmp_path / "schemas")
    catalogue = tmp_path / CATALOGUE
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
