"""The bench: names its measures, counts a run only when all is there, and says with which command on which machine."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from urllib.request import Request, build_opener, urlopen

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from schemas.reading import open_message, read
from simulators.bench import bench as shipped_bench
from simulators.bench import http_floor, spool
from simulators.bench.floor import Floor
from simulators.bench.measures import BenchResult, result_of_run, warm_window
from simulators.bench.runs import job_of, run_jobs, summary_of
from simulators.bench.spool import Traffic
from simulators.errors import SimulatorError
from simulators.machine import MemoryPeak, describe_machine, memory, processor_use
from tests.patience import PATIENCE
from tests.receivers import receiving, status
from tests.tables import each
from tools.bench import page
from tools.bench.__main__ import _choose_measures, bench
from tools.bench.console_measures import fetch_page
from tools.bench.engine_measures import ENGINE_MEASURES
from tools.bench.growth_measures import last_to_first_ratio
from tools.bench.planning import ALL_MEASURES, measure_of, plan_jobs
from tools.bench.stored_measures import StoredPart, growth_of_parts, sizes
from tools.bench.temporary_services import Engines

ENGINES = Engines("amqp://window:secret@broker/", "postgresql+psycopg://window:secret@database/window")
KEYS = {
    "name",
    "value",
    "unit",
    "target",
    "floor",
    "ratio",
    "command",
    "machine",
    "trades",
    "seconds",
    "released_share",
    "cpu_own_seconds",
    "cpu_others_seconds",
}


def test_the_measures_are_listed_with_what_they_must_reach():
    result = CliRunner().invoke(bench, ["--list"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == [measure.name for measure in ALL_MEASURES]
    assert "at least 3407" in result.output and "at most 500" in result.output


def test_help_says_what_is_inside_a_measure_and_what_is_not():
    output = CliRunner().invoke(shipped_bench, ["--help"]).output
    assert "import_100 includes:" in output and "It excludes:" in output


def test_an_unknown_measure_is_named_with_those_there_are():
    result = CliRunner().invoke(bench, ["import_7"])
    assert result.exit_code == 2
    assert "There is no measure 'import_7'; there are: floor_import_100, import_100" in result.output


@pytest.mark.long
def test_a_small_run_gives_one_object_a_measure_with_the_ratio_to_the_floor():
    result = CliRunner().invoke(bench, ["--json", "--trades", "100", "floor_import_100", "import_100"])
    assert result.exit_code == 0, result.output
    floor, imported = (json.loads(line) for line in result.stdout.splitlines())
    for row in (floor, imported):
        assert set(row) >= KEYS
        assert (row["trades"], row["released_share"], row["unit"]) == (100, 1.0, "trades/s")
        assert row["value"] > 0 and row["machine"]["cores"] >= 1
    assert imported["floor"] == floor["value"]
    assert imported["ratio"] == round(imported["value"] / floor["value"], 3)
    assert imported["receipts"] == 1_000, "ten a trade: 2 and 120 for each document, 800, the tax bill"


def test_of_several_runs_the_median_counts_and_all_are_reported():
    runs = [measured(value) for value in (1_400.0, 1_600.0, 1_500.0)]
    result = summary_of(job_of(measure_of("import_1"), 100), runs, {})
    assert (result["value"], result["values"], result["reached"]) == (1_500.0, [1_400.0, 1_600.0, 1_500.0], True)


def measured(value: float, **more: object) -> BenchResult:
    return BenchResult(value, 100, 1.0, 1.0, 0.5, 0.0, more)


@each(
    ("name", "value", "more", "reached"),
    [
        ("memory_200k", 501.0, {}, False),
        ("growth_1m", 0.9, {"memory_mb": 500, "growth_mb": 50}, True),
        ("growth_1m", 0.89, {"memory_mb": 1, "growth_mb": 1}, False),
        ("growth_1m", 1, {"memory_mb": 501, "growth_mb": 1}, False),
        ("growth_1m", 1, {"memory_mb": 1, "growth_mb": 51}, False),
        ("summary_500k", 60.0, {"memory_mb": 1_000}, True),
        ("summary_500k", 60.1, {"memory_mb": 500}, False),
        ("summary_500k", 10.0, {"memory_mb": 1_001}, False),
        ("year_100k", 180.0, {"memory_mb": 500}, True),
        ("year_100k", 180.1, {"memory_mb": 400}, False),
        ("year_100k", 90.0, {"memory_mb": 501}, False),
    ],
)
def test_a_measure_must_keep_each_of_its_targets(name, value, more, reached):
    assert summary_of(job_of(measure_of(name), 100), [measured(value, **more)], {})["reached"] is reached


@each(
    ("name", "floor", "value", "reached"),
    [
        ("http_1", {"floor_http": 100.0}, 50.0, True),
        ("http_1", {"floor_http": 100.0}, 49.0, False),
        ("export_100", {"import_100": 1_000.0}, 1_000.0, True),
        ("export_100", {"import_100": 1_000.0}, 999.0, False),
    ],
)
def test_a_measure_is_reported_as_a_share_of_its_floor(name, floor, value, reached):
    judgement = summary_of(job_of(measure_of(name), 100), [measured(value)], floor)
    assert (judgement["ratio"], judgement["reached"]) == (value / sum(floor.values()), reached)


def test_imports_are_measured_before_exports_and_a_year_only_when_it_is_named():
    assert [job.title for job in plan_jobs([measure_of("export_100")], 50, None, (1,))] == ["import_100", "export_100"]
    assert measure_of("year_100k") not in _choose_measures((), None)


@each(("p50", "p99", "reached"), [(24.0, 200.0, True), (24.1, 150.0, False), (20.0, 200.1, False)])
def test_latency_must_keep_both_its_targets(p50, p99, reached):
    run = measured(p99, receipt_p50_ms=p50, workers=2)
    assert summary_of(plan_jobs([measure_of("latency_200")], 100, ENGINES, (2,))[-1], [run], {})["reached"] is reached


def test_a_rate_on_engines_is_reported_as_a_share_of_their_floor_and_of_the_embedded_window():
    run = measured(500.0, floor=2_000.0, workers=4)
    result = summary_of(
        plan_jobs([measure_of("import_engines")], 100, ENGINES, (4,))[-1], [run], {"import_100": 1_000.0}
    )
    assert (result["floor"], result["ratio"], result["ratio_embedded"]) == (2_000.0, 0.25, 0.5)


def test_the_embedded_window_is_measured_first_where_engines_are_compared_to_it():
    planned_jobs = plan_jobs([measure_of("import_engines"), measure_of("backlog")], 50, ENGINES, (1, 4))
    assert [job.title for job in planned_jobs] == [
        "import_100",
        "import_engines ×1",
        "import_engines ×4",
        "backlog ×1",
        "backlog ×4",
    ]
    assert [job.arguments for job in planned_jobs] == [(), (ENGINES, 1), (ENGINES, 4), (ENGINES, 1), (ENGINES, 4)]


def test_the_pages_are_measured_on_the_database_that_is_named_and_nothing_else_is() -> None:
    first, other = plan_jobs([measure_of("console"), measure_of("import_1")], 50, None, (1,), ENGINES.database)
    assert (first.arguments, first.title) == ((ENGINES.database,), "console")
    assert other.arguments == () and plan_jobs([measure_of("console")], 50, None, (1,))[0].arguments == ()


@each(
    ("words", "message"),
    [
        (["import_1", "--database", "postgresql+psycopg://localhost/x"], "--broker and --database go together"),
        (["backlog"], "backlog needs --broker amqp://… and --database"),
        (["--broker", "amqp://localhost/"], "--broker and --database go together"),
        (["--workers", "1,none"], "'1,none' is not a list like 1,2,4"),
        (["--workers", "0"], "'0' is not a list like 1,2,4"),
    ],
)
def test_what_cannot_be_measured_is_reported_before_anything_is(words, message):
    result = CliRunner().invoke(bench, words)
    assert (result.exit_code, message in result.output) == (2, True), result.output


@pytest.mark.long
def test_an_engine_that_does_not_answer_is_named_with_what_to_do():
    result = CliRunner().invoke(
        bench,
        [
            "--broker",
            "amqp://127.0.0.1:1/",
            "--database",
            "postgresql+psycopg://x@127.0.0.1:1/x",
            "--trades",
            "10",
            "backlog",
        ],
    )
    assert result.exit_code == 1
    assert "RabbitMQ does not answer" in result.output and "--broker" in result.output


def test_a_measure_on_engines_is_said_to_need_them():
    output = CliRunner().invoke(bench, ["--list"]).output
    assert output.count("needs --broker and --database") == len(ENGINE_MEASURES) == 4


@pytest.mark.long
def test_a_run_that_leaves_trades_behind_does_not_count(tmp_path):
    traffic = Traffic(50, 100)
    half = list(spool.read_bodies(spool.traffic_file(tmp_path, traffic)))[:2]
    with warm_window(tmp_path, Traffic(1_000, 100, spool.WARM_UP_SEED), "NORMAL") as outside:
        list(outside.send(half))
        with pytest.raises(SimulatorError, match=r"0 of 50 trades are released"):
            result_of_run(outside, 50, 1.0, 0.0, 0.0)


def test_spooled_traffic_is_sound_and_is_made_once(tmp_path):
    file = spool.traffic_file(tmp_path, Traffic(20, 7), date(2026, 11, 20))
    written = file.stat().st_mtime_ns
    messages = [read(open_message(body)) for body in spool.read_bodies(file)]
    assert not any(message.findings for message in messages)
    assert sum(len(message.blocks) for message in messages) == 80
    assert spool.traffic_file(tmp_path, Traffic(20, 7)).stat().st_mtime_ns == written


def test_the_floor_keeps_every_document_in_its_table_and_refuses_what_is_invalid(tmp_path):
    floor = Floor(tmp_path, "NORMAL")
    bodies = list(spool.read_bodies(spool.traffic_file(tmp_path, Traffic(30, 10))))
    floor.take(bodies)
    assert floor.count() == 30
    with pytest.raises(ValueError, match="packNo"):
        floor.take([body.replace(b"packNo>1<", b"packNo>one<") for body in bodies])
    floor.close()


def test_the_machine_is_described_and_what_was_used_only_grows():
    before = processor_use()
    sum(range(2_000_000))
    spent = processor_use().since(before)
    assert spent.own > 0
    assert memory() > 10
    assert describe_machine()["python"].startswith("3.")


def test_the_floor_over_http_keeps_each_body_once_under_the_number_that_it_answers(tmp_path):
    with http_floor.answering(tmp_path) as (url, kept), ThreadPoolExecutor(8) as pool:

        def post(number: int) -> int:
            request = Request(f"{url}/api/v1/messages", b"<message/>", {"Content-Type": "application/xml"})
            with urlopen(request, timeout=PATIENCE) as answer:
                assert answer.status == 202
                return json.load(answer)["id"]

        assert sorted(pool.map(post, range(40))) == list(range(1, 41))
        assert kept.count() == 40


def test_growth_is_told_by_all_tenths_not_by_the_first_and_the_last_alone():
    for values, share in (
        ([1.0] * 10, 1.0),
        ([10, 9, 8, 7, 6, 5], 0.5),
        ([1.0, 1.2, 0.8, 1.0, 1.0, 0.8, 1.2, 1.0], 1.0),
    ):
        assert last_to_first_ratio(values) == pytest.approx(share), values


def test_later_trades_of_a_seed_are_others(tmp_path):
    first, following = (spool.traffic_file(tmp_path, Traffic(10, 5, first=number)) for number in (0, 10))
    together = spool.traffic_file(tmp_path, Traffic(20, 5))
    numbers = [set(re.findall(rb"orderNo>([^<]+)<", file.read_bytes())) for file in (first, following, together)]
    assert numbers[0] | numbers[1] == numbers[2] and not numbers[0] & numbers[1]


@pytest.mark.long
def test_measures_run_apart_give_their_results_in_turn(tmp_path):
    messages = []
    (result,) = run_jobs([job_of(measure_of("floor_import_100"), 20)], 2, tmp_path, messages.append)
    assert len(result["values"]) == 2
    assert messages[-1] == "floor_import_100: run 2 of 2"
    assert list(tmp_path.iterdir()) == [], "the temporary folder is gone"


@pytest.mark.parametrize("kind", ["export", "batched", "lists", "sold"])
def test_spooled_exports_are_sound(kind, tmp_path):
    messages = [
        read(open_message(body)) for body in spool.read_bodies(spool.traffic_file(tmp_path, Traffic(30, 10, kind=kind)))
    ]
    assert not any(message.findings for message in messages)
    codes = {
        "export": {"303", "403", "505", "507", "509", "603"},
        "lists": {"603"},
        "sold": {"603"},
        "batched": {"303", "403", "505", "507", "603", "607"},
    }
    assert {message.code for message in messages} == codes[kind]
    assert sum(len(message.blocks) for message in messages if message.code == "603") == 30


def test_an_officer_comes_again_when_the_window_says_so_and_only_then():
    busy = status(503, **{"Retry-After": "0"})
    with receiving(busy, busy, status(200, b"the page"), status(503)) as window:
        request = Request(window.url, b"next")
        assert fetch_page(build_opener(), request) == (window.url, "the page")
        with pytest.raises(SimulatorError, match="answered with 503"):
            fetch_page(build_opener(), request)
        assert len(window.posted) == 4


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        "export_100",
        "batch_100k",
        "summary_500k",
        "refund_100k",
        "year_100k",
        "console",
        "stored_1",
        "growth_1m",
        "floor_http",
        "http_1_64",
        "overload",
    ],
)
def test_a_small_run_comes_to_its_end(name, tmp_path):
    result = CliRunner().invoke(bench, ["--json", "--trades", "60", name])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout.splitlines()[-1])
    assert set(answer) >= KEYS and (answer["name"], answer["trades"], answer["released_share"]) == (
        name,
        60,
        1.0,
    )


def test_what_is_stored_is_split_by_table_and_index_and_what_was_there_before_does_not_count(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'kept.sqlite3'}")
    with engine.begin() as connection:
        for statement in ("CREATE TABLE kept (id INTEGER PRIMARY KEY, words TEXT)", "CREATE INDEX ix ON kept (words)"):
            connection.execute(text(statement))
        connection.execute(text("CREATE TABLE still (id INTEGER PRIMARY KEY)"))
    before = sizes(engine)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO kept VALUES (:id, :words)"), [{"id": n, "words": "x" * 500} for n in range(100)]
        )
    parts = growth_of_parts(before, sizes(engine), 10)
    assert set(parts) == {StoredPart("kept", "kept"), StoredPart("kept", "ix")}
    assert all(5_000 <= size <= 10_000 for size in parts.values())
    engine.dispose()


def test_memory_at_its_peak_is_what_was_there_at_most():
    with MemoryPeak() as peak:
        held = bytearray(50_000_000)
    assert peak.highest >= memory() - 1 and len(held) == 50_000_000


def result_of(name: str, value: float, **more: object) -> dict[str, object]:
    """A result as `bench --json` prints it."""
    run = measured(value, **more)
    return summary_of(job_of(measure_of(name), 100), [run], {"floor_http": 100.0}) | {
        "command": "single-window bench --json"
    }


def test_results_become_the_table_of_a_page_and_its_other_lines_stay(tmp_path):
    results, figures = tmp_path / "results.json", tmp_path / "figures.md"
    rows = [result_of("http_1", 40.0, messages_per_second=160.0), result_of("ephemeral", 0.9, memory_mb=120.0)]
    results.write_text("progress\n" + "\n".join(map(json.dumps, rows)), "utf-8")
    figures.write_text(f"before\n{page.BEGIN}\nolder figures\n{page.END}\nafter\n", "utf-8")
    outcome = CliRunner().invoke(bench, ["--figures", str(results), "--page", str(figures)])
    assert outcome.exit_code == 0, outcome.output
    text = figures.read_text("utf-8")
    assert text.startswith(f"before\n{page.BEGIN}\n") and text.endswith(f"{page.END}\nafter\n")
    assert "older figures" not in text and describe_machine()["cpu"] in text
    assert "| `http_1` | 40 trades/s; 160 messages/s | 0.400 of `floor_http` |" in text
    assert "| share ≥ 0.5 **missed** |" in text
    assert "| `ephemeral` | 0.9 s; memory (mb) 120 |" in text and "| ≤ 1; memory (mb) ≤ 110 **missed** |" in text


def test_a_later_result_of_a_measure_replaces_an_earlier_one(tmp_path):
    for number, value in enumerate((1.0, 2.0)):
        (tmp_path / f"{number}.json").write_text(json.dumps(result_of("http_1", value)), "utf-8")
    (result,) = page.results_in(sorted(tmp_path.iterdir()))
    assert result["value"] == 2.0


@each(
    "content, marks, words",
    [
        pytest.param('{"name": ', True, "has no results", id="no JSON"),
        pytest.param('{"value": 1}', True, "has no results", id="another JSON"),
        pytest.param("", False, "between which the figures belong", id="a page without marks"),
    ],
)
def test_figures_that_cannot_be_written_are_refused(tmp_path, content, marks, words):
    results, figures = tmp_path / "results.json", tmp_path / "figures.md"
    results.write_text(content, "utf-8")
    figures.write_text(f"{page.BEGIN}\n{page.END}\n" if marks else "a page\n", "utf-8")
    outcome = CliRunner().invoke(bench, ["--figures", str(results), "--page", str(figures)])
    assert outcome.exit_code == 1 and words in outcome.output
