"""Commands that others bring: one that cannot be loaded says so and stops nothing; unexpected errors stay one line."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import click
from click.testing import CliRunner

from single_window.cli import GROUP, Commands, loaded, told
from tests.tables import each


@each("value", ["no_such_module:command", "json:no_such_name", "json:dumps"])
def test_a_command_that_cannot_be_loaded_says_why(value: str) -> None:
    command = loaded(EntryPoint("broken", value, GROUP))
    assert "cannot be loaded" in command.get_short_help_str(200)
    result = CliRunner().invoke(command, ["--any", "thing"])
    assert result.exit_code == 1
    assert "broken" in result.output and value in result.output


def test_a_command_that_can_be_loaded_is_itself() -> None:
    assert loaded(EntryPoint("show", "single_window.commands.show:show", GROUP)).name == "show"


def group(error: Exception) -> click.Group:
    @click.command("fail")
    def fail() -> None:
        raise error

    made = Commands("test", params=[click.Option(["--trace"], is_flag=True)], callback=lambda trace: None)
    made.get_command = lambda ctx, name: fail  # type: ignore[method-assign]
    return made


def test_an_unexpected_error_is_one_line_unless_it_is_asked_for() -> None:
    quiet = CliRunner().invoke(group(RuntimeError("deep inside\nmore")), ["fail"])
    assert quiet.exit_code == 1
    assert quiet.output.count("\n") == 1 and "RuntimeError: deep inside" in quiet.output
    assert "Traceback" in CliRunner().invoke(group(RuntimeError("deep inside")), ["--trace", "fail"]).output


def test_an_interrupt_ends_with_one_word() -> None:
    result = CliRunner().invoke(group(KeyboardInterrupt()), ["fail"])  # type: ignore[arg-type]
    assert result.exit_code == 1 and "Aborted" in result.output


def test_a_file_error_names_the_file() -> None:
    assert told(PermissionError(13, "Permission denied", "/a/b")) == "/a/b: Permission denied"
