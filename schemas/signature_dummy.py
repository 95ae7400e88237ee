"""A dummy signature element that satisfies the schema and is recognisable as no real signature."""

from __future__ import annotations

from base64 import b64encode

KEY_NAME = "DUMMY-NOT-SIGNED"
"""The KeyName by which a dummy is recognised."""

_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_PORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
ELEMENT = (
    f'<ds:Signature xmlns:ds="{_DSIG}"><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:CanonicalizationMethod>'
    f'<ds:SignatureMethod Algorithm="{_PORT}sm2-sm3"></ds:SignatureMethod>'
    f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{_DSIG}enveloped-signature"></ds:Transform>'
    f'</ds:Transforms><ds:DigestMethod Algorithm="{_PORT}sm3"></ds:DigestMethod>'
    f"<ds:DigestValue>{b64encode(bytes(32)).decode()}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    f"<ds:SignatureValue>{b64encode(bytes(64)).decode()}</ds:SignatureValue>"
    f"<ds:KeyInfo><ds:KeyName>{KEY_NAME}</ds:KeyName></ds:KeyInfo></ds:Signature>"
)
