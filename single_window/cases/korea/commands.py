"""`single-window korea`: parcels to and from Korea, certificates of origin."""

from __future__ import annotations

from pathlib import Path

from single_window.cases.korea.answers import KOREA_KIND, KoreaCertificateOut
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import show_evidence
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import CommandGroup
from single_window_client import SandboxClient
from single_window_client.calls import part

korea = CommandGroup("korea")
korea.cases(KOREA_KIND, "List parcels, newest first.", ("", "--state doubtful"))


def _show_certificate(call: Call, found: KoreaCertificateOut) -> None:
    call.print_line(f"{found.cert_no}  {found.agreement}  {found.state}  {' '.join(found.hs6)}  ({found.confidence})")


_show = show_evidence(
    KOREA_KIND, lambda parcel: f"(I)  {parcel.invt_no} {parcel.our_state}", ("certificate", _show_certificate)
)
korea.case(KOREA_KIND, "NUMBER", "Show a parcel by its parcelNo or id.", _show, ("KR1-2026-QD000000000001",))
korea.row(
    "certificate",
    "GET /korea/certificates/{number}",
    "Show a certificate of origin; its number with or without hyphens.",
    _show_certificate,
    examples=("K001-26-0000001",),
)


@korea.client(
    name="return-draft",
    examples=("KR1-2026-QD000000000001", "KR1-2026-QD000000000001 --out return.xml"),
)
def return_draft(
    call: Call,
    sandbox: SandboxClient,
    number: str,
    out: Path | None = option("Write here instead of to the terminal."),
) -> None:
    """Draft the return (CEB213) of a parcel (its parcelNo) that Korea sent back, to be sent by `submit`."""
    text = sandbox.call("GET", f"/korea/parcels/{part(number)}/return")
    call.show_draft(text, out, parcel=number)
