"""Shipped scenarios of imports, officers, requests and troubles come out as their files say."""

from tests.unit.simulators.playing import failures


def test_imports_come_out_as_their_files_say():
    assert failures(["imports", "officers", "requests", "spot_checks", "troubles"]) == []
