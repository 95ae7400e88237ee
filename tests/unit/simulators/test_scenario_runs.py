"""`single-window scenario`: what it says where a story parts from what was expected, how it ends, where it plays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from simulators.entry.windows import WindowClient, ephemeral_window
from simulators.scenarios.command import scenario
from tests.unit.simulators.test_scenario_reading import BEGINNING, written

SENT = '\n[[step]]\nsend = "documents"\n'


def called(*words: str) -> Result:
    return CliRunner().invoke(scenario, list(words))


def run(folder: Path, steps: str, *options: str, beginning: str = BEGINNING) -> Result:
    return called("run", str(written(folder, beginning + steps)), *options)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ephemeral_window() as own:
        yield own.url


def expect(*lines: str) -> str:
    return "\n".join(["", "[[step]]", *lines, ""])


UNKNOWN_SAMPLE = """
[[step]]
send = "SampleRecord"
head = { sampleNo = "S1", ebcCode = "{tea.company.merchant}", takenTime = "20261120090000", takenQty = "1" }
"""
"""A record of a sample that nobody has drawn."""
STORIES = [
    (
        "a receipt that did not come",
        SENT + expect('expect = "list"', 'receipts = ["2", "120", "500"]'),
        [
            "mine.toml, line 11, step 2 (expect)",
            "expected  receipts 2 · 120 · 500",
            "got       receipts 2 · 120 · 800",
            "they part at receipt 3: expected 500, got 800 [Code:2600;Desc:放行]",
        ],
    ),
    (
        "a receipt too many",
        SENT + expect('expect = "list"', 'receipts = ["2", "120"]'),
        ["they part at receipt 3: expected nothing more, got 800"],
    ),
    (
        "another code",
        SENT.replace('"documents"', '["order", "waybill", "list"]')
        + '\n[[step]]\nsend = "payment"\nchange = [{ field = "payerName", set = "王某某" }]\n'
        + expect('expect = "list"', 'codes = ["1332"]'),
        ["expected  a receipt that names 1332", "got       100 [Code:1327;", "no receipt names 1332"],
    ),
    (
        "another last receipt",
        SENT + expect('expect = "list"', 'last = "120"'),
        ["expected  last receipt 120", "got       800", "120 came as receipt 2, and was not the last"],
    ),
    (
        "what was never to come",
        SENT + expect('expect = "list"', 'never = ["899"]', 'within = "15 days"'),
        ["expected  never 899", "it came as receipt 4"],
    ),
    (
        "too late",
        SENT + expect('expect = "list"', 'last = "899"', 'within = "14 days"'),
        ["899 never came"],
    ),
    (
        "too early",
        SENT + expect('expect = "list"', 'last = "899"', 'within = "20 days"', 'not_before = "16 days"'),
        ["expected  not before 16 days", "got       after 15 days", "it came too early"],
    ),
    (
        "other words",
        SENT + expect('expect = "list"', 'words = "退单"'),
        ["expected  a receipt that says '退单'", "no receipt says it"],
    ),
    (
        "another amount",
        SENT + expect('expect = "tax bill"', 'tax = "0.01"'),
        ["expected  tax 0.01", "the last bill asks for another amount"],
    ),
    (
        "another value, and one that there is not",
        SENT + expect('expect = "tax bill"', 'values = { status = "2", taxes = "1" }'),
        ["expected  status 2", "got       status 1", "differs in taxes; it has: "],
    ),
    (
        "another answer",
        '\n[[step]]\nsend = "text"\ntext = "no XML"\n' + expect('expect = "list"', "receipts = []"),
        ["step 1 (send)", "expected  HTTP 202", "got       HTTP 400 [not-xml]"],
    ),
    (
        "an act that the state forbids",
        SENT + '\n[[step]]\nofficer = "conclude"\n' + expect('expect = "list"', 'last = "800"'),
        ["expected  officer: conclude the list of tea", "the window refused it"],
    ),
    (
        "an act that should have been refused",
        '\n[[step]]\nforce = "reviewed"\n'
        + SENT
        + '\n[[step]]\nofficer = "conclude"\nrefused = true\n'
        + expect('expect = "list"', 'last = "300"'),
        ["expected  officer: conclude the list of tea, refused", "got       it was done"],
    ),
    (
        "what cannot be sent yet",
        '\n[[step]]\nsend = "return"\n' + expect('expect = "return"', 'last = "800"'),
        ["the list of tea has no number yet: no receipt gives it"],
    ),
    (
        "a value that no call kept",
        SENT + expect('call = "GET /lists/{kept.lst}"'),
        ["no call kept a value as 'lst'"],
    ),
    (
        "a receipt of our own message that says otherwise",
        UNKNOWN_SAMPLE + expect('expect = "SampleRecord"', 'about = "S1"', 'receipts = ["2", "120"]'),
        ["expected  receipts 2 · 120", "got       receipts 2 · 100", "they part at receipt 2"],
    ),
    (
        "a receipt about another number",
        UNKNOWN_SAMPLE + expect('expect = "SampleRecord"', 'about = "S2"', 'last = "100"'),
        ["expected  last receipt 100", "100 never came"],
    ),
    (
        "a notice of an agency that nobody got",
        expect('expect = "RiskMeasure"', 'last = "600"'),
        ["600 never came"],
    ),
    (
        "a message of our own that lacks an element",
        '\n[[step]]\nsend = "SampleRecord"\nhead = { sampleNo = "S1" }\n' + expect('expect = "list"', "receipts = []"),
        ["SampleRecord was not written"],
    ),
    (
        "a message of a company that the trade has not",
        '\n[[step]]\nsend = "SampleRecord"\nby = "warehouse"\n' + expect('expect = "list"', "receipts = []"),
        ["the trade tea has no warehouse"],
    ),
    (
        "a place that nothing fills",
        '\n[[step]]\nsend = "order"\nhead = { note = "{coffee.order.orderNo}" }\n'
        + expect('expect = "order"', 'last = "2"'),
        ["there is no trade 'coffee'"],
    ),
]


@pytest.mark.parametrize(("steps", "says"), [row[1:] for row in STORIES], ids=[row[0] for row in STORIES])
def test_a_failure_says_what_was_expected_what_came_and_where_they_part(steps, says, tmp_path, url):
    done = run(tmp_path, steps, "--url", url)
    assert done.exit_code == 1, done.output
    for sentence in says:
        assert sentence in done.output
    assert "FAILED mine" in done.output and done.output.endswith("0 passed, 1 failed\n")


def test_the_story_until_then_is_shown(tmp_path, url):
    done = run(tmp_path, SENT + expect('expect = "list"', 'last = "500"'), "--url", url)
    assert "2026-11-20 20:00:00  sent 311 documents of tea: HTTP 202" in done.output
    assert "CEB622Message" in done.output and "放行" in done.output


def test_what_passes_ends_with_status_0_and_says_how_long_it_lasted(tmp_path):
    done = run(tmp_path, SENT + expect('expect = "list"', 'last = "899"', 'within = "15 days"'))
    assert done.exit_code == 0 and "passed mine (15 days; " in done.output
    assert done.output.endswith("1 passed, 0 failed\n")


def test_programs_are_answered_in_json(tmp_path, url):
    done = run(tmp_path, SENT + expect('expect = "list"', 'last = "500"'), "--url", url, "--json")
    answer = json.loads(done.output)
    assert done.exit_code == 1 and (answer["passed"], answer["failed"]) == (0, 1)
    (entry,) = answer["scenarios"]
    assert entry["failed"] == {"file": "mine.toml", "line": 11, "step": 2}
    assert entry["misses"][0]["expected"] == "last receipt 500"
    assert any("放行" in event["what"] for event in entry["story"])


def test_build_servers_are_notified_in_junit_xml(tmp_path, url):
    written(tmp_path, BEGINNING + SENT + expect('expect = "list"', 'last = "800"'), "good")
    written(tmp_path, BEGINNING + SENT + expect('expect = "list"', 'last = "500"', 'words = "<&>\\u0007"'), "bad")
    report = tmp_path / "report.xml"
    done = called("run", str(tmp_path), "--url", url, "--junit", str(report))
    assert done.exit_code == 1
    root = ElementTree.parse(report).getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert cases["good"].find("failure") is None
    failure = cases["bad"].find("failure")
    assert failure is not None and "500 never came" in str(failure.get("message"))
    assert "expected  last receipt 500" in str(failure.text)


def test_a_report_without_a_folder_is_refused_before_anything_is_played(tmp_path):
    done = run(tmp_path, SENT + expect('expect = "list"', 'last = "800"'), "--junit", str(tmp_path / "no" / "r.xml"))
    assert done.exit_code == 1 and "There is no folder" in done.output and "passed" not in done.output


@pytest.mark.long
def test_sandboxes_go_unless_they_are_to_be_kept(tmp_path, url):
    steps = SENT + expect('expect = "list"', 'last = "800"')
    with WindowClient(url) as client:
        before = client.sandboxes()
        assert run(tmp_path, steps, "--url", url).exit_code == 0
        assert client.sandboxes() == before
        assert run(tmp_path, steps, "--url", url, "--keep").exit_code == 0
        (kept,) = set(client.sandboxes()) - set(before)
    assert kept.startswith("mine-")


def test_a_window_that_does_not_answer_is_reported(tmp_path):
    steps = SENT + expect('expect = "list"', 'last = "800"')
    done = run(tmp_path, steps, "--url", "http://127.0.0.1:9")
    assert done.exit_code == 1 and "No window answers at http://127.0.0.1:9" in done.output


def test_one_story_is_reported_as_it_happens(tmp_path, url):
    steps = SENT.replace("send", 'say = "Tea is bought."\nsend') + expect('expect = "list"', 'last = "800"')
    done = run(tmp_path, steps, "--url", url, "--verbose")
    assert done.output.index("— Tea is bought.") < done.output.index("sent 311") < done.output.index("as expected")


def test_what_there_is_not_is_answered_with_the_nearest():
    done = called("run", "import-releasd")
    assert done.exit_code == 1 and "did you mean 'import-released'?" in done.output
    assert "single-window scenario list" in done.output


def test_the_shipped_ones_are_listed_and_shown():
    listed = json.loads(called("list", "batches", "--json").output)
    assert {"batch-declared", "batch-declares-itself"} <= {row["name"] for row in listed}
    assert "import-released" in called("list", "imports").output
    assert called("show", "import-released").output.startswith("zh = ")


def test_a_key_makes_sandboxes_under_the_name_of_its_own(tmp_path, url):
    steps = SENT + expect('expect = "list"', 'last = "800"')
    with WindowClient(url) as client:
        client.make_sandbox("ci")
        rights = ["read_receipts", "send_messages", "control_tests", "act_as_officer"]
        body = {"mailboxes": ["*"], "rights": rights, "owner": "tester"}
        key = client.caller.call("POST", "/keys", json=body, headers={"X-Sandbox": "ci"})["key"]
    assert run(tmp_path, steps, "--url", url, "--key", key, "--sandbox", "ci").exit_code == 0
    assert run(tmp_path, steps, "--url", url, "--key", key).exit_code == 0, "the client begins their names as it must"


def test_a_file_may_have_any_name(tmp_path, url):
    steps = SENT + expect('expect = "list"', 'last = "800"')
    written(tmp_path, BEGINNING + steps, "我的 <茶叶> " + "very-long-name-" * 4)
    written(tmp_path, BEGINNING + steps, "茶")
    done = called("run", str(tmp_path), "--url", url)
    assert done.output.endswith("2 passed, 0 failed\n")


@pytest.mark.long
def test_the_digests_of_what_it_came_to_are_given_and_two_runs_come_to_the_same(url: str) -> None:
    first, again = (json.loads(called("run", "import-released", "--json").stdout)["scenarios"][0] for _ in range(2))
    assert first["digests"]["sha256"] == again["digests"]["sha256"]
    assert first["digests"]["outcomes"] and first["digests"]["sequence"]["deliveries"]
    there = json.loads(called("run", "import-released", "--json", "--url", url).stdout)
    assert there["scenarios"][0]["digests"] is None, "no call gives them"


def test_nobody_has_a_role_at_a_window_that_runs_elsewhere(url: str, tmp_path: Path) -> None:
    steps = SENT + expect('call = "GET /cases/registration/decisions"', 'as = "registrar"')
    assert run(tmp_path, steps).exit_code == 0
    refused = run(tmp_path, steps, "--url", url)
    assert refused.exit_code == 1 and "nobody can be a registrar at a window that runs elsewhere" in refused.output
