"""What becomes of a sample: its state, the notice to the merchant, its timeline."""

from __future__ import annotations

from declarations import lifecycle
from gateways.pest_checks.repository import GoodsSample, PestCheckDesk
from gateways.records import CaseReference

KIND = "pest_check"


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
    desk.repository.put_sample(sample)
