"""Commands that others bring: one that cannot be loaded says so and stops nothing; unexpected errors stay one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint

import click
import pytest
from click.testing import CliRunner

from declarations.money import amount_text
from gateways.customs.topics import CUSTOMS
from gateways.topics.topic import Routes
from simulators.command_texts import TEXTS as OTHERS
from single_window.cli import COMMANDS, GROUP, Commands, error_text, load_command, main
from single_window.command_texts import TEXTS
from tests.tables import each


@each("value", ["no_such_module:command", "json:no_such_name", "json:dumps"])
def test_a_command_that_cannot_be_loaded_says_why(value: str) -> None:
    command = load_command(EntryPoint("broken", value, GROUP))
    assert "cannot be loaded" in command.get_short_help_str(200)
    result = CliRunner().invoke(command, ["--any", "thing"])
    assert result.exit_code == 1
    assert "broken" in result.output and value in result.output


def test_a_command_that_can_be_loaded_is_itself() -> None:
    assert load_command(EntryPoint("show", "single_window.cases.declarations.show_command:show", GROUP)).name == "show"


def group(error: Exception) -> click.Group:
    @click.command("fail")
    def fail() -> None:
        raise error

    made = Commands("test", params=[click.Option(["--trace"], is_flag=True)], callback=lambda trace: None)
    made.get_command = lambda ctx, name: fail  # type: ignore[method-assign]
    return made


def test_an_unexpected_error_is_one_line_unless_the_traceback_is_requested() -> None:
    quiet = CliRunner().invoke(group(RuntimeError("deep inside\nmore")), ["fail"])
    assert quiet.exit_code == 1
    assert quiet.output.count("\n") == 1 and "RuntimeError: deep inside" in quiet.output
    assert "Traceback" in CliRunner().invoke(group(RuntimeError("deep inside")), ["--trace", "fail"]).output


def test_an_interrupt_ends_with_one_word() -> None:
    result = CliRunner().invoke(group(KeyboardInterrupt()), ["fail"])  # type: ignore[arg-type]
    assert result.exit_code == 1 and "Aborted" in result.output


def test_a_file_error_names_the_file() -> None:
    assert error_text(PermissionError(13, "Permission denied", "/a/b")) == "/a/b: Permission denied"


def test_what_this_project_says_of_an_error_needs_no_other_words() -> None:
    routes = (("customs", CUSTOMS.topics.values()), ("twice", CUSTOMS.topics.values()))
    assert told(lambda: Routes(routes)).endswith("is declared twice.")
    assert told(lambda: CUSTOMS.topic("customs.nothing")).startswith("The gateway 'customs' does not handle")


def test_an_error_that_nobody_worded_is_told_with_its_type() -> None:
    assert told(lambda: int("x")).startswith("Something went wrong that should not have: ValueError: ")
    inside = told(lambda: amount_text("x"))  # type: ignore[arg-type]
    assert inside.startswith("Something went wrong that should not have: TypeError: ")


def told(failing: Callable[[], object]) -> str:
    with pytest.raises(Exception) as caught:
        failing()
    return error_text(caught.value)


HEAVY = {
    "alembic",
    "faker",
    "flask",
    "jinja2",
    "kombu",
    "lxml",
    "msgspec",
    "pygments",
    "rich",
    "sqlalchemy",
    "structlog",
}


def imported_by(*words: str) -> set[str]:
    """The packages that are loaded once a command has been called."""
    calling = f"import sys; from single_window.cli import main; main({list(words)!r}, standalone_mode=False)"
    called = f"try:\n exec({calling!r})\nexcept Exception: pass\nimport sys; print(sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", called], capture_output=True, text=True, check=True).stdout
    names = {part.strip("[]' ") for part in result.splitlines()[-1].split(",")}
    assert "single_window.cli" in names
    return {*names, *(name.partition(".")[0] for name in names)}


@each("option", ["--help", "--version", "--no-such-option"])
def test_what_a_list_of_commands_or_a_version_does_not_need_is_not_imported(option: str) -> None:
    assert not imported_by(option) & HEAVY


def test_a_process_that_only_works_does_not_hold_what_answers_http() -> None:
    """The call ends for want of a broker, when everything is loaded."""
    loaded = imported_by("work", "trades")
    assert "single_window.process.working" in loaded
    assert not loaded & {"flask", "apiflask", "marshmallow", "single_window.api", "single_window.console"}


def test_each_command_has_its_own_words_in_the_list() -> None:
    context = click.Context(main)
    assert set(TEXTS) == set(COMMANDS) and not set(TEXTS) & set(OTHERS)
    assert set(main.list_commands(context)) <= {*TEXTS, *OTHERS}
    for name, text in {**TEXTS, **OTHERS}.items():
        command = main.get_command(context, name)
        assert command is not None and command.get_short_help_str(1_000) == text, name


def test_a_command_of_which_there_is_no_line_is_loaded_for_it() -> None:
    @click.command("mine", short_help="Do mine.")
    def mine() -> None:
        """Do what is mine."""

    made = Commands("test", commands={"mine": mine})
    made.list_commands = lambda ctx: ["mine", "show"]  # type: ignore[method-assign]
    made.get_command = lambda ctx, name: {"mine": mine}[name]  # type: ignore[method-assign]
    shown = CliRunner().invoke(made, ["--help"]).output
    assert "mine  Do mine." in shown and "show  Tell the story of a number" in shown


def test_names_of_commands_are_completed_with_their_lines() -> None:
    (completion,) = [choice for choice in main.shell_complete(click.Context(main), "conf") if choice.type == "plain"]
    assert completion.value == "conformance" and completion.help.startswith("Show the progress of a participant")


def test_a_command_ends_without_looking_for_garbage_in_what_it_leaves() -> None:
    text = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 1_000)); import single_window.cli"
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert ended.stdout == "True\n", "the interpreter looks through all that is not frozen"
