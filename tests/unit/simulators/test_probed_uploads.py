"""Uploads of payment data that are tried: each wrong one is refused by what it says, before any window is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.payment_data import fields, signing
from schemas.payment_data.upload import read
from simulators.entry.windows import sample
from simulators.probes import awaited_uploads, tried_uploads
from simulators.probes.platforms import WRONGLY_SIGNED, compact, right_data, text_of
from simulators.probes.tried_uploads import WrongUpload

TRADE = sample("import", "uploads", 0)
SESSION = "0A1B2C3D-0000-4000-8000-000000000009"
UPLOADS = tried_uploads.table()


class SilentSigner:
    """A platform that signs nothing."""

    def signed(self, data: dict[str, Any], text: str = "", *, spaced: bool = False, **others: Any) -> str:
        return json.dumps({**data, "certNo": "01", "signValue": "QUJD", **others})


@pytest.mark.parametrize("upload", [each for each in UPLOADS if not each.signed], ids=lambda upload: upload.name)
def test_the_fields_of_each_wrong_upload_are_wrong_where_it_says(upload: WrongUpload) -> None:
    body = tried_uploads.body_of(SilentSigner(), right_data(TRADE, SESSION, 1_795_478_400_000), upload)  # type: ignore[arg-type]
    found = {f"{finding.code}@{finding.path}" for finding in fields.findings(read(body))}
    assert found <= set(upload.outcome.findings.split())


@pytest.mark.parametrize("name", WRONGLY_SIGNED)
def test_what_is_signed_instead_is_another_text_than_that_to_sign(name: str) -> None:
    data = right_data(TRADE, SESSION, 0)
    right = signing.text_of(read(compact(data)))
    assert text_of(data) == right
    assert WRONGLY_SIGNED[name](data) != right


def test_each_upload_that_is_awaited_ends_in_one_way() -> None:
    rows = awaited_uploads.AWAITED
    assert len({row.words for row in rows}) == len(rows)
    assert all(bool(row.reason) == (row.after == "in_review") for row in rows)
