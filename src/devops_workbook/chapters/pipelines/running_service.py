"""A version of the orders service that runs: a process of its own with a connection of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from devops_workbook.chapters.pipelines.account import database_of
from devops_workbook.chapters.pipelines.versions import files_of
from devops_workbook.lab import Lab

# Asks the WSGI application what is written to its standard input, a JSON array a line.
_PROGRAM = """
import io, json, sys
sys.path.insert(0, sys.argv[1])
from service.store import connect
from service.web import Application
database = connect(sys.argv[2])
application = Application(database, sys.argv[3])
for line in sys.stdin:
    method, path, body = json.loads(line)
    data = body.encode()
    request = {"REQUEST_METHOD": method, "PATH_INFO": path,
               "CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data)}
    said = []
    try:
        [answer] = application(request, lambda status, headers: said.append(status))
        print(json.dumps([said[0], json.loads(answer)]), flush=True)
    except Exception as error:
        database.rollback()
        problem = f"{type(error).__name__}: {error}"
        print(json.dumps(["500 Internal Server Error", {"error": problem}]), flush=True)
"""
_TEA = [{"sku": "TEA", "quantity": 2, "cents": 450}]


class ServiceError(Exception):
    """What a user of the service saw instead of an answer; the message is the service's log."""


class RunningService:
    """A version of the service, running until ``close``; a context manager.

    ``files`` are its texts by path, ``database`` is the SQLite file it works on. It keeps its
    connection open, as a service does that nobody has restarted.
    """

    def __init__(self, version: str, files: Mapping[str, str], database: Path) -> None:
        self.version = version
        self._folder = TemporaryDirectory(prefix=f"orders-{version}-", ignore_cleanup_errors=True)
        for path, text in files.items():
            place = Path(self._folder.name, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603 - the course's own service
            [sys.executable, "-c", _PROGRAM, self._folder.name, str(database), version],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def order(self, name: str) -> int:
        """Place an order as a new customer; return its number. Raises ``ServiceError``."""
        email = f"{name.lower().replace(' ', '.')}@example.com"
        body = json.dumps({"email": email, "name": name, "lines": _TEA})
        return int(self._ask("POST", "/orders", body)["id"])

    def name_on(self, number: int) -> object:
        """Return the customer's name on an order. Raises ``ServiceError``."""
        return self._ask("GET", f"/orders/{number}")["name"]

    def _ask(self, method: str, path: str, body: str = "") -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("The service has no pipes.")
        try:
            self._process.stdin.write(json.dumps([method, path, body]) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ServiceError(f"orders {self.version} is not running") from error
        line = self._process.stdout.readline()
        if not line:
            raise ServiceError(f"orders {self.version} stopped at its start")
        status, answer = json.loads(line)
        if not status.startswith("2"):
            raise ServiceError(f"{status}. {answer['error']}")
        return dict(answer)

    def close(self) -> None:
        """End the process."""
        # Its end of input, which is the end of the program.
        self._process.communicate()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def serving(lab: Lab, version: str) -> RunningService:
    """Start a version on the database of production, as it serves there."""
    return RunningService(version, files_of(version), database_of(lab))
