"""The options and arguments of a command are the parameters of its function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click
import pytest
from click.testing import CliRunner

from single_window.frame.commands.local import LocalGroup
from single_window.frame.commands.options import EXISTING_FILE, argument, from_signature, option

told: list[Any] = []


def told_by(function: Callable[..., Any], *words: str) -> Any:
    """What a function is called with by these words; the output if it is not called."""
    told.clear()
    result = CliRunner().invoke(click.command()(from_signature(function)), words)
    assert result.exit_code == (0 if told else 2), result.output
    return told[0] if told else result.output


def plain(number: str, other: str | None, rest: tuple[str, ...]) -> None:
    told.append((number, other, rest))


def kinds(
    yes: bool = option("A flag."),
    count: int = option("A number.", default=3),
    name: str = option("A text.", default=""),
    flow: Literal["I", "E"] | None = option("One of two."),
    day: datetime | None = option("A day."),
    out: Path | None = option("A file.", "--file"),
    several: Sequence[str] = option("Many.", "--one"),
) -> None:
    told.append((yes, count, name, flow, day, out, several))


def wanted(kind: str = argument("KIND", type=click.Choice(["a", "b"])), must: str = option("A must.")) -> None:
    told.append((kind, must))


@dataclass(frozen=True, slots=True)
class Wishes:
    """Options of a command as one value."""

    name: str
    days: int = option("Days.", type=click.IntRange(1, 5), default=2)
    left: str | None = None


@click.option("--left", help="As a decorator says.")
def with_value(before: str, wishes: Wishes, after: bool = option()) -> None:
    told.append((before, asdict(wishes), after))


def test_a_parameter_without_a_default_is_an_argument_that_must_be_given_unless_it_may_be_none_or_many() -> None:
    assert told_by(plain, "a") == ("a", None, ())
    assert told_by(plain, "a", "b", "c", "d") == ("a", "b", ("c", "d"))
    assert "Missing argument 'NUMBER'" in told_by(plain)


def test_names_types_and_defaults_are_those_of_the_parameters() -> None:
    assert told_by(kinds) == (False, 3, "", None, None, None, ())
    words = ["--yes", "--count", "7", "--name", "x", "--flow", "E", "--day", "2026-12-01", "--file", "f", "--one", "1"]
    assert told_by(kinds, *words, "--one", "2") == (True, 7, "x", "E", datetime(2026, 12, 1), Path("f"), ("1", "2"))
    assert "'x' is not a valid integer" in told_by(kinds, "--count", "x")
    assert "'X' is not one of 'I', 'E'" in told_by(kinds, "--flow", "X")


def test_a_default_is_shown_unless_it_is_empty() -> None:
    shown = (
        told_by(kinds, "--bad", "--help") + CliRunner().invoke(click.command()(from_signature(kinds)), "--help").output
    )
    assert "A number.  [default: 3]" in shown
    assert shown.count("[default:") == 1


def test_an_option_without_a_default_must_be_given() -> None:
    assert told_by(wanted, "a", "--must", "x") == ("a", "x")
    assert "Missing option '--must'" in told_by(wanted, "a")
    assert "'c' is not one of 'a', 'b'" in told_by(wanted, "c", "--must", "x")


def test_a_dataclass_stands_for_its_fields_in_its_place() -> None:
    assert told_by(with_value, "1", "2", "--days", "4", "--left", "l", "--after") == (
        "1",
        {"name": "2", "days": 4, "left": "l"},
        True,
    )
    assert "is not in the range 1<=x<=5" in told_by(with_value, "1", "2", "--days", "9")
    names = [param.name for param in click.command()(from_signature(with_value)).params]
    assert names == ["before", "name", "days", "left", "after"]


@pytest.mark.parametrize("given", [1, 2])
def test_leading_parameters_are_not_from_the_command_line(given: int) -> None:
    made = click.command()(from_signature(plain, given))
    assert [param.name for param in made.params] == ["number", "other", "rest"][given:]


def test_a_file_must_exist_where_its_type_says_so(tmp_path: Path) -> None:
    group = LocalGroup("test", "A test.")

    @group.local()
    def read(call: Any, file: Path = argument(type=EXISTING_FILE)) -> None:
        """Read."""
        told.append(file)

    there = tmp_path / "there"
    there.touch()
    told.clear()
    assert CliRunner().invoke(group, ["read", str(there)]).exit_code == 0
    assert told == [there]
    assert "does not exist" in CliRunner().invoke(group, ["read", str(tmp_path / "absent")]).output
