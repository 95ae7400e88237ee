"""The page about the path of a message lists the functions that an import list passes, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving_http import Client, sample

from single_window.api.server.listener import bind
from single_window.process.serving import Server
from tests.databases import window_in
from tests.patience import PATIENCE
from tests.ways import listed, traced


@pytest.mark.long
def test_an_import_list_passes_these_functions_in_this_order(tmp_path: Path) -> None:
    way = listed("docs/message-path.md")
    assert len(way) > 15
    with traced(way) as called, Server(window_in(tmp_path), bind("127.0.0.1", 0), folders=False) as server:
        client = Client(server.url)
        for code in ("311", "411", "511"):
            client.post(sample(code))
        assert server.runtime.wait_until_settled(PATIENCE)
        called.clear()
        client.post(sample("621"))
        assert server.runtime.wait_until_settled(PATIENCE)
        client.get("/receipts?mailbox=DXPENT0000000001&after=0")
    assert list(dict.fromkeys(called)) == way
