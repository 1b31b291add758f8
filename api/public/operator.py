"""Who is the operator: whoever asks from this very machine, and nobody else.

Signatures, not sessions, decide what gets on the record, so there is nobody to log in. What is left for one person
alone (withdrawing a draft, reading the withheld values of drafts) is done on the machine that keeps the ledger::

    curl -X DELETE http://127.0.0.1:8441/api/v1/docket/01KDQ7TF700YQFY404FD0X18KC

1. The connection must come from a loopback address and the request must name one (Host), so a name that an
   attacker's DNS points here does not count (rebinding).
2. A request that a proxy handed on must not count, and neither one that a web page of another origin made.

A proxy on the same machine must therefore say that it is one (X-Forwarded-For, Forwarded or Via): docs/http.md.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from starlette.requests import Request

_HANDED_ON: Final = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)


def is_operator(request: Request) -> bool:
    """True when the request comes from somebody on this machine."""
    return (
        request.client is not None
        and _loopback(request.client.host)
        and _loopback(_hostname(request.headers.get("host", "")))
        and not any(name in request.headers for name in _HANDED_ON)
        and request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    )


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _hostname(host: str) -> str:
    """The name in a Host header: ``127.0.0.1:8441``, ``[::1]:8441``, ``localhost``."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()
