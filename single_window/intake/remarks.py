"""Warnings about a message that is accepted, but may not do what its sender expects."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.findings import Finding
from schemas.message import Subscribe
from schemas.reading import Opened

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def unsigned(opened: Opened) -> Iterator[Finding]:
    """Warn about a missing signature that the specification's text requires, but its schema does not."""
    if opened.entry.signature_by_text and opened.tree.find(SIGNATURE) is None:
        root = opened.entry.root
        yield Finding(
            "unsigned",
            f"规范正文要求{root}必须签名，而其schema未作要求；此处不予退回，正式环境可能退回",
            f"the specification's text requires {root} to be signed, its schema does not; it passes here, and may be "
            "refused by the real port",
            path=f"/{root}",
            expected="ds:Signature",
            remedy_zh="上线前请加签",
            remedy_en="sign it before going live",
            warning=True,
        )


def unserved_subscription(opened: Opened, subscription: Subscribe) -> Finding:
    """The warning about a subscription that is not served."""
    return Finding(
        "subscription-unheard",
        f"订阅[{subscription.status}:{subscription.dxp_address}]不会被送达",
        f"the subscription {subscription.status} of {subscription.dxp_address} is not served",
        path=f"/{opened.entry.root}/BaseSubscribe",
        expected="ALL, DATA, RET; DXPENT0000000001",
        found=f"{subscription.status}: {subscription.dxp_address}"[:100],
        remedy_zh="请检查status和dxpAddress",
        remedy_en="check status and dxpAddress",
        warning=True,
    )
