"""Certificates and signatures from outside: by command, and over HTTP."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from single_window.api.app import create_app
from single_window.settings import Settings
from single_window.wiring import Window
from tests.commands import run_command
from tests.described import described_client

COMPANY = "3702980005"
SAMPLE = Path("schemas/samples/CEB621Message.xml").resolve()


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Calls the command line on data of its own, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def called(*words: str, status: int = 0) -> Any:
        result = run_command(*words, "--data", tmp_path / "data", code=status)
        return result.stdout_bytes

    return called


def json_of(call: Callable[..., Any], *words: str, status: int = 0) -> Any:
    return json.loads(call(*words, "--json", status=status))


@pytest.mark.parametrize("algorithm", ["rsa", "sm2"])
def test_a_certificate_is_issued_signs_and_is_explained(call: Callable[..., Any], algorithm: str) -> None:
    made = json_of(call, "certificate", "issue", "--company", COMPANY, "--algorithm", algorithm, "--to", "keys")
    assert os.stat(made["key"]).st_mode & 0o077 == 0
    Path("signed.xml").write_bytes(call("signature", "sign", str(SAMPLE), "--key", made["key"]))
    result = json_of(call, "signature", "explain", "signed.xml")
    assert result["valid"] and result["key_name"] == made["number"] and result["certificate"]["company"] == COMPANY
    assert result["digest"]["expected"] == result["digest"]["found"]
    assert call("signature", "explain", "signed.xml", "--canonical", "signed-info").decode() == result["signed_info"]
    if algorithm == "rsa":
        document = call("signature", "explain", "signed.xml", "--canonical", "document")
        assert sha1(document).hexdigest() == result["digest"]["found"]


def test_what_is_wrong_is_reported_in_both_languages(call: Callable[..., Any]) -> None:
    made = json_of(call, "certificate", "issue", "--company", COMPANY)
    body = call("signature", "sign", str(SAMPLE), "--key", made["key"])
    Path("changed.xml").write_bytes(body.replace(b"<ceb:qty>1<", b"<ceb:qty>2<"))
    result = json_of(call, "signature", "explain", "changed.xml", status=1)
    assert [finding["code"] for finding in result["findings"]] == ["signature-digest"]
    assert "签名时不同" in call("signature", "explain", "changed.xml", "--lang", "zh", status=1).decode()
    english = call("signature", "explain", "changed.xml", "--lang", "en", status=1)
    assert b"differs from what was signed" in english


def test_a_revoked_certificate_is_listed_and_reported(call: Callable[..., Any]) -> None:
    made = json_of(call, "certificate", "issue", "--company", COMPANY)
    Path("signed.xml").write_bytes(call("signature", "sign", str(SAMPLE), "--key", made["key"]))
    json_of(call, "certificate", "revoke", made["number"])
    (listed,) = json_of(call, "certificate", "list", "--company", COMPANY)
    assert listed["number"] == made["number"] and not listed["holds"]
    result = json_of(call, "signature", "explain", "signed.xml", status=1)
    assert [finding["code"] for finding in result["findings"]] == ["17612"]
    call("certificate", "revoke", made["number"], status=1)
    call("certificate", "register", made["certificate"], "--company", COMPANY, status=1)


def test_validate_shows_what_a_sandbox_that_requires_signatures_would_say(call: Callable[..., Any]) -> None:
    call("sandbox", "options", "signatures=require")
    result = json_of(call, "validate", str(SAMPLE), status=1)
    assert result["findings"][0]["code"] == "-621026/17602" and result["documents"][0]["would"] == "refuse"
    call("sandbox", "options", "signatures=check")
    result = json_of(call, "validate", str(SAMPLE))
    assert [(finding["code"], finding["warning"]) for finding in result["findings"]] == [("17602", True)]


def test_broken_keys_and_files_are_refused_in_one_line(call: Callable[..., Any]) -> None:
    Path("no.key").write_text("nothing")
    Path("no.cer").write_text("nothing")
    call("signature", "sign", str(SAMPLE), "--key", "no.key", status=1)
    call("certificate", "register", "no.cer", "--company", COMPANY, status=1)
    call("signature", "explain", "no.key", status=1)
    call("certificate", "issue", "--company", "../x", status=2)


def test_a_signature_is_verified_over_http(call: Callable[..., Any], tmp_path: Path) -> None:
    made = json_of(call, "certificate", "issue", "--company", COMPANY)
    body = call("signature", "sign", str(SAMPLE), "--key", made["key"])
    window = Window(Settings(data=tmp_path / "data"))
    try:
        client = described_client(create_app(window, console=False))
        url = "/api/v1/signatures/verify"
        verdict = client.post(f"{url}?canonical=true", data=body, content_type="application/xml").get_json()
        assert verdict["valid"] and sha1(b64decode(verdict["document"])).hexdigest() == verdict["digest"]["found"]
        other = client.post(url, data=body, headers={"X-Sandbox": "nowhere"}, content_type="application/xml")
        assert other.status_code == 404
        broken = client.post(url, data=b"{", content_type="application/xml").get_json()
        assert not broken["valid"] and broken["findings"]
        assert client.post(f"{url}?canonical=maybe", data=body).status_code == 400
    finally:
        window.close()
