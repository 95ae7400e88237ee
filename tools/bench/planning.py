"""All measures, and which of them run with what: on engines by numbers of workers, or on a database."""

from __future__ import annotations

from collections.abc import Sequence

from simulators.bench.http_measures import HTTP_MEASURES
from simulators.bench.latency_measures import LATENCY_MEASURES
from simulators.bench.measures import MEASURES, BenchMeasure
from simulators.bench.runs import Job, job_of, measure_named
from tools.bench.console_measures import CONSOLE_MEASURES
from tools.bench.edifact_measures import EDIFACT_MEASURES
from tools.bench.engine_measures import ENGINE_MEASURES
from tools.bench.export_measures import EXPORT_MEASURES
from tools.bench.growth_measures import GROWTH_MEASURES
from tools.bench.import_measures import IMPORT_MEASURES
from tools.bench.open_data_measures import OPEN_DATA_MEASURES
from tools.bench.overload import OVERLOAD
from tools.bench.preview_measures import PREVIEW_MEASURES
from tools.bench.recall_measures import RECALL_MEASURES
from tools.bench.refund_measures import REFUND_MEASURES
from tools.bench.replay_measures import REPLAY_MEASURES
from tools.bench.sandbox_measures import SANDBOX_MEASURES
from tools.bench.spot_check_measures import SPOT_CHECK_MEASURES
from tools.bench.stored_measures import STORED_MEASURES
from tools.bench.temporary_services import Engines
from tools.bench.trace_measures import TRACE_MEASURES
from tools.bench.traffic_measures import TRAFFIC_MEASURES
from tools.bench.year_measures import YEAR_MEASURES

BY_DEFAULT: Sequence[BenchMeasure] = (
    *MEASURES,
    *IMPORT_MEASURES,
    *HTTP_MEASURES,
    *STORED_MEASURES,
    OVERLOAD,
    *EXPORT_MEASURES,
    *REFUND_MEASURES,
    *CONSOLE_MEASURES,
    *PREVIEW_MEASURES,
    *SPOT_CHECK_MEASURES,
    *RECALL_MEASURES,
    *OPEN_DATA_MEASURES,
    *TRACE_MEASURES,
    *EDIFACT_MEASURES,
    *TRAFFIC_MEASURES,
    *REPLAY_MEASURES,
)
"""The measures that run if none is named and no engines are given."""
ALL_MEASURES: Sequence[BenchMeasure] = (
    *BY_DEFAULT,
    *GROWTH_MEASURES,
    *YEAR_MEASURES,
    *LATENCY_MEASURES,
    *SANDBOX_MEASURES,
    *ENGINE_MEASURES,
)


def measure_of(name: str) -> BenchMeasure:
    """Find a measure by name; raises `KeyError` listing all names."""
    return measure_named(ALL_MEASURES, name)


def plan_jobs(
    measures: Sequence[BenchMeasure],
    count: int | None,
    engines: Engines | None,
    workers: Sequence[int],
    database: str = "",
) -> list[Job]:
    """Plan the runs; measures that are reported as a share of `import_100` alone bring it along. `database`: the
    address of PostgreSQL, for the measures that want to know."""
    chosen, imports = list(measures), measure_of("import_100")
    if {"import_engines", "import_trades", "export_100"} & {each.name for each in chosen} and imports not in chosen:
        chosen.insert(0, imports)
    return [job for measure in chosen for job in _jobs(measure, count, engines, workers, database)]


def _jobs(
    measure: BenchMeasure, count: int | None, engines: Engines | None, workers: Sequence[int], database: str
) -> list[Job]:
    job = job_of(measure, count)
    if measure in ENGINE_MEASURES:
        return [
            job._replace(title=f"{measure.name} ×{number}", arguments=(engines, number), is_share_of_embedded=True)
            for number in workers
        ]
    return [job._replace(arguments=(database,)) if measure.on_database and database else job]
