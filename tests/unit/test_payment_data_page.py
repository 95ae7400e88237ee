"""The page about payment data is true: its commands and its platform run, its findings are those of the program."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from schemas.payment_data import codes, fields, upload
from schemas.wording import words
from single_window.channels.platform_calls import PAUSES_MS
from single_window.intake.payment_uploads import MAX_UPLOADS
from tests.chaos.programs import Program, until
from tests.commands import run_command
from tests.receivers import free_port
from tests.running import address, environment, logged, running

PAGE = (Path(__file__).parents[2] / "docs" / "payment-data-179.md").read_text("utf-8")
(PLATFORM,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.environ", environment(tmp_path, webhook_private=1))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(block: str, port: int) -> str:
    """Run the commands of a block; gives what the last of them says as JSON."""
    outcome = ""
    for line in block.splitlines():
        command, _, target = line.replace("8179", str(port)).partition(" > ")
        if command.startswith("export"):
            continue
        result = run_command(*shlex.split(command)[1:], *([] if target else ["--json"]))
        assert result.exit_code == 0, (line, result.output)
        if target:
            Path(target).write_bytes(result.stdout_bytes)
        outcome = result.stdout
    return outcome


@pytest.mark.long
def test_it_works_as_it_is_written(place: Path) -> None:
    port = free_port()
    run(BLOCKS[0], port)
    (place / "shop.py").write_text(PLATFORM, "utf-8")
    key = next((place / "keys").glob("*.key"))
    assert key.name == "01000001.key" and "keys/01000001.key 01000001" in PAGE
    with running("run --port 0", place, webhook_private=1) as window:
        platform = Program(
            "platform",
            [sys.executable, "shop.py", address(window), str(port), str(key), key.stem],
            place / "platform.log",
            environment(place),
        )
        platform.start()
        try:
            run(BLOCKS[1], port)
            logged(platform, r'"code":"10000"')
            until(
                lambda: json.loads(run(BLOCKS[1].splitlines()[1], port))["requests"][0]["verdict"] == "right",
                30,
                "it is right",
            )
        finally:
            platform.stop(patience=10)
    run(BLOCKS[2], port)


def test_every_finding_is_on_it() -> None:
    known = {code for code in words() if code.startswith("payment-")}
    assert sorted(code for code in known if f"`{code}`" not in PAGE) == []
    assert set(re.findall(r"`(payment-[a-z-]+)`", PAGE)) - {"payment-request"} <= known


def test_its_codes_and_bounds_are_those_of_the_program() -> None:
    assert [code for code in codes.UploadCode if f"| {code} |" not in PAGE] == []
    assert f"{upload.MAX_BYTES:,} bytes, {upload.MAX_DEPTH} levels" in PAGE
    assert f"{fields.MAX_LISTS} orders, {fields.MAX_GOODS} goods each, {MAX_UPLOADS} uploads" in PAGE
    assert PAUSES_MS == (5_000, 20_000) and "5 and 20 seconds" in PAGE
