"""XML signatures of messages: signing, checking, certificates.

Pure functions: registration and revocation of certificates are handled elsewhere.
"""
