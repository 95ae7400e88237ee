"""Registers, lists and removes the addresses at which platforms are called for payment data. Commits."""

from __future__ import annotations

from single_window.channels.addresses import parse, resolve
from single_window.context import Context
from single_window.refused import Refused
from single_window.store import payment_requests, sandboxes
from single_window.store.engine import reading, writing
from single_window.store.payment_requests import Address

MAX_ADDRESSES = 1_000
"""Maximum number of addresses of a sandbox."""
MAX_COMPANY_LENGTH = 18


def put(context: Context, sandbox: str, company: str, url: str) -> Address:
    """Register the address of a platform; raises `Refused` for a forbidden address, `UnknownSandbox`."""
    if not 0 < len(company) <= MAX_COMPANY_LENGTH or not company.isascii() or not company.isalnum():
        raise Refused(
            "platform-code",
            f"{company[:40]!r} is no ebpCode: 1 to {MAX_COMPANY_LENGTH} letters and digits.",
            found=company[:40],
            path="company",
            expected=f"[0-9A-Za-z]{{1,{MAX_COMPANY_LENGTH}}}",
        )
    resolve(parse(url), bool(context.settings.webhook_private))
    address = Address(company, url, context.now(sandbox))
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        registered = payment_requests.addresses(connection, sandbox)
        if len(registered) >= MAX_ADDRESSES and company not in {address.company for address in registered}:
            raise Refused(
                "platform-addresses",
                f"The sandbox {sandbox} has {MAX_ADDRESSES} addresses, and takes no more.",
                most=MAX_ADDRESSES,
                path="company",
                found=company,
            )
        payment_requests.put_address(connection, sandbox, address)
    return address


def addresses_of(context: Context, sandbox: str) -> list[Address]:
    """The addresses of the platforms of a sandbox; raises `UnknownSandbox`."""
    with reading(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        return payment_requests.addresses(connection, sandbox)


def remove(context: Context, sandbox: str, company: str) -> None:
    """Remove the address of a platform; raises `Refused` if none is registered, `UnknownSandbox`."""
    with writing(context.engine) as connection:
        sandboxes.hold(connection, sandbox)
        if not payment_requests.remove_address(connection, sandbox, company):
            raise Refused(
                "no-such-platform-address",
                f"The platform {company[:40]!r} has no address in the sandbox "
                f"{sandbox}. See: single-window platform-data address list",
                sandbox=sandbox,
                company=company,
                path="company",
                found=company[:40],
            )
