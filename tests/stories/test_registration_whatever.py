"""Whatever companies and officers do, in whatever order: nothing is parked, and what agencies know stays consistent."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from single_window.store.tables import enterprise
from tests.databases import fetch
from tests.stories.registering import MERCHANT, MILK, NEWCOMER, acted, application, goods, grades, known
from tests.stories.story import WORLD

COMPANIES = st.sampled_from([NEWCOMER, MERCHANT])
DAYS = st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-23", "2026-11-19", "2027-02-01", "20261120", ""])
ACTS = st.tuples(
    COMPANIES,
    st.sampled_from(["approve", "refuse", "suspend", "resume", "grade", "correct", "dance"]),
    st.fixed_dictionaries(
        {},
        optional={
            "reason": st.sampled_from(["立案调查", " ", "\x00\x01<&>" + "长" * 2_000]),
            "since": DAYS,
            "until": DAYS,
            "grade": st.sampled_from(["advanced", "ordinary", "dishonest", "severely_dishonest", "金"]),
        },
    ),
)
SENT = st.tuples(
    COMPANIES,
    st.sampled_from(["1", "2", "3"]),
    st.fixed_dictionaries(
        {},
        optional={
            "kinds": st.sampled_from(["merchant", "merchant;warehouse", "carrier", ";;", "海盗"]),
            "creditCode": st.sampled_from([MERCHANT.credit_code, "9" * 18]),
            "agentCode": st.sampled_from([WORLD.agents[0].code, MERCHANT.code, "x"]),
            "netAssets": st.sampled_from(["-1", "0", "9999999999999.99999"]),
        },
    ),
)
_names = count(1)


@pytest.mark.parametrize("examples", [4, pytest.param(40, marks=pytest.mark.long)])
def test_whatever_is_done_the_books_agree(start_story, examples):
    steps = st.lists(st.one_of(ACTS, SENT, st.integers(1, 3)), min_size=4, max_size=14)
    some = settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        # a failure is reported as it was found: making the example smaller takes minutes
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    some(given(steps=steps)(lambda steps: done(start_story, steps)))()


def done(start_story, steps):
    story = start_story(f"whatever{next(_names)}")
    for clock, step in enumerate(steps):
        if isinstance(step, int):
            story.pass_time(days=step)
        elif step[1].isdigit():
            company, app_type, changes = step
            story.submit(
                application(company, 100 + clock, app_type, **changes),
                goods(company, ("A-1", MILK), number=f"SP{clock}", clock=100 + clock),
            )
        else:
            company, action, values = step
            acted(story, company.code, action, **values)
        agrees(story)


def agrees(story) -> None:
    assert story.window.depth(story.sandbox).get("parked", 0) == 0
    assert sum(story.window.depth(story.sandbox).values()) == 0
    rows = fetch(story.window.engine, select(enterprise).where(enterprise.c.sandbox == story.sandbox)).all()
    for row in rows:
        company = next(applicant for applicant in (NEWCOMER, MERCHANT) if applicant.code == row.code)
        record = known(story, company, "kinds", "suspended_at", "credit_grade")
        registered = bool(record) and bool(record[0])
        standing = {"registered": True, "suspended": True, "deleted": False, "rejected": False}.get(row.state)
        assert standing in {None, registered}, (row.state, record)
        assert (row.state == "suspended") <= (bool(record) and record[1] == row.suspended_at > 0)
        assert (row.state == "registered") <= (row.suspended_at == record[1] == 0 if record else False)
        today = "2026-11-20"
        begun = [grade for since, grade in grades(story, company) if since <= today]
        assert not begun or record[2] == begun[-1] or story.window.now(story.sandbox) > NEXT_DAY
    return


NEXT_DAY = 1_795_190_400_000
"""The midnight that ends 2026-11-20 in Asia/Shanghai: from then on later grades may count."""
