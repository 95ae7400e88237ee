"""The rejected part of an interchange: the whole of it, a functional group, or a message; the rest is taken."""

from __future__ import annotations

from typing import NamedTuple

from schemas.edifact.interchange import EdifactMessage, FunctionalGroup, Interchange
from schemas.edifact.places import SyntaxFault


class Verdict(NamedTuple):
    """The errors that reject the whole interchange, because they stand in no message and no group, and those of the
    headers and trailers of groups, by the byte at which the header begins."""

    whole: list[SyntaxFault]
    groups: dict[int, list[SyntaxFault]]

    def of_group(self, group: FunctionalGroup) -> list[SyntaxFault]:
        """Return the errors that reject a group with its messages."""
        return self.groups.get(group.header.offset, [])


def verdict(interchange: Interchange) -> Verdict:
    """Return what rejects an interchange or groups of it."""
    ends = {
        end.offset: group.header.offset
        for group in interchange.functional_groups
        for end in (group.header, group.trailer)
        if end is not None
    }
    found = Verdict([], {})
    for fault in interchange.faults:
        if fault.error and fault.place.message is None:
            group = _unended(interchange, fault) if fault.missing == "UNE" else ends.get(fault.place.offset)
            (found.whole if group is None else found.groups.setdefault(group, [])).append(fault)
    return found


def _unended(interchange: Interchange, fault: SyntaxFault) -> int | None:
    """The group that has no end before the place of a fault."""
    groups = (group.header.offset for group in interchange.functional_groups if group.trailer is None)
    return max((offset for offset in groups if offset <= fault.place.offset), default=None)


def accepted_messages(interchange: Interchange) -> list[EdifactMessage]:
    """Return the messages that nothing rejects: neither an error of their own, nor one of their group or of the whole.
    CONTRL says of all others that they are rejected."""
    found = verdict(interchange)
    if found.whole:
        return []
    rejected = {
        message.number for group in interchange.functional_groups if found.of_group(group) for message in group.messages
    }
    return [message for message in interchange.messages if not message.refused and message.number not in rejected]
