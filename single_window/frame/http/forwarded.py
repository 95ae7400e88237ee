"""Headers that only proxies and content networks set: whoever sends one counts as coming from another machine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_OF_PROXIES = re.compile(
    "X_FORWARD(?:ED)?(?:_.*)?|FORWARDED(?:_.*)?|VIA|MAX_FORWARDS|SURROGATE_.*|FRONT_END_.*"
    "|(?:X_)?(?:REAL|CLIENT|REMOTE|ORIGINATING|FROM|SOURCE|TRUE|CLUSTER|PROXY_?USER|TRUE_CLIENT|CLUSTER_CLIENT)_?IP"
    "|X_CLIENT_(?:ADDR|HOST|CERT|DN|VERIFY)|(?:X_)?REMOTE_(?:ADDR|HOST|USER)|X_COMING_FROM|COMING_FROM"
    "|X_ORIGINAL_.*|X_REWRITE_URL|X_URL_SCHEME|X_SCHEME|X_PROTO|X_HOST|X_SSL(?:_.*)?|SSL_.*"
    "|PROXY_.*|X_PROXY.*|WL_PROXY_.*|X_VARNISH|X_NGINX_.*|X_HAPROXY_.*|X_TRAEFIK_.*|X_ENVOY_.*|X_SQUID_.*"
    "|CF_.*|CDN_.*|CLOUDFRONT_.*|X_AMZ_CF_.*|FASTLY_.*|X_FASTLY_.*|FLY_.*|AKAMAI_.*|X_AKAMAI_.*|X_EDGE_.*|INCAP_.*"
    "|X_SUCURI_.*|X_AZURE_.*|X_ARR_.*|X_FD_.*|X_APPENGINE_.*|X_GOOG_(?:IAP|AUTHENTICATED)_.*|X_VERCEL_.*|X_NF_.*"
)
"""In capitals with underscores, as the WSGI environment has them: proxies that tell who called, by what name and how.
What programs send for themselves, such as the ids of a trace, is none of them. A proxy that sets none of them is one
before a window that has names (`SINGLE_WINDOW_ALLOWED_HOSTS`)."""


@lru_cache(maxsize=1_000)
def is_of_a_proxy(header: str) -> bool:
    """True for the name of such a header, whatever its case, with hyphens or underscores."""
    return _OF_PROXIES.fullmatch(header.upper().replace("-", "_")) is not None


def forwarding_header(environ: Iterable[str]) -> str:
    """Return the first such header of a WSGI environment as headers are written; empty if there is none."""
    found = (key[5:] for key in environ if key.startswith("HTTP_") and is_of_a_proxy(key[5:]))
    return next(found, "").replace("_", "-").title()
