"""Every shipped scenario of imports, officers, requests and troubles comes out as its file says."""

from tests.unit.simulators.playing import failures


def test_imports_come_out_as_their_files_say():
    assert failures(["imports", "officers", "requests", "troubles"]) == []
