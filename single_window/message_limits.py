"""Limits on a message's way from its request to its receipts: how many go together, how often and when something is
tried again, and how long anything waits. Each name ends with its unit.

Settings for operators stand in `settings.py` (`batch`: documents of a batch; `attempts` until a delivery is parked;
`work_deadline`; `polls`; `calls_per_minute` of a key); sizes and concurrent calls in `frame/http/budgets.csv`.
"""

from __future__ import annotations

# ---- how many go together, from the request inwards

REQUESTS_PER_GROUP = 64
"""Maximum requests that are answered as a group, so that none waits long for the others."""
ENOUGH_REQUESTS = 8
"""Waiting requests that end the pause after a group, unless that group had more: a larger group costs each little
less."""
READINGS_PER_COMMIT = 500
"""Maximum messages that are admitted in one commit."""
READY_DELIVERIES = 2_000
"""Maximum deliveries of a queue that one query for work finds."""
BATCHES_PER_TRANSACTION = 4
"""Maximum batches of a queue in one transaction, each of up to `Settings.batch` documents: enough for the four kinds of
document of a trade to meet in it."""
ITEMS_PER_DELIVERY = 500
"""Maximum items, of one topic, in a delivery that a gateway files."""
HOPS_PER_TRANSACTION = 16
"""Maximum calls of consumers in one transaction: more than any trade needs, and a limit for cycles."""
FEW_DELIVERIES = 200
"""Deliveries below which a worker pauses after a step while messages keep arriving (`BATCHING_PAUSE_SECONDS`)."""

# ---- how often something is tried again

COMMIT_ATTEMPTS = 3
"""Maximum attempts of the commit that admits messages, if it conflicts with another process."""
BATCH_ATTEMPTS = 3
"""Maximum attempts of a worker's batch, if it conflicts with another transaction."""
FIRST_BACKOFF_MILLISECONDS = 1_000
"""Wait before a failed delivery is tried the second time; doubled for each further attempt."""

# ---- how long anything waits

GROUP_PAUSE_SECONDS = 0.005
"""After a group the thread pauses for as long as the group took, at most so long: requests that arrive in quick
succession meet in the next group, which costs less than several, and a request after a quiet moment never waits."""
GROUP_ANSWER_SECONDS = 60.0
"""Maximum seconds from the arrival of a request to its answer in a group: longer than `COMMIT_WAIT_SECONDS`."""
COMMIT_WAIT_SECONDS = 45.0
"""Seconds that a channel waits for the commit of its message: longer than the database's lock timeout."""
QUEUE_AGE_SECONDS = 1.0
"""If the oldest message has waited longer for its commit, new ones are refused, because they would wait even longer."""
STALE_MESSAGE_SECONDS = 1.5
"""Seconds after which a message that waits for its commit is refused, because its sender may have sent it again."""
DUE_POLL_SECONDS = 0.5
"""Seconds between two polls of deadlines, and the longest wait of an idle worker."""
BATCHING_PAUSE_SECONDS = 0.05
"""While messages keep arriving, here or in other processes, the worker pauses after a step of `FEW_DELIVERIES` for the
duration of the step, at most so long, so that the next step handles more deliveries at a lower cost each."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 15.0
"""First and longest pause of a worker after a failed step; doubled with each failure."""
OUTAGE_PAUSE_SECONDS = 2.0
"""Longest pause of a worker while the database is unreachable: shorter, because much work may wait when it is back."""
BATCH_DEADLINE_SECONDS = 60
"""Default time limit of a worker for one batch (`Settings.work_deadline`)."""
LOST_WORKER_SECONDS = 30
"""Seconds after its deadline at which a worker that was not killed, or runs on another machine, counts as lost."""
