"""Every shipped scenario of imports, officers, requests and troubles comes out as its file says."""

from tests.unit.simulators.playing import SOME_OR_ALL, failures


@SOME_OR_ALL
def test_imports_come_out_as_their_files_say(every):
    assert failures(["imports", "officers", "requests", "spot_checks", "troubles"], every) == []
