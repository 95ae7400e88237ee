"""XML signatures of messages: signing, checking, certificates.

Pure functions: registration and revocation of certificates are handled elsewhere.

XML-DSIG is done here on lxml's C14N, because general libraries (signxml) know neither SM2 nor the port's URIs, verify
what a signature asks for instead of what the standard allows, and cost four times as much. A certificate is trusted
because it is registered for a company, not because of a chain, as at the port. A signature is checked while its message
is read, where no transaction is open; a message with a KeyName only cannot be checked there and is a finding.
"""
