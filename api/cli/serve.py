"""``countersign serve``: the register and its doors over HTTP, for as long as it runs.

::

    office.json    {"pid":4711,"url":"http://127.0.0.1:8441"}      so that `record` and `sign` find the server

1. The log key is opened once, at the start; from then on no passphrase is asked for.
2. office.json must be gone when the server is.
3. While it serves, what is recorded must be published into the site, if one was published before.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from api.bootstrap import open_house, open_log_key
from api.cli.call import Call, common
from api.cli.door import OFFICE, running_office
from api.cli.keyring import LOG_VARIABLE, Passphrases
from api.cli.publish import read_policy
from api.cli.trouble import CannotRun
from api.settings import Settings
from keys.check import ed25519
from ledger.errors import CountersignError
from ledger.publish.cosignatures import read_public
from ledger.publish.site import publish
from ledger.record.note import NoteSigner

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
INTAKE_PORT: Final = 8442
"""Where an intake without a ledger's settings listens."""
EVERY: Final = 1.0
"""Seconds between two looks at whether there is something to publish."""


@click.command()
@common
@click.argument("what", type=click.Choice(["ledger", "intake"]), default="ledger", metavar="[intake]")
@click.option("--host", metavar="ADDRESS", help="Where to listen (default: the setting, 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Which port (default: the setting, 8441)."
)
@click.option(
    "--publish/--no-publish", "publishing", default=True, help="Publish into the site what is recorded."
)
@click.option(
    "--passphrase-fd", type=click.IntRange(0), metavar="N", help="Read the log key's passphrase from here."
)
@click.option("--uds", metavar="SOCKET", help="intake: listen on a Unix socket instead, for Tor or a proxy.")
@click.option(
    "--ledger", metavar="URL", help="intake: a ledger that is served elsewhere; D is the intake's own."
)
@click.option("--vkey", metavar="FILE|TEXT", help="intake: that ledger's key, from its fingerprint sheet.")
@click.pass_obj
def serve(
    call: Call,
    *,
    what: str,
    host: str | None,
    port: int | None,
    passphrase_fd: int | None,
    uds: str | None,
    ledger: str | None,
    vkey: str | None,
    publishing: bool,
) -> None:
    """Serve the register and its doors, or with `intake` the anonymous channel, until it is stopped (Ctrl-C)."""
    if what == "intake":
        return serve_intake(call, (host, port, uds), (ledger, vkey), passphrase_fd)
    if uds or ledger or vkey:
        raise CannotRun("--uds, --ledger and --vkey are for the intake", "countersign serve intake …")
    settings = call.settings()
    if url := running_office(settings.folder):
        raise CannotRun(f"{url} serves this ledger already", "stop that server first")
    host, port = host or settings.host, settings.port if port is None else port
    if host not in LOOPBACK:
        call.screen.aside(
            f"Listening on {host}: others can reach this server. Put a proxy that speaks TLS before it.",
            "wait",
        )
    source = Passphrases(call, passphrase_fd).source("Passphrase of the log key: ", variable=LOG_VARIABLE)
    log_key = open_log_key(settings, source)
    with listen(host, port) as bound, ExitStack() as stack:
        url = address(bound)
        app = stack.enter_context(serving(call, settings, log_key, url, publishing=publishing))
        call.screen.say(f"Serving {settings.origin} at {url} (Ctrl-C stops it)", "ok")
        call.screen.answer({"origin": settings.origin, "url": url}, url)
        run([(app, bound)])
    return None


def serve_intake(
    call: Call,
    where: tuple[str | None, int | None, str | None],
    afar: tuple[str | None, str | None],
    passphrase_fd: int | None,
) -> None:
    """The anonymous channel, in a process of its own: beside its ledger, or with one that is served elsewhere."""
    from api.cli.serve_intake import beside, far_from
    from api.cli.serve_intake import serving as serving_intake

    (host, port, uds), (ledger, vkey) = where, afar
    passphrases = Passphrases(call, passphrase_fd)
    if (ledger is None) != (vkey is None):
        raise CannotRun("--ledger and --vkey go together", "take the key from the ledger's fingerprint sheet")
    if ledger is None or vkey is None:
        settings = call.settings()
        host, port = host or settings.host, settings.port + 1 if port is None else port
        found = beside(call, passphrases)
    else:
        host, port = host or LOOPBACK[0], INTAKE_PORT if port is None else port
        found = far_from(call, passphrases, (ledger, vkey))
    with (
        listen_at(Path(uds)) if uds else listen(host, port) as bound,
        found as known,
        serving_intake(call, known) as app,
    ):
        url = uds or address(bound)
        call.screen.say(f"Serving the intake at {url} (Ctrl-C stops it)", "ok")
        call.screen.answer({"url": url}, url)
        try:
            run([(app, bound)])
        finally:
            if uds:
                Path(uds).unlink(missing_ok=True)


