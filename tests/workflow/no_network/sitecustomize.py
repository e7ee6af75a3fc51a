"""No network for any Python process that has this folder on its path: each try fails and is logged.

A tool that hides its failure to phone home is seen too. Addresses of this machine stay allowed.
"""

import errno
import os
import sys

HERE = ("127.", "::1", "localhost", "0.0.0.0")
ASKS = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


def refuse(event: str, arguments: tuple) -> None:
    """An audit hook (PEP 578): no code of Python's own opens a connection past it."""
    if event not in ASKS:
        return
    target = arguments[-1 if event in ASKS[:2] else 0]
    host = target[0] if isinstance(target, tuple) else target
    if not isinstance(target, tuple) and event in ASKS[:2]:
        return  # a socket of this machine's file system
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name.startswith(HERE):
        return
    with open(os.environ["NO_NETWORK_LOG"], "a") as log:
        log.write(f"{event} {name} by {' '.join(sys.argv)[:200]}\n")
    raise OSError(errno.ENETUNREACH, f"the network is cut: {name}")


sys.addaudithook(refuse)
