"""Certificates like those of the port's keys: read from messages, and issued by a test authority.

`asn1crypto` reads and writes them, since `cryptography` reads no SM2 key and signs no SM2 certificate.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from asn1crypto import algos, core, x509
from asn1crypto import keys as asn1_keys

from schemas.signature import keys
from schemas.signature.algorithms import DigestAlgorithm, Key
from schemas.signature.keys import BadSigningKey, Private, Public

SM2_WITH_SM3 = "1.2.156.10197.1.501"
MAX_CERTIFICATE_BYTES = 8_192
"""Maximum size of a certificate in bytes; those of the port's cards have about 1,100."""
SERIAL_BOUND = 1 << 160
"""Exclusive upper bound of serial numbers (RFC 5280)."""
CERTIFICATE_CACHE_SIZE = 500
"""Number of parsed certificates in the cache, because a company signs many messages with one."""
DIGITS: Mapping[Key, int] = {Key.RSA: 8, Key.SM2: 16}
"""Number of hexadecimal digits of a certificate number."""
PRIVATE = "1.3.6.1.4.1.5315.100."
"""OID prefix of the extensions with the holder's data in certificates of the port's cards."""
UNIT_NAME, UNIT_CODE, CARD_NUMBER, HOLDER_NUMBER = "5.1", "5.9", "5.8", "5.3"


class BadCertificate(ValueError):
    """Raised for data that are no certificate, or one with an unsupported key. Permanent."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Certificate:
    """The content of a certificate. `number` is its serial number as written in messages; `since` and `until` are
    instants in milliseconds."""

    number: str
    holder: str
    issuer: str
    since: int
    until: int
    key: Public
    der: bytes

    @property
    def kind(self) -> Key:
        """The kind of its key."""
        return keys.kind_of(self.key)

    @property
    def base64(self) -> str:
        """The certificate in Base64, in one line without BEGIN and END, as in X509Certificate and the client
        control."""
        return b64encode(self.der).decode()


@dataclass(frozen=True, slots=True)
class CertificateHolder:
    """The holder of a certificate: the unit, its customs code, the person, and the number of the card."""

    unit: str
    code: str
    person: str
    card: str


def number_text(serial: int, kind: Key) -> str:
    """Format a certificate number: the serial in lower-case hexadecimal digits, with leading zeros."""
    return f"{serial:0{DIGITS[kind]}x}"


def is_number(text: str, certificate: Certificate) -> bool:
    """True if a text is the certificate's serial number, ignoring leading zeros and case."""
    return text.lower().lstrip("0") == certificate.number.lstrip("0")


def read_any(data: bytes) -> Certificate:
    """Read a certificate in DER, PEM or Base64; raises `BadCertificate`."""
    return read(data) if data[:1] == b"\x30" else read_text(data.decode("ascii", "replace"))


def read_text(text: str) -> Certificate:
    """Read a certificate in Base64, also with line breaks or BEGIN and END; raises `BadCertificate`."""
    if len(text) > 2 * MAX_CERTIFICATE_BYTES:
        raise BadCertificate(f"a certificate has at most {MAX_CERTIFICATE_BYTES} bytes here")
    lines = [line.strip() for line in text.splitlines() if not line.startswith("-----")]
    try:
        return read(b64decode("".join("".join(lines).split()), validate=True))
    except (NoBase64, ValueError) as error:
        raise BadCertificate(str(error)) from None


@lru_cache(CERTIFICATE_CACHE_SIZE)
def read(der: bytes) -> Certificate:
    """Read a certificate; raises `BadCertificate`."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise BadCertificate(f"a certificate has at most {MAX_CERTIFICATE_BYTES} bytes here")
    try:
        return _read(x509.Certificate.load(der, strict=True)["tbs_certificate"], der)
    except (BadCertificate, BadSigningKey) as error:
        raise BadCertificate(str(error)) from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise BadCertificate(f"no certificate can be read: {error}"[:200]) from None


def _read(body: x509.TbsCertificate, der: bytes) -> Certificate:
    key = keys.public_from(body["subject_public_key_info"])
    validity, serial = body["validity"], int(body["serial_number"].native)
    if not 0 < serial < SERIAL_BOUND:
        raise BadCertificate("a serial number has 1 to 20 bytes")
    return Certificate(
        number_text(serial, keys.kind_of(key)),
        _name(body["subject"]),
        _name(body["issuer"]),
        _milliseconds(validity["not_before"].native),
        _milliseconds(validity["not_after"].native),
        key,
        der,
    )


def issue(
    authority: Private, issuer: str, key: Public, number: str, holder: CertificateHolder, since: int, until: int
) -> bytes:
    """Issue a certificate (DER) for a public key, signed by an authority with the same kind of key: SHA-1 with RSA, or
    SM2 with SM3. `issuer` is the authority's name."""
    algorithm = _algorithm(authority)
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": int(number, 16),
            "signature": algorithm,
            "issuer": _built(issuer, "", ""),
            "validity": {"not_before": _time(since), "not_after": _time(until)},
            "subject": _built(holder.person, holder.unit, holder.code),
            "subject_public_key_info": asn1_keys.PublicKeyInfo.load(keys.public_to_der(key)),
            "extensions": _extensions(holder),
        }
    )
    signed = keys.sign(authority, DigestAlgorithm.SHA1, body.dump())
    if keys.kind_of(authority) is Key.SM2:
        half = len(signed) // 2
        signed = algos.DSASignature(
            {"r": int.from_bytes(signed[:half], "big"), "s": int.from_bytes(signed[half:], "big")}
        ).dump()
    return bytes(
        x509.Certificate({"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signed}).dump()
    )


def _algorithm(authority: Private) -> algos.SignedDigestAlgorithm:
    name = SM2_WITH_SM3 if keys.kind_of(authority) is Key.SM2 else "sha1_rsa"
    return algos.SignedDigestAlgorithm({"algorithm": name})


def _extensions(holder: CertificateHolder) -> list[dict[str, object]]:
    """The extensions with the holder's data, which is invented."""
    texts = {
        UNIT_NAME: holder.unit,
        HOLDER_NUMBER: f"TEST{holder.card}",
        CARD_NUMBER: holder.card,
        UNIT_CODE: holder.code[:9],
        "5.11": "0",
        "5.12": "0",
        "2.1": "1",
        "2.4": "TEST",
    }
    return [
        {"extn_id": PRIVATE + name, "critical": False, "extn_value": core.UTF8String(text).dump()}
        for name, text in texts.items()
    ]


def _built(person: str, unit: str, code: str) -> x509.Name:
    names = {"country_name": "CN", "organization_name": unit, "organizational_unit_name": code, "common_name": person}
    return x509.Name.build({name: text for name, text in names.items() if text}, use_printable=False)


def _name(name: x509.Name) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in str(name.human_friendly)[:200])


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def _time(instant: int) -> x509.Time:
    moment = datetime.fromtimestamp(instant // 1000, UTC)
    if moment.year < 2050:
        return x509.Time({"utc_time": core.UTCTime(moment)})
    return x509.Time({"general_time": core.GeneralizedTime(moment)})
