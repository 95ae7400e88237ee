"""A desk of officers with accounts, in a window whose owner is this program: signing in with passwords that are wrong,
changed or of nobody; what officers of another authority or customs office may not do; cases that are distributed,
handed over, and go to a colleague while somebody is absent, who is given nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from simulators.entry import monotonic
from simulators.entry.windows import CallRefused, EphemeralWindow, WindowClient, ephemeral_window

PASSWORD, ANOTHER = "correct-horse-battery-9", "another-horse-battery-9"
OFFICERS: Mapping[str, tuple[str, str, str]] = {
    "wang": ("reviewer", "", ""),
    "li": ("reviewer", "", ""),
    "zhao": ("supervisor", "customs", ""),
    "qian": ("supervisor", "tax", ""),
    "zhou": ("reviewer", "", "5300"),
}
"""Name → role, authority and customs office."""
OWNER = ""
"""Instead of a name: the owner of the data folder."""
DONE, BAD, UNKNOWN, LACKS, NOT_FOUND, WRONG, LOCKED = 200, 400, 401, 403, 404, 422, 429
LISTS = 6
FREE_FAILURES = 5
"""Wrong passwords after which a name has to pause."""
TRIED, FIRST_PAUSE, ROUNDS = 8, 1.0, 3
"""Wrong passwords at one time, seconds of the first pause after them, and how often they are tried: once in a while so
many take longer than the pause."""
LONGEST_DAYS = 366
"""Days of an absence, and days ahead at which it may begin, at most."""


def probe() -> Iterator[str]:
    """Yield what is wrong."""
    with ephemeral_window() as window:
        desk = DeskOfAccounts(window)
        for steps in (desk.accounts, desk.signing_in, desk.rights, desk.distributed, desk.absences, desk.absent):
            yield from steps()


class DeskOfAccounts:
    """Officers of a sandbox, with the lists that wait for them."""

    def __init__(self, window: EphemeralWindow) -> None:
        """Make the accounts and the lists."""
        self._window, self._owner = window, window.acting_as()
        for name, (role, agency, office) in OFFICERS.items():
            self._owner.caller.call("POST", "/accounts", json=_account(name, role, agency=agency, office=office))
        self._sandbox = self._owner.make_sandbox("desk", "ci", "desk")
        trades = [self._sandbox.sample("import") for _ in range(LISTS)]
        for trade in trades:
            self._sandbox.submit(trade, X_Scenario="reviewed")
        self._sandbox.settle()
        self._list = trades[0].order_no
        now = datetime.fromisoformat(self._owner.caller.call("GET", "/state")["sandboxes"]["main"])
        self._today = (now + timedelta(hours=8)).date()

    def accounts(self) -> Iterator[str]:
        """The faults of accounts that cannot be made, and of who may see and change them."""
        for words, made in (
            ("of a name that there is", _account("wang")),
            ("with a role that nobody knows", _account("new", "emperor")),
            ("with a short password", _account("new", password="x")),
            ("of an authority that nobody knows", _account("new", "supervisor", agency="army")),
        ):
            yield from self._asked(f"an account {words} is made", BAD, OWNER, "POST", "/accounts", made)
        yield from self._asked("an officer lists the accounts", LACKS, "zhao", "GET", "/accounts", password=PASSWORD)
        disabled = {"disabled": True}
        yield from self._asked("nobody's account is disabled", NOT_FOUND, OWNER, "PATCH", "/accounts/nobody", disabled)
        listed = {each["name"] for each in self._owner.caller.call("GET", "/accounts")["accounts"]}
        if listed != {*OFFICERS}:
            yield f"there are accounts of {sorted(listed)}, and not of {sorted(OFFICERS)}"

    def signing_in(self) -> Iterator[str]:
        """The faults of passwords."""
        call = self._owner.caller.call
        yield from self._pausing()
        yield from self._signs("a colleague meanwhile", "li", PASSWORD, DONE)
        call("DELETE", "/accounts/zhou/lock")
        yield from self._signs("the right password after the pause was ended", "zhou", PASSWORD, DONE)
        call("PUT", "/accounts/zhou/password", json={"password": ANOTHER})
        yield from self._signs("the password of before", "zhou", PASSWORD, UNKNOWN)
        yield from self._signs("the new password", "zhou", ANOTHER, DONE)
        for is_disabled, status in ((True, UNKNOWN), (False, DONE)):
            call("PATCH", "/accounts/zhou", json={"disabled": is_disabled})
            words = f"an account that is {'disabled' if is_disabled else 'enabled again'}"
            yield from self._signs(words, "zhou", ANOTHER, status)
        call("PUT", "/accounts/zhou/password", json={"password": PASSWORD})
        yield from self._signs("a name that nobody has", "nobody", PASSWORD, UNKNOWN)

    def _pausing(self) -> Iterator[str]:
        """The faults of the pause after the last free failure. It is short, so passwords are tried at one time: the
        window looks at one right after the other, however slow the machine is."""
        wanted = [UNKNOWN] * FREE_FAILURES + [LOCKED] * (TRIED - FREE_FAILURES)
        for rest in reversed(range(ROUNDS)):
            begun = monotonic()
            with ThreadPoolExecutor(TRIED) as pool:
                found = sorted(pool.map(self._status, ["zhou"] * TRIED, [ANOTHER] * TRIED))
            during = self._status("zhou", PASSWORD)
            if found == wanted or not rest:
                break
            self._owner.caller.call("DELETE", "/accounts/zhou/lock")
        if found != wanted:
            yield f"{TRIED} wrong passwords at one time are answered with HTTP {found}, and not {wanted}"
        elif during != LOCKED and monotonic() - begun < FIRST_PAUSE:
            yield f"the right password during the pause is answered with HTTP {during}"

    def _status(self, name: str, password: str) -> int:
        """The HTTP status of a sign-in."""
        try:
            self._call(name, "GET", "/absences", password=password)
        except CallRefused as refused:
            return refused.status
        return DONE

    def rights(self) -> Iterator[str]:
        """The faults of acts of officers of another authority or customs office."""
        path = f"/cases/declaration/{self._list}"
        for name in ("qian", "zhou"):
            rejected = {"action": "reject", "reason": "不符"}
            yield from self._asked(f"{name} rejects a list", LACKS, name, "POST", f"{path}/decisions", rejected)
            taken = {"action": "take_up"}
            yield from self._asked(f"{name} takes up a list", LACKS, name, "POST", f"{path}/assignment", taken)

    def distributed(self) -> Iterator[str]:
        """The faults of cases that a supervisor distributes: those who hold the fewest get them, and nobody else."""
        asked = {"desk": "review"}
        yield from self._asked("a reviewer distributes cases", LACKS, "li", "POST", "/distributions", asked)
        yield from self._asked("another authority distributes", WRONG, "qian", "POST", "/distributions", asked)
        first, rest = self._distribute(most=3), self._distribute()
        if sorted(first.values()) != [1, 2] or {name: first[name] + rest[name] for name in first} != {
            "li": 3,
            "wang": 3,
        }:
            yield f"of six cases three are distributed as {first}, and the others as {rest}"
        if given := self._distribute():
            yield f"cases that somebody holds are distributed as {given}"

    def absences(self) -> Iterator[str]:
        """The faults of absences that may not be noted."""
        for words, name, status, asked in (
            ("a colleague's", "li", LACKS, self._days(0, 1)),
            ("an officer's of another authority", "qian", LACKS, self._days(0, 1)),
            ("of yesterday", "zhao", WRONG, self._days(-1, -1)),
            ("that ends before it begins", "zhao", WRONG, self._days(2, 1)),
            ("that is too long", "zhao", WRONG, self._days(0, LONGEST_DAYS + 1)),
            ("that begins too late", "zhao", WRONG, self._days(LONGEST_DAYS + 1, LONGEST_DAYS + 1)),
            ("in which he stands in himself", "zhao", WRONG, {**self._days(0, 1), "to": "wang"}),
            ("in which nobody stands in", "zhao", WRONG, {**self._days(0, 1), "to": "nobody"}),
        ):
            yield from self._asked(f"an absence {words} is noted", status, name, "POST", "/absences", asked)

    def absent(self) -> Iterator[str]:
        """The faults of where the cases go when somebody is absent, or hands them over."""
        self._note("wang", self._days(3, 3))
        yield from self._held("before an absence", {"wang": 3, "li": 3})
        self._note("zhao", {**self._days(0, 0), "to": "li"})
        yield from self._held("of whom one is absent", {"wang": 0, "li": LISTS})
        stands_in = {**self._days(1, 1), "account": "li", "to": "wang"}
        yield from self._asked("an absent officer stands in", WRONG, "li", "POST", "/absences", stands_in)
        for name, days in (("wang", [0, 3]), ("zhao", [0, 3]), ("li", []), ("qian", [])):
            found = [each["since"] for each in self._call(name, "GET", "/absences")["absences"]]
            if found != [self._day(day) for day in days]:
                yield f"{name} is told of absences from {found} on, and not from those in {days} days"
        path = f"/absences/wang?since={self._day(0)}"
        yield from self._asked("another authority ends an absence", LACKS, "qian", "DELETE", path)
        other = f"/absences/wang?since={self._day(1)}"
        yield from self._asked("an absence is ended that there is not", NOT_FOUND, "zhao", "DELETE", other)
        self._call("wang", "DELETE", path)
        yield from self._held("after an absence", {"wang": 0, "li": LISTS}, {"wang": 3, "li": 3})
        others = {"account": "wang", "to": ""}
        yield from self._asked("an officer hands over a colleague's cases", LACKS, "li", "POST", "/handovers", others)

    def _held(self, words: str, wanted: Mapping[str, int], then: Mapping[str, int] | None = None) -> Iterator[str]:
        """The faults of how many cases each holds; they are handed over, and distributed anew to whoever is there:
        then, too, each should get so many, or as many as `then` says."""
        ask = {name: {"account": name, "to": ""} for name in wanted}
        held = {name: self._call("zhao", "POST", "/handovers", asked)["cases"] for name, asked in ask.items()}
        if held != wanted:
            yield f"officers {words} hold {held}, and not {wanted}"
        given = self._distribute()
        if {name: given.get(name, 0) for name in wanted} != (then or wanted):
            yield f"among officers {words} cases are distributed as {given}, and not as {then or wanted}"

    def _distribute(self, most: int = 200) -> dict[str, int]:
        return dict(self._call("zhao", "POST", "/distributions", {"desk": "review", "most": most})["given"])

    def _note(self, name: str, asked: Mapping[str, str]) -> None:
        self._call(name, "POST", "/absences", asked)

    def _days(self, since: int, until: int) -> dict[str, str]:
        return {"account": "wang", "since": self._day(since), "until": self._day(until)}

    def _day(self, days: int) -> str:
        wanted: date = self._today + timedelta(days=days)
        return wanted.isoformat()

    def _signs(self, words: str, name: str, password: str, status: int) -> Iterator[str]:
        yield from self._asked(f"{words} is used", status, name, "GET", "/absences", password=password)

    def _call(self, name: str, method: str, path: str, asked: Any = None, password: str = "") -> Any:
        """Call as an officer, for whom the owner acts where no password is given: that is quicker."""
        client = WindowClient(self._window.url, f"{name}:{password}") if password else self._window.acting_as(name)
        return client.sandbox(self._sandbox.name).call(method, path, json=asked)

    def _asked(
        self, words: str, status: int, name: str, method: str, path: str, asked: Any = None, password: str = ""
    ) -> Iterator[str]:
        """The fault of a call that is not answered with a status."""
        try:
            self._call(name, method, path, asked, password)
            found = DONE
        except CallRefused as refused:
            found = refused.status
        if found != status:
            yield f"{words}: HTTP {found}, and not {status}"


def _account(name: str, role: str = "reviewer", password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"name": name, "role": role, "password": password, **more}