@contextmanager
def serving(
    call: Call, settings: Settings, log_key: NoteSigner, url: str, *, publishing: bool
) -> Iterator[Any]:
    """The application of a ledger, announced in its folder and published along."""
    from api.http.app import create_app

    office = settings.folder / OFFICE
    over = threading.Event()
    publisher = threading.Thread(target=_publish_along, args=(settings, call, over), daemon=True)
    try:
        office.write_text(json.dumps({"pid": os.getpid(), "url": url}) + "\n", encoding="utf-8")
        if publishing:
            publisher.start()
        with open_house(settings, log_key, clock=call.clock):  # trouble is told here, not in the server's log
            pass
        yield create_app(partial(open_house, settings, log_key, clock=call.clock))
    except OSError as e:
        raise CannotRun(
            f"{office} cannot be written: {e.strerror}", "serve from a folder you may write to"
        ) from None
    finally:
        over.set()
        if publisher.ident is not None:
            publisher.join()
        office.unlink(missing_ok=True)


def _publish_along(settings: Settings, call: Call, over: threading.Event) -> None:
    """Bring the site to the head whenever something was recorded. A site that was never published is left alone."""
    site = settings.path(settings.site)
    said = ""
    with open_house(settings, clock=call.clock) as house:
        published = -1
        while not over.wait(EVERY):
            try:
                size = house.store.head().size
                if size == published or read_public(site) is None:
                    continue
                publish(
                    house.store, house.office.catch_up(), site, check=ed25519, quorum=read_policy(settings)
                )
                published, said = size, ""
            except (CountersignError, CannotRun) as e:  # told once; it goes on trying
                if str(e) != said:
                    said = str(e)
                    call.screen.aside(f"Publishing does not work now: {said}", "bad")


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; CannotRun when the port is taken."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as e:
        bound.close()
        raise CannotRun(
            f"{host}:{port} cannot be listened on: {e.strerror}", "name another: --port N, 0 for any free one"
        ) from None
    return bound


def listen_at(path: Path) -> socket.socket:
    """A bound Unix socket for owner and group; one that a dead process left is replaced."""
    bound = socket.socket(socket.AF_UNIX)
    try:
        if path.is_socket():
            with socket.socket(socket.AF_UNIX) as asked:
                if asked.connect_ex(str(path)) == 0:
                    raise CannotRun(f"{path} is served already", "stop that server first, or name another")
            path.unlink()
        bound.bind(str(path))
        path.chmod(0o660)
    except OSError as e:
        bound.close()
        raise CannotRun(
            f"{path} cannot be listened on: {e.strerror or e}", "name a place that you may write to"
        ) from None
    except CannotRun:
        bound.close()
        raise
    return bound


def address(bound: socket.socket) -> str:
    """The address of a bound socket, for a browser."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(apps: Sequence[tuple[Any, socket.socket]]) -> None:
    """Serve applications until the process is told to stop."""
    import asyncio

    import uvicorn

    servers = [uvicorn.Server(_config(app)) for app, _ in apps]

    async def together() -> None:
        tasks = [
            asyncio.create_task(server.serve(sockets=[bound]))
            for server, (_, bound) in zip(servers, apps, strict=True)
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)

    # uvicorn takes these signals, and raises them again when it has shut down: what comes after must still run.
    before = {number: signal.signal(number, _shut_down) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        asyncio.run(together())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if not all(server.started for server in servers):
        raise CannotRun("The server did not start", "look at what it said above")


def _shut_down(_number: int, _frame: object) -> None:
    """The server has shut down already."""


def _config(app: Any) -> Any:
    import uvicorn

    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=512,
    )
