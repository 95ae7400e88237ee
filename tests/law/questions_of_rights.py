"""Questions about who may do what: roles of a right, rights of an act, and who must approve it. Texts in and out."""

from __future__ import annotations

from single_window.accounts.rights_book import Second, book


def roles_of_right(right: str) -> str:
    """Return the roles that have a right, and after a colon to what it is narrowed: an agency, cases of the own office,
    keys of programs, mailboxes."""
    found = book().rights[right]
    narrowed = {"office": found.office, "key": found.key, "mailbox": found.mailbox}
    words = [found.agency, *(word for word, holds in narrowed.items() if holds)]
    return f"{' '.join(sorted(found.roles))}: {' '.join(filter(None, words))}".removesuffix(": ")


def rights_of_act(subject: str, action: str) -> str:
    """Return the rights of which an act needs one."""
    return " ".join(sorted(book().expanded(book().acts[subject, action])))


def approved_with(subject: str, action: str) -> str:
    """Return the rights with which a second officer approves an act, each with its conditions; nobody: one officer
    suffices."""
    return ", ".join(map(_told, book().seconds.get((subject, action), ()))) or "nobody"


def _told(second: Second) -> str:
    amount = str(second.above) if second.above else second.above_value
    words = {"in": "/".join(second.states), "above": amount, "because": "/".join(second.because)}
    flags = {"suffices": second.suffices, "reason": second.reason}
    said = [f"{name}={text}" for name, text in words.items() if text] + [name for name, holds in flags.items() if holds]
    return " ".join([second.right, *said])
