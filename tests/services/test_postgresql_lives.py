"""Random lives on PostgreSQL: the same books balance, and no gateway takes hold of anything late."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.stories.test_lives import Lives


class LivesOnPostgreSQL(Lives):
    """The same five trades, where rows are locked."""

    engine = "postgresql"


LivesOnPostgreSQL.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
TestLivesOnPostgreSQL = pytest.mark.long(pytest.mark.service(LivesOnPostgreSQL.TestCase))
