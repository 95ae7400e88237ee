"""A command is a row about a call: the path gives the arguments, options the fields, a kind its list and show."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from single_window.cases.batches.answers import BATCH_KIND
from single_window.cases.port.answers import PORT_KIND
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_evidence
from single_window.frame.commands.rows import CommandGroup, Listed, Single, case_commands, limit
from single_window.frame.commands.through_api import PARTICIPANT, pages
from single_window.language.words import Words
from single_window.process.serving import Server
from single_window_client import SandboxClient, WindowClient
from tests.commands import run_command
from tests.receivers import receiving

DAY = click.DateTime(["%Y-%m-%d"])


class VisitOut(msgspec.Struct):
    number: str


class VisitsOut(msgspec.Struct):
    visits: tuple[VisitOut, ...]
    next: int | None


A_CASE = {
    "case_no": "GA1",
    "state_words": Words("待处理", "open"),
    "container_no": "QDXU1000015",
    "reasons": [SimpleNamespace(zh="迟", en="late")],
    "kinds": ("damaged",),
    "more": 3,
    "none": msgspec.UNSET,
    "history": (),
}


class TwoPages(SandboxClient):
    """A sandbox whose lists have two pages."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def call(self, method: str, path: str, *, query: Any = None, **how: Any) -> Any:
        self.asked.append(dict(query))
        return {"cases": [len(self.asked)], "next": 7 if len(self.asked) == 1 else None}


def answers(value: Any) -> Any:
    """An answer of a window, as JSON."""
    body = json.dumps(value).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def visits() -> CommandGroup:
    group = CommandGroup("visit", "Visits.")
    group.row(
        "plan",
        "POST /offices/{office}/visits/{number}",
        "Plan a visit.",
        "Visit {number} of {office} is {answer[state]}.",
        options=(
            click.argument("office"),
            click.argument("day", type=DAY),
            click.option("--to", "target"),
            click.option("--officer"),
            click.option("--note"),
            PARTICIPANT,
        ),
        examples=("4200 7 2026-12-01",),
        body={"kind": "spot"},
    )
    return group


def run(group: click.Group, *words: str, url: str, code: int = 0) -> str:
    result = CliRunner().invoke(group, [*words, "--url", url], env={"LANG": "C", "LC_ALL": ""})
    assert result.exit_code == code, result.output
    return result.output


def test_places_of_the_path_are_arguments_and_options_are_fields() -> None:
    words = ["plan", "4200/1", "7", "2026-12-01", "--to", "x:y", "--officer", "li", "--participant", "A1"]
    with receiving(answers({"state": "planned"})) as window:
        output = run(visits(), *words, url=f"http://127.0.0.1:{window.port}")
    (posted,) = window.posted
    assert posted.path == "/api/v1/offices/4200%2F1/visits/7"
    assert json.loads(posted.body) == {
        "day": "2026-12-01",
        "url": "x:y",
        "account": "li",
        "by": "A1",
        "kind": "spot",
    }, "an option that is not given is left out"
    assert output == "Visit 7 of 4200/1 is planned.\n"


def test_with_json_the_answer_is_printed_unchanged() -> None:
    with receiving(answers({"state": "planned", "more": [1]})) as window:
        output = run(visits(), "plan", "4200", "7", "2026-12-01", "--json", url=f"http://127.0.0.1:{window.port}")
    assert json.loads(output) == {"state": "planned", "more": [1]}


def test_help_has_the_arguments_in_the_order_of_the_path_and_the_whole_example() -> None:
    shown = CliRunner().invoke(visits(), ["plan", "--help"], prog_name="visit").output
    assert "plan [OPTIONS] OFFICE NUMBER [%Y-%m-%d]" in shown
    assert "Example:\n    single-window visit plan 4200 7 2026-12-01" in shown


def test_an_option_that_every_command_has_is_refused_when_it_is_declared() -> None:
    with pytest.raises(ValueError, match="visit list: every command has an option url already"):
        CommandGroup("visit", "").row(
            "list",
            "GET /visits",
            "",
            "",
            options=(click.option("--to", "url"),),
        )


def test_records_are_a_table_or_a_sentence() -> None:
    group = CommandGroup("visit", "Visits.")
    listed: Listed[dict[str, Any]] = Listed(list, (("no.", lambda visit: visit["number"]),), "None; see: x{scope}")
    group.row(
        "list",
        "POST /visits",
        "List visits.",
        listed,
        options=(limit(100),),
        within="visits",
    )
    with receiving(answers({"visits": [{"number": "V7"}]}), answers({"visits": []})) as window:
        url = f"http://127.0.0.1:{window.port}"
        assert "V7" in run(group, "list", url=url)
        assert run(group, "list", "--sandbox", "s", url=url) == "None; see: x --sandbox s\n"
    assert json.loads(window.posted[0].body) == {"limit": 50}


