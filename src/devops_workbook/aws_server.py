"""``workbook server``: offline AWS over http, for a terminal with the AWS CLI or another SDK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from devops_workbook import chapters
from devops_workbook.errors import WorkbookError
from devops_workbook.lab import MONDAY, REGION, Lab
from offline_aws import OfflineAWS, PortInUseError

if TYPE_CHECKING:
    from offline_aws.server import Server

_PORTS = 100


class AwsServerError(WorkbookError):
    """The server cannot start."""


def run(key: str | None, port: int) -> int:
    """Serve a chapter's account, or an empty one, until Ctrl-C; return 0.

    The clock begins at the lab's Monday, and nothing is recorded as the learner's progress. A
    busy port moves to the next. Raises ``UnknownKeyError`` for a key that no chapter has, and
    ``AwsServerError`` when a hundred ports in a row are busy.
    """
    with _account(key) as aws:
        server = _serve(aws, port)
        if server.port != port:
            print(f"Port {port} is busy: using {server.port}.")
        what = f"where {key} begins" if key else "an empty account"
        print(f"{server}\n\nIt holds {what}. Ctrl-C here stops it, and the account is gone.")
        print(end="", flush=True)
        try:
            _wait_for_ctrl_c()
        except KeyboardInterrupt:
            print("\nOffline AWS has stopped.")
    return 0


@contextmanager
def _account(key: str | None) -> Iterator[OfflineAWS]:
    if key is None:
        with OfflineAWS(region=REGION, now=MONDAY) as aws:
            yield aws
        return
    lab = Lab(chapters.load(key), recording=False)
    try:
        yield lab.aws
    finally:
        lab.close()


def _serve(aws: OfflineAWS, port: int) -> Server:
    last = min(port + _PORTS, 65536) - 1
    for candidate in range(port, last + 1):
        try:
            return aws.server(candidate)
        except PortInUseError:
            continue
    raise AwsServerError(f"The ports {port} to {last} are busy. Choose another with --port.")


def _wait_for_ctrl_c() -> None:
    # On Windows a wait without an end does not hear Ctrl-C.
    while not Event().wait(1):
        pass
