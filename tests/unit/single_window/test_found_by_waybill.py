"""The advice of a 404, to ask by a waybill's number, is true for imports as well."""

from __future__ import annotations

from pathlib import Path

from played_trades import SANDBOX, order_no, play

from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.wiring import Window
from tests.described import described_client


def test_a_list_is_found_by_each_number_that_the_404_names(tmp_path: Path) -> None:
    played = play(tmp_path)
    window = Window(Settings(data=played.data, readers=0))
    client = described_client(create_app(window, admission=AdmissionQueue(window)))

    def ask(number: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
        answer = client.get(f"/api/v1/declarations/{number}", headers={"X-Sandbox": SANDBOX})
        return answer.status_code, answer.json

    wanted = order_no(played.released)
    shown = ask(wanted)[1]["declarations"][0]
    for name in ("cop_no", "pre_no", "invt_no", "order_no", "logistics_no"):
        status, result = ask(shown[name])
        assert status == 200 and [declaration["order_no"] for declaration in result["declarations"]] == [wanted], name
    assert ask(shown["logistics_no"][1:])[0] == 404 and ask("%25")[0] == 404 and ask("_" * 8)[0] == 404
    window.close()
