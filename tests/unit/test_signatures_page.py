"""The page about signatures is true: its commands do what it says, its codes are those of the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from schemas.catalogue import entries
from schemas.wording import words
from single_window.intake.signatures import REASONS
from tests.commands import run_command
from tools.key_control.cards import ERRORS

PAGE = (Path(__file__).parents[2] / "docs" / "signatures.md").read_text("utf-8")


def test_its_commands_work_as_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[:3]:
        for line in block.splitlines():
            command, _, target = line.partition(" > ")
            result = run_command(*shlex.split(command)[1:])
            assert result.exit_code == 0, (line, result.output)
            if target:
                Path(target).write_bytes(result.stdout_bytes)
    assert Path("ours.bin").stat().st_size == 729


def test_every_code_of_a_kind_is_on_it() -> None:
    codes = {
        code
        for entry in entries()
        for code in (entry.signature_invalid, entry.signature_missing, entry.signature_differs, entry.signature_holder)
        if code
    }
    assert [code for code in sorted(codes) if code not in PAGE] == []


def test_every_finding_reason_and_error_is_on_it() -> None:
    findings = [
        code
        for code in words()
        if code.startswith("signature-") and code not in {"signature-missing", "signature-dialect"}
    ]
    assert [finding for finding in findings if finding.removeprefix("signature") not in PAGE] == []
    assert [reason for reason in {*REASONS.values(), *ERRORS} if reason not in PAGE] == []
