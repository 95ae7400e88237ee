"""Views after a scenario: what is read, in which form it is compared, and what is said of a difference."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulators.entry.command_lines import CommandProcess
from simulators.entry.windows import SandboxClient
from simulators.scenarios.command import scenario
from simulators.scenarios.expecting import Mismatch
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario
from simulators.scenarios.views.forms import TYPED, forms_of
from simulators.scenarios.views.known import FOLDER, Seen, known_views, mismatches
from simulators.scenarios.views.officers import WindowInside
from simulators.scenarios.views.plain import PlainForm
from simulators.scenarios.views.reading import View
from simulators.scenarios.views.whole import WholeForm

PLAYED = "import-released"
PAGE = "<html><body><nav>rail</nav>{}</body></html>"


def plain(content: object, sandbox: str = "mine-1") -> str:
    return PlainForm(sandbox).text(View("shape", "/address", 200, content))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"id": 4, "state": "released"}, {"id": 9, "state": "released"}),
        ({"message_id": "4"}, {"message_id": "9"}),
        ({"links": {"self": "/api/v1/summaries/4"}}, {"links": {"self": "/api/v1/summaries/9"}}),
        ({"at": "2026-11-25T20:00:00Z", "x": 1}, {"at": "2026-11-26T20:00:00Z", "x": 1}),
        ({"receipts": [{"status": "2"}, {"status": "3"}]}, {"receipts": [{"status": "3"}, {"status": "2"}]}),
        (PAGE.format("<a href='/messages/4'>4</a>"), PAGE.format("<a href='/messages/9'>9</a>")),
        (PAGE.format("<b>10:00</b><b>released</b>"), PAGE.format("<b>released</b><b>10:00</b>")),
        (PAGE.format("<p>elsewhere: <a href='/review?sandbox=a'>a (1)</a></p>"), PAGE.format("")),
        (PAGE.format("<input type=hidden name=csrf_token value=a>"), PAGE.format("")),
    ],
)
def test_what_only_the_machine_decides_is_not_compared(one: object, other: object) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tax": "9.10"}, {"tax": "9.11"}),
        ({"codes": ["1327", "1332"]}, {"codes": ["1332", "1327"]}),
        ({"quantity": 4}, {"quantity": 9}),
        ({"order_no": "4"}, {"order_no": "9"}),
        (PAGE.format("<td>9.10</td>"), PAGE.format("<td>9.11</td>")),
        (PAGE.format("<button name=act value=a>b</button>"), PAGE.format("<button name=act value=c>b</button>")),
        (PAGE.format("<a href='/refunds'>claims</a>"), PAGE.format("<a href='/refunds'>claim</a>")),
    ],
)
def test_what_somebody_sees_is_compared(one: object, other: object) -> None:
    assert plain(one) != plain(other)


def test_a_sandbox_has_another_name_each_time() -> None:
    assert plain({"story": "of mine-1"}, "mine-1") == plain({"story": "of mine-2"}, "mine-2")


def test_a_view_that_differs_is_new_or_missing_is_named() -> None:
    seen = [Seen("/refunds", ("200\n{}",)), Seen("/new", ("200\n[]",)), Seen("/same", ("200\n",))]
    known = {"/refunds": "00000000", "/gone": "11111111", "/same": seen[2].digest}
    assert [miss.expected.split()[0] for miss in mismatches(seen, known)] == ["/gone", "/new", "/refunds"]


def test_a_view_that_breaks_is_wrong_whatever_is_known() -> None:
    broken = Seen("page /refunds", ("500\nan error",))
    (miss,) = mismatches([broken], {"page /refunds": broken.digest})
    assert "HTTP 500" in miss.parting


def test_every_shipped_scenario_has_known_views_and_no_other() -> None:
    named = {path.stem: path.parent.name for path in shipped_scenarios().values()}
    known = {name: file.stem for file in FOLDER.glob("*.csv") for name in known_views(file.stem)}
    assert known == named, "make views writes them"


OFF_IN_SCENARIOS = ("/calls",)
"""What a window answers only where it is told to keep it; scenarios are played without."""


def statuses_of(view: str) -> Collection[str]:
    """What may be known of a view: a command line, what officers do and what they may not read may be refused."""
    if view.startswith("$ "):
        return {"0", "1", "2"}
    if view in OFF_IN_SCENARIOS:
        return {"404"}
    acts = any(word in view for word in (" does ", " presses ", " in the end"))
    return {"200", "302", "303", *(("400", "403", "404", "409", "422") if acts else ())}


def test_no_known_view_is_an_error() -> None:
    for file in sorted(FOLDER.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                assert row["status"] in statuses_of(row["view"]), (file.name, row["view"])


@pytest.mark.long
def test_a_scenario_is_looked_at_and_written(tmp_path: Path) -> None:
    called = CliRunner().invoke(scenario, ["run", PLAYED, "--known", "--seen", str(tmp_path / "seen")])
    assert called.exit_code == 0, called.output
    written = (tmp_path / "seen" / f"{PLAYED}.txt").read_text("utf-8")
    assert "== /receipts\n200\n" in written and "== page /declarations/…\n200\n" in written
    refused = CliRunner().invoke(scenario, ["run", PLAYED, "--known", "--url", "http://127.0.0.1:1"])
    assert refused.exit_code == 2 and "without --url" in refused.output


@pytest.mark.parametrize(("wrong", "played", "passed"), [(0, 1, True), (1, 2, True), (2, 2, False)])
def test_what_is_seen_otherwise_once_is_played_once_more(wrong: int, played: int, passed: bool) -> None:
    looks: list[str] = []

    def look(sandbox: SandboxClient, scenario: ScenarioFile, inside: WindowInside | None = None) -> Sequence[Mismatch]:
        looks.append(sandbox.name)
        return [Mismatch("/refunds as known", "", "it differs")] if len(looks) <= wrong else []

    (result,) = run([read_scenario(shipped_scenarios()[PLAYED])], look=look)
    assert (len(set(looks)), result.ok) == (played, passed)


FORM = "<form action='/review/cases' method=post>{}<button name=act value=armed>go</button></form>"


def whole(content: str) -> str:
    return WholeForm("mine-1").text(View("shape", "/address", 200, PAGE.format(content)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<b>10:00</b><b>released</b>", "<b>released</b><b>10:00</b>"),
        ("<a href='/review?sort=due'>x</a>", "<a href='/review?sort=age'>x</a>"),
        (FORM.format("<input type=hidden name=act value=a>"), FORM.format("<input type=hidden name=act value=b>")),
        (FORM.format("<input type=radio name=chosen value=a>"), FORM.format("<input type=radio name=chosen value=b>")),
        ("<select name=desk><option selected>a</select>", "<select name=desk><option>a</select>"),
    ],
)
def test_of_officers_pages_everything_is_compared(one: str, other: str) -> None:
    assert whole(one) != whole(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<input type=hidden name=csrf_token value=a>", "<input type=hidden name=csrf_token value=b>"),
        (
            "<input type=checkbox name=case value='declaration~4~1'>",
            "<input name=case type=checkbox value='declaration~9~1'>",
        ),
        ("<a href='/declarations/12?sandbox=mine-1'>x</a>", "<a href='/declarations/34?sandbox=mine-1'>x</a>"),
        (
            "<ol id=history></ol><div id=history><ol><li>a<li>b</ol></div>",
            "<ol id=history></ol><div id=history><ol><li>b<li>a</ol></div>",
        ),
    ],
)
def test_what_is_another_in_each_window_is_not_compared_on_officers_pages(one: str, other: str) -> None:
    assert whole(one) == whole(other)


def test_a_form_sends_what_a_browser_would() -> None:
    fields = "<input type=hidden name=version value=1><input type=checkbox name=case value=x><input name=reason>"
    choices = (
        "<input type=radio name=armed value=a><input type=radio name=armed value=b><select name=s><option>t</select>"
    )
    (form,) = forms_of(PAGE.format(FORM.format(fields + choices)))
    sent = form.values(["x"], form.acts[1])
    assert form.ticks == ["x"] and form.armed == ["a", "b"] and form.is_decision
    assert sent == [("version", "1"), ("case", "x"), ("reason", TYPED), ("s", "t"), ("armed", "b"), ("act", "b")]


def test_command_lines_are_run_in_another_process(tmp_path: Path) -> None:
    with CommandProcess(tmp_path) as process:
        listed, unknown = process.run(["faults", "list"]), process.run(["nothing"])
    assert listed.status == 0 and "customs" in listed.text
    assert unknown.status == 2 and "nothing" in unknown.text