def test_a_kind_without_commands_of_its_own_is_listed_and_shown_by_its_columns(server: Server) -> None:
    with WindowClient(server.url) as client:
        sandbox = client.make_sandbox("rows")
    where = ["--sandbox", sandbox.name]
    run_command("batch", "open", "I", "4200", "9610", "--url", server.url, *where, code=0)
    group = case_commands(BATCH_KIND, "Batches.")
    assert "List batch" in CliRunner().invoke(group, ["list", "--help"]).output
    (batch,) = json.loads(run(group, "list", "--json", *where, url=server.url))["batches"]
    number = batch["batch_no"]
    assert number in run(group, "list", *where, url=server.url)
    shown = run(group, "show", number, *where, url=server.url)
    assert number in shown and "office" in shown and "4200" in shown and "batch_opened" not in shown
    assert "single-window batch list" in run(group, "show", "NONE", *where, url=server.url, code=1)


def test_a_command_fails_if_its_answer_does_not_hold() -> None:
    group = CommandGroup("visit", "Visits.")
    group.row("check", "POST /visits/check", "", "{answer[state]}", holds=lambda answer: answer["state"] == "good")
    with receiving(answers({"state": "good"}), answers({"state": "bad"}), answers({"state": "bad"})) as window:
        url = f"http://127.0.0.1:{window.port}"
        assert run(group, "check", url=url) == "good\n"
        assert run(group, "check", url=url, code=1) == "bad\n"
        assert json.loads(run(group, "check", "--json", url=url, code=1)) == {"state": "bad"}


def test_a_function_says_of_which_type_the_answer_is() -> None:
    def show(call: Call, visit: VisitOut) -> None:
        call.print_line(f"visit {visit.number}")

    group = CommandGroup("visit", "Visits.")
    group.row("show", "POST /visits/{number}", "", show)
    group.row("one", "POST /visits/{number}", "", Single(VisitOut, (("no.", lambda visit: visit.number),)))
    with receiving(answers({"number": "V7"}), answers({"number": "V8"}), answers({"other": 1})) as window:
        url = f"http://127.0.0.1:{window.port}"
        assert run(group, "show", "V7", url=url) == "visit V7\n"
        assert "V8" in run(group, "one", "V8", url=url)
        assert "unexpected structure" in run(group, "show", "V9", url=url, code=1)


def test_a_list_says_how_its_next_page_is_asked_for() -> None:
    group = CommandGroup("visit", "Visits.")
    columns: Columns[VisitOut] = (("no.", lambda visit: visit.number),)
    group.row("list", "POST /visits", "List visits.", Listed(VisitsOut, columns, following="before"))
    first, last = ({"visits": [{"number": "V7"}], "next": after} for after in (7, None))
    with receiving(answers(first), answers(last)) as window:
        url = f"http://127.0.0.1:{window.port}"
        assert run(group, "list", url=url).endswith("More: --before 7\n")
        assert "More" not in run(group, "list", url=url)


def test_a_case_is_shown_with_its_evidence() -> None:
    group = CommandGroup("visit", "Visits.")
    columns: Columns[str] = (("kind 类别", str),)
    show = show_evidence(
        PORT_KIND,
        lambda case: case.container_no,
        ("kinds", columns),
        ("more", lambda call, more: call.print_line(f"more: {more}")),
        ("none", lambda call, more: call.print_line("nobody reads this")),
    )
    group.row("show", "POST /visits/{number}", "", lambda call, answer: show(call, SimpleNamespace(**A_CASE)))
    with receiving(answers({})) as window:
        lines = run(group, "show", "V7", url=f"http://127.0.0.1:{window.port}").splitlines()
    assert lines[:2] == ["GA1  open  QDXU1000015", "  late"]
    assert "damaged" in "".join(lines) and "more: 3" in lines and "nobody reads this" not in lines


def test_all_pages_are_read() -> None:
    sandbox = TwoPages()
    read = list(pages(sandbox, "/visits", {"limit": 1, "before": 9}, by="before"))
    assert [page["cases"] for page in read] == [[1], [2]]
    assert sandbox.asked == [{"limit": 1, "before": 9}, {"limit": 1, "before": 7}]
