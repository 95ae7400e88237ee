"""Two sandboxes beside each other: a certificate that both know and one of them revokes is revoked there alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.reading import open_message
from schemas.signature import certificates, keys
from schemas.signature.algorithms import Key
from schemas.signature.signing import Signer, sign
from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox

MOMENT = "2026-11-24T08:00:00+08:00"
REVOKED = "17612"


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    with (
        fresh_sandbox(client, "one", "probes", MOMENT, under=under) as one,
        fresh_sandbox(client, "other", "probes", MOMENT, under=under) as other,
    ):
        trade = one.sample("import", "apart")
        company, message = trade.value("copCode", "621"), trade.messages["621"]
        made = one.call("POST", "/certificates", json={"company": company, "algorithm": Key.SM2.value})
        certificate = certificates.read_text(made["certificate"])
        signer = Signer(keys.from_pem(made["key"].encode(), own=True), certificate)
        body = sign(open_message(message).tree, signer)
        other.call("POST", "/certificates/register", json={"company": company, "certificate": certificate.base64})
        yield from _complaints({"before": (one, False), "before, elsewhere": (other, False)}, body)
        one.call("DELETE", f"/certificates/{certificate.number}")
        yield from _complaints({"where it was revoked": (one, True), "elsewhere": (other, False)}, body)


def _complaints(expected: Mapping[str, tuple[SandboxClient, bool]], body: bytes) -> Iterator[str]:
    """The sandboxes in which a signature is not judged as expected: place → (sandbox, whether it is revoked)."""
    for place, (sandbox, is_revoked) in expected.items():
        verified = sandbox.call("POST", "/signatures/verify", body=body)
        found = {finding["code"] for finding in verified["findings"]}
        if any(code.endswith(REVOKED) for code in found) != is_revoked or verified["valid"] == is_revoked:
            about = "revoked" if is_revoked else "valid"
            yield f"a certificate should be {about} {place}, and is not: {' '.join(sorted(found)) or 'valid'}"
