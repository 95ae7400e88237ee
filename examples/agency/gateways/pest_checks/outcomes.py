"""What becomes of a sample: its state, the notice to the merchant, its timeline, and what is held because of it."""

from __future__ import annotations

from declarations import lifecycle
from declarations.calendar import DAY
from declarations.reasons import Reason
from gateways.holds import Held
from gateways.pest_checks.repository import GoodsSample, PestCheckDesk
from gateways.records import CaseReference

KIND = "pest_check"
HELD_DAYS = 30
"""How long lists of a merchant wait who was told to recall goods."""


def apply_step(
    sample: GoodsSample, action: str, desk: PestCheckDesk, reason: str = "", by: str = "pest_checks"
) -> None:
    """Apply an action of the lifecycle to a sample, note it and notify the merchant; raises `lifecycle.NotAllowed`."""
    made = lifecycle.transition_of(sample.state, action, KIND)
    text = made.receipt_text(reason)
    # the page says them as why the case waits; the timeline has the rest
    sample.state, sample.reasons = made.to, (text,)
    about = CaseReference(KIND, sample.sample_no, sample.sample_no)
    fields = {
        "sampleNo": sample.sample_no,
        "planNo": sample.plan_no,
        "ebcCode": sample.ebc_code,
        "invtNo": sample.invt_no,
        "gnum": str(sample.gnum),
        "gcode": sample.gcode,
    }
    notice = about.receipt("", made.return_status, 0, text, fields, code="PestCheckNotice")
    desk.notify(sample.ebc_code, notice, once=made.to)
    desk.add_event(about.event(f"pest_check_{made.to}", made.to, desk.now, [text], actor=by))
    _hold(sample, text, desk)
    desk.repository.put_sample(sample)


def _hold(sample: GoodsSample, why: Reason, desk: PestCheckDesk) -> None:
    """Hold the goods of a sample that failed until an officer has decided; after a recall all lists of the merchant."""
    by = f"pest_checks:{sample.sample_no}"
    if sample.state == "unqualified":
        desk.hold(Held.GOODS, sample.gcode, by, why)
    elif sample.state in {"warned", "recalled"}:
        desk.lift(Held.GOODS, sample.gcode, by)
    if sample.state == "recalled":
        desk.hold(Held.COMPANY, sample.ebc_code, by, why, until=desk.now + HELD_DAYS * DAY)
