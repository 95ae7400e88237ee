"""Shipped scenarios of exports, refunds, batches, forced outcomes and calls come out as their files say."""

from tests.unit.simulators.playing import failures


def test_exports_come_out_as_their_files_say():
    assert failures(["exports", "refunds", "batches", "outcomes", "calls"]) == []
