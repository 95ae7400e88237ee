"""A customs manifest as it was read: who sent it, its ship, consignments and containers, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.findings import Finding


@dataclass(frozen=True, slots=True)
class ManifestContainer:
    """A container of a manifest; `full` 4: empty, 5: full."""

    number: str
    iso_type: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True)
class ManifestConsignment:
    """A bill of lading of a manifest: `master`, and `house` if it is one of several."""

    master: str
    house: str = ""
    packages: str = ""
    weight: str = ""
    load_port: str = ""
    discharge_port: str = ""
    containers: tuple[ManifestContainer, ...] = ()


@dataclass(slots=True)
class CustomsManifest:
    """A manifest. Times are yyyyMMddHHmmss; `site`: the code of the place that reports an arrival; `vessel`: the IMO
    number; `containers`: those of an arrival."""

    message_id: str = ""
    type: str = ""
    function: str = ""
    sender: str = ""
    receiver: str = ""
    sent_at: str = ""
    voyage: str = ""
    vessel: str = ""
    vessel_name: str = ""
    site: str = ""
    began_at: str = ""
    ended_at: str = ""
    consignments: tuple[ManifestConsignment, ...] = ()
    containers: tuple[ManifestContainer, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """True if something is wrong with it, and not only remarked on."""
        return any(not finding.warning for finding in self.findings)
