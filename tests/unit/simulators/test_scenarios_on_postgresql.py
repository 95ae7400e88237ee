"""A few shipped scenarios on PostgreSQL, one for each kind of work: they come out as they do on SQLite."""

from __future__ import annotations

from contextlib import closing

import pytest

from simulators.scenarios import locating
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario
from single_window.api.server.listener import bind
from single_window.process.serving import Server
from single_window.settings import Settings
from single_window.wiring import Window
from tests.databases import made_database

SAMPLE = ("import-released", "export-9610-left", "batch-declared", "refund-paid", "inspection-passed", "outcome-lost")


@pytest.mark.service
@pytest.mark.long
def test_a_sample_comes_out_as_its_files_say(tmp_path):
    with made_database("postgresql", tmp_path) as address:
        settings = Settings(data=tmp_path, database=address, readers=0)
        with closing(Window(settings)) as window, Server(window, bind("127.0.0.1", 0), folders=False) as server:
            scenarios = [read_scenario(path) for path in locating.scenario_files(SAMPLE)]
            results = list(run(scenarios, server.url))
    assert [(result.scenario.name, result.mismatches) for result in results if not result.ok] == []
    assert len(results) == len(SAMPLE)
