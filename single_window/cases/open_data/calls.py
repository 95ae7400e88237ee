"""HTTP calls about open data, for officers: versions of months. What is published is read at `/open-data`."""

from __future__ import annotations

from single_window.cases.open_data.queries import OPEN_DATA_READER
from single_window.frame.http.calls import READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import CasesIn, add_cases

blueprint = Calls("open_data", __name__, rights=READ_OFFICERS_PAPERS, tag="open data")
add_cases(blueprint, OPEN_DATA_READER, CasesIn)
