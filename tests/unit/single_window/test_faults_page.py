"""The page about faults says what is true: its commands work one after the other, and each profile stands there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

from click.testing import Result

from single_window.outcomes.profiles import profiles
from tests.commands import run_command
from tests.tables import each

PAGE = (Path(__file__).parents[3] / "docs/faults.md").read_text("utf-8")
COMMANDS = [line for line in PAGE.partition("```sh\n")[2].partition("```")[0].splitlines() if line]


def call(data: Path, *arguments: str) -> Result:
    return run_command(*arguments, "--data", data)


def test_the_commands_of_the_page_work_one_after_the_other(tmp_path: Path) -> None:
    assert len(COMMANDS) == 6
    for line in COMMANDS:
        result = call(tmp_path, *shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output)


def test_each_profile_has_its_row() -> None:
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE, re.MULTILINE)) == set(profiles())


@each(("language", "message"), [("zh", "海关系统中断"), ("en", "customs is silent")])
def test_profiles_are_listed_in_either_language(language: str, message: str, tmp_path: Path) -> None:
    assert message in call(tmp_path, "faults", "list", "--lang", language).output


def test_what_is_on_is_shown_and_what_is_over_says_what_it_did(tmp_path: Path) -> None:
    call(tmp_path, "sandbox", "create", "ci", "--on", "2026-11-11")
    assert "See: single-window faults list" in call(tmp_path, "faults", "show", "--sandbox", "ci").output
    call(tmp_path, "faults", "on", "a-trickle", "--for", "1h", "--sandbox", "ci")
    assert "a-trickle is on until 2026-11-11T01:00" in call(tmp_path, "faults", "show", "--sandbox", "ci").output
    call(tmp_path, "clock", "advance", "1h", "--sandbox", "ci")
    assert "a-trickle ended at 2026-11-11T01:00" in call(tmp_path, "faults", "show", "--sandbox", "ci").output
    off = json.loads(call(tmp_path, "faults", "off", "--sandbox", "ci", "--json").stdout)
    assert (off["profile"], off["on"], off["done"]) == ("a-trickle", False, 0)
    assert "No fault profile" in call(tmp_path, "faults", "off", "--sandbox", "ci").output


@each(
    ("arguments", "message"),
    [
        (("on", "a-normal-tuesda"), "a-normal-tuesday"),
        (("on", "a-trickle", "--for", "soon"), "30s, 90m, 2h"),
        (("on", "a-trickle", "--sandbox", "none"), "none"),
        (("off", "--sandbox", "none"), "none"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    result = call(tmp_path, "faults", *arguments)
    assert result.exit_code and message in result.output and "Traceback" not in result.output
