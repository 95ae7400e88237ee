"""The console's pages of samples: the list, waiting ones first; one sample with its reports and its decisions, where
it is also taken, on a phone at the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, request
from sqlalchemy import Connection

from declarations.money import amount_text
from gateways.spot_checks.acts import TAKE
from gateways.spot_checks.sampling import SiteRecord
from single_window.cases.own_pages import case_pages
from single_window.cases.spot_checks import plan_pages
from single_window.cases.spot_checks.answers import SpotSampleOut, measure_words
from single_window.cases.spot_checks.decisions import SPOT_CHECK_DECISION
from single_window.cases.spot_checks.public_list import FAILURES
from single_window.cases.spot_checks.queries import SPOT_SAMPLE_CASES, SPOT_SAMPLE_ROWS
from single_window.cases.spot_checks.site_records import MAX_SEAL, MAX_STORAGE, PICTURES
from single_window.frame import files, notes
from single_window.frame.decision_kinds import Requested, Subject
from single_window.frame.http.ports import ports
from single_window.frame.http.public_lists import add_public_page
from single_window.frame.pages.decision_forms import values_of_form
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import say
from single_window.store.gateways.spot_checks import left_of

NEW_PHOTO = "new_photo"
"""The field of a photo that is not among the files of the case yet."""


def _requested(sandbox: str, subject: Subject) -> Requested:
    """The decision of the form. A photo of the sample is kept first, so that a refusal does not lose it."""
    wanted, sent = values_of_form(subject), request.files.get(NEW_PHOTO)
    if wanted.action != TAKE or sent is None or not sent.filename:
        return wanted
    notes.demand_keeping(ports().window, sandbox, subject, current_person())
    told = sent.filename, sent.mimetype or "", sent.read()
    kept, _ = files.add(ports().window, sandbox, subject, *told, current_person())
    g.kept_photo = kept.sha256
    return wanted._replace(values={**wanted.values, "photo": kept.sha256})


def _further(connection: Connection, sandbox: str, shown: SpotSampleOut, subject: Subject) -> Mapping[str, Any]:
    """The fields that stand in the page instead of the bar, with their limits, and the photo that was just kept."""
    sample = subject.record
    left = left_of(connection, sandbox, sample) if sample.lot else sample.qty
    return {
        "most": amount_text(min(sample.qty, left)),
        "in_body": {TAKE: SiteRecord._fields},
        "limits": {"quantity": 20, "seal": MAX_SEAL, "kept": 20, "storage": MAX_STORAGE},
        "pictures": PICTURES,
        "kept_photo": g.get("kept_photo", ""),
        "ordered": say(measure_words(shown.measure)),
    }


_register, SPOT_CHECK_LIST, SPOT_CHECK_CASE_PAGE, SPOT_CHECK_DECISION_PAGE = case_pages(
    SPOT_SAMPLE_CASES,
    SPOT_CHECK_DECISION,
    "spot_checks",
    "spot_check",
    waiting=SPOT_SAMPLE_ROWS.waiting,
    number=lambda sample: sample.sample_no,
    number_of_subject=lambda subject: subject.label,
    further=_further,
    requested=_requested,
)


def register(blueprint: Blueprint) -> None:
    """Add the pages of samples, of plans and of failures."""
    _register(blueprint)
    plan_pages.register(blueprint)
    add_public_page(blueprint, FAILURES, "spot_check_failures")
