"""A commitment tells nothing of its secret, and shows afterwards that it is the one."""

from __future__ import annotations

from declarations.commitments import commitment_of, is_committed


def test_a_commitment_is_the_hash_that_everybody_can_compute() -> None:
    assert commitment_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_only_the_secret_itself_fits_its_commitment() -> None:
    commitment = commitment_of("secret")
    assert is_committed(commitment, "secret")
    assert not is_committed(commitment, "Secret") and not is_committed(commitment, commitment)
