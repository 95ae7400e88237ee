"""The parts of the client that need no window: signatures of webhooks, envelopes, findings, public names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import single_window_client
from schemas import envelope as of_window
from schemas.parsing import parse
from single_window.channels.webhook_headers import headers
from single_window.receipts.messages import ReceiptsMessage
from single_window_client import CallRefused, Envelope, Finding, is_genuine, unwrap, wrap
from single_window_client.findings import findings_in
from tests.tables import each

MESSAGE = ReceiptsMessage("d-1", "main", "DXPENT0000000001", 5, 7, "622", "<a>回执</a>".encode())
SIGNED_AT = 1_780_000_000
TIME = "2026-06-01T09:00:00"
ENVELOPE = Envelope("C-1", "DXPENT0000000001", ("DXPEDCCEB0000002", "R<&>"), TIME, "CEB311Message", b"<a/>")


def test_what_the_window_signs_is_genuine_whatever_the_case_of_headers() -> None:
    sent = headers("geheim", MESSAGE, SIGNED_AT)
    assert is_genuine("geheim", sent, MESSAGE.body, now=SIGNED_AT + 300)
    assert is_genuine("geheim", {name.upper(): value for name, value in sent.items()}, MESSAGE.body, now=SIGNED_AT)


@each(
    ("secret", "change", "body", "now"),
    [
        ("other", {}, MESSAGE.body, SIGNED_AT),
        ("geheim", {}, MESSAGE.body + b" ", SIGNED_AT),
        ("geheim", {}, MESSAGE.body, SIGNED_AT + 301),
        ("geheim", {}, MESSAGE.body, SIGNED_AT - 301),
        ("geheim", {"X-Single-Window-Timestamp": str(SIGNED_AT + 1)}, MESSAGE.body, SIGNED_AT),
        ("geheim", {"X-Single-Window-Timestamp": "soon"}, MESSAGE.body, SIGNED_AT),
        ("geheim", {"X-Single-Window-Timestamp": "²"}, MESSAGE.body, SIGNED_AT),
        ("geheim", {"X-Single-Window-Timestamp": ""}, MESSAGE.body, SIGNED_AT),
        ("geheim", {"X-Single-Window-Signature": "sha256=回"}, MESSAGE.body, SIGNED_AT),
        ("geheim", {"X-Single-Window-Signature": ""}, MESSAGE.body, SIGNED_AT),
    ],
)
def test_nothing_else_is_genuine(secret: str, change: dict[str, str], body: bytes, now: int) -> None:
    sent = {**headers("geheim", MESSAGE, SIGNED_AT), **change}
    assert not is_genuine(secret, sent, body, now=now)


def test_a_request_without_headers_or_signed_long_ago_by_this_machines_clock_is_not_genuine() -> None:
    assert not is_genuine("geheim", {}, b"")
    assert not is_genuine("geheim", headers("geheim", MESSAGE, SIGNED_AT - 10**8), MESSAGE.body)


def test_an_envelope_is_read_as_it_was_written_by_client_and_window() -> None:
    written = wrap(ENVELOPE)
    assert unwrap(written) == ENVELOPE == of_window.unwrap(parse(written))
    transported = of_window.wrap_for_transport(ENVELOPE, of_window.TransportHeader("M", TIME, "A", "B"))
    assert unwrap(transported) == ENVELOPE


@each(
    "document", [b"", b"<a/>", b"<DxpMsg/>", b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp"/>', wrap(ENVELOPE)[:-1]]
)
def test_what_is_no_envelope_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError):
        unwrap(document)


@each(
    ("answer", "expected"),
    [
        ({"findings": [{"code": "c", "en": "why", "remedy_en": "do", "new": 1}]}, ("[c] why (do)",)),
        ({"findings": [{"code": "c", "en": "why"}]}, ("[c] why",)),
        ({"findings": None}, ()),
        ({}, ()),
        ("<html>", ()),
        (None, ()),
    ],
)
def test_findings_are_those_of_the_answer_whatever_answered(answer: object, expected: tuple[str, ...]) -> None:
    assert tuple(finding.text("en") for finding in findings_in(answer)) == expected


def test_a_refusal_says_its_findings_in_either_language_or_its_status() -> None:
    finding = Finding("c", zh="原因", en="why", remedy_zh="办法")
    refused = CallRefused(422, (finding, finding))
    assert (refused.text("zh"), str(refused)) == ("[c] 原因 (办法); [c] 原因 (办法)", "[c] why; [c] why")
    assert str(CallRefused(502, ())) == "HTTP 502"


def test_every_public_name_is_there_and_no_other() -> None:
    assert all(getattr(single_window_client, name) for name in single_window_client.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        single_window_client.nothing  # noqa: B018


def test_the_plug_in_loads_neither_the_window_nor_http_before_a_test_asks() -> None:
    names = ("single_window", "schemas", "urllib3", "msgspec")
    script = f"import sys, single_window_client.pytest_plugin; print([n for n in {names} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a package named as one of the window's, beside an environment in which the window is installed."""
    for place in ("project", "installed"):
        (tmp_path / place / "schemas").mkdir(parents=True)
        (tmp_path / place / "schemas/__init__.py").write_text(f"PLACE = {place!r}\n")
    made = tmp_path / "project"
    (made / "tests").mkdir()
    (made / "tests/test_own.py").write_text(
        "import schemas\n\ndef test_own():\n    assert schemas.PLACE == 'project'\n"
    )
    return made


def tests_of(project: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a project as `pytest` does, with the plug-in."""
    plugged = "import sys, pytest; sys.exit(pytest.main(['-p', 'single_window_client.pytest_plugin', *sys.argv[1:]]))"
    places = [str(project.parent / "installed"), *sys.path]
    of_test = {"PYTHONPATH": os.pathsep.join(places), "PYTHONSAFEPATH": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-c", plugged, "--single-window-url", "http://127.0.0.1:1", "-p", "no:cacheprovider"]
    environment = {**os.environ, **of_test}
    return subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(
    ("file", "text"),
    [("conftest.py", ""), ("tests/__init__.py", ""), ("pytest.ini", "[pytest]\npythonpath = .\n")],
    ids=["conftest", "tests as a package", "pythonpath"],
)
def test_a_project_has_its_own_packages_of_the_windows_names(project: Path, file: str, text: str) -> None:
    (project / file).write_text(text)
    done = tests_of(project)
    assert done.returncode == 0 and "single-window:" not in done.stdout, done.stdout


def test_a_project_whose_folder_is_not_on_the_path_is_told_whose_packages_were_imported(project: Path) -> None:
    done = tests_of(project)
    assert done.returncode == 1
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("single-window:")]
    assert "imported schemas of the window" in told and "pythonpath" in told
