"""Every shipped scenario comes out as its file says."""

from simulators.scenarios.locating import shipped_scenarios
from tests.unit.simulators.playing import failures


def test_every_shipped_scenario_comes_out_as_its_file_says() -> None:
    areas = sorted({path.parent.name for path in shipped_scenarios().values()})
    assert failures(areas, each=1) == []
