"""Keys that are tried: what is asked for differs from what fits in one value, and holders do not meet."""

from __future__ import annotations

import pytest

from simulators.probes import lives_of_keys
from single_window.accounts import key_keeping
from single_window.accounts.key_keeping import BadKeyRequest


@pytest.mark.parametrize("change", lives_of_keys.REFUSED, ids=str)
def test_each_key_that_is_refused_does_not_fit(change: dict[str, object]) -> None:
    wanted = {"seconds": 0, **lives_of_keys.BASE, **change}
    with pytest.raises(BadKeyRequest):
        key_keeping._check(wanted["owner"], wanted["mailboxes"], wanted["rights"], wanted["seconds"])


@pytest.mark.parametrize("change", lives_of_keys.ISSUED, ids=str)
def test_each_key_that_is_issued_fits(change: dict[str, object]) -> None:
    wanted = {"seconds": 0, **lives_of_keys.BASE, **change}
    key_keeping._check(wanted["owner"], wanted["mailboxes"], wanted["rights"], wanted["seconds"])


def test_no_holder_has_more_keys_than_he_may_before_they_are_counted() -> None:
    owners = [change.get("owner", lives_of_keys.BASE["owner"]) for change in lives_of_keys.ISSUED]
    assert owners.count(lives_of_keys.BASE["owner"]) == 0
    assert len(set(owners)) == len(owners)
