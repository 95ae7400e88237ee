"""Channels that are tried: each address that must be refused does not fit, before any window is asked."""

from __future__ import annotations

import pytest

from simulators.probes import kept_channels
from simulators.probes.kept_channels import RefusedChannel
from single_window.channels import connecting
from single_window.channels.addresses import UnfitAddress, parse
from single_window.channels.broker_addresses import check_broker, parse_broker
from single_window.refused import Refused


@pytest.mark.parametrize("row", kept_channels.REFUSED, ids=lambda row: f"{row.kind} {row.mailbox} {row.url}")
def test_each_channel_that_is_refused_does_not_fit(row: RefusedChannel) -> None:
    if row.code == "channel-mailbox":
        with pytest.raises(Refused):
            (connecting.demand_mailbox if row.kind == "webhook" else connecting._demand_queue_name)(row.mailbox)
        return
    with pytest.raises(UnfitAddress):
        parse(row.url) if row.kind == "webhook" else check_broker(parse_broker(row.url), private=True)


@pytest.mark.parametrize(
    ("xml", "name"), [('<?xml version="1.0"?>\n<ceb:CEB622Message a="1">', "CEB622Message"), ("<DxpMsg>", "DxpMsg")]
)
def test_the_outermost_element_is_read(xml: str, name: str) -> None:
    assert kept_channels._root(xml) == name
