"""Every shipped scenario of exports, refunds, batches, forced outcomes and calls comes out as its file says."""

from tests.unit.simulators.playing import SOME_OR_ALL, failures


@SOME_OR_ALL
def test_exports_come_out_as_their_files_say(every):
    assert failures(["exports", "refunds", "batches", "outcomes", "calls"], every) == []
