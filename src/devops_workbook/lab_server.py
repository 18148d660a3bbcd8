"""``workbook lab``: JupyterLab on a chapter, on this computer alone, with nothing to distract.

``jupyter/`` beside this file is a Jupyter configuration folder. It switches off what asks the
network (news, updates, the extension manager's list), jupytext's part in JupyterLab, and the
question that Ctrl-C asks.
"""

from __future__ import annotations

import importlib
import ipaddress
import os
import secrets
import socket
import sys
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import quote

from devops_workbook.errors import WorkbookError

_LOOPBACK = "127.0.0.1"
_CONFIGURATION = Path(__file__).parent / "jupyter"


class LabServerError(WorkbookError):
    """JupyterLab cannot start."""


def run(notebook: Path, *, port: int, host: str, browser: bool) -> int:
    """Serve the folder of a notebook with JupyterLab until Ctrl-C; return 0.

    A busy port moves to the next free one. Without ``browser``, or where there is none, the
    address has to be opened by hand. Raises ``LabServerError`` when the notebook or JupyterLab
    is missing, or ``host`` is no address of this computer.
    """
    if not notebook.exists():
        raise LabServerError(f"{notebook} is not there. Build the notebooks: workbook notebooks")
    _try_to_listen(host)
    browser = browser and has_browser()
    server = _server(_options(notebook, port, host, browser))
    # Once the loop runs, the server listens, and the address can be opened.
    server.io_loop.add_callback(_announce, server, notebook, port, browser)
    server.start()
    print("JupyterLab has stopped.")
    return 0


def has_browser() -> bool:
    """Whether a window with a web page can be opened here."""
    if sys.platform == "linux" and not {"BROWSER", "DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        return False  # webbrowser would take a text browser, in the server's own terminal
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _try_to_listen(host: str) -> None:
    try:
        socket.create_server((host, 0)).close()
    except OSError as error:
        raise LabServerError(f"Cannot listen on {host}: {error.strerror}. Try 127.0.0.1") from error


def _options(notebook: Path, port: int, host: str, browser: bool) -> list[str]:
    options = [
        f"--ServerApp.ip={host}",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={notebook.parent}",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}",
    ]
    if "JUPYTER_TOKEN" not in os.environ:
        # Of our own making, so that the address is shown once, by _announce.
        options.append(f"--IdentityProvider.token={secrets.token_hex(24)}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        print("You are root, as in a container: starting JupyterLab with --allow-root.")
        options.append("--ServerApp.allow_root=True")
    return options


def _server(options: list[str]) -> Any:
    """Return JupyterLab's server, ready to start."""
    folders = [str(_CONFIGURATION), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, folders))
    try:
        labapp = importlib.import_module("jupyterlab.labapp")
    except ImportError as error:
        raise LabServerError(f"JupyterLab does not load ({error}). Run: workbook doctor") from error
    return labapp.LabApp.initialize_server(argv=options)


def _announce(server: Any, notebook: Path, port: int, browser: bool) -> None:
    if server.port != port:
        print(f"Port {port} is busy: using {server.port}.")
    if not _is_loopback(server.ip):
        print(f"Listening on {server.ip}: whoever has the address below can run code here.")
    print(f"JupyterLab is {'opening' if browser else 'ready: open'} {_address(server, notebook)}")
    print("Ctrl-C here stops it.", flush=True)


def _address(server: Any, notebook: Path) -> str:
    host = server.ip if _is_loopback(server.ip) else _LOOPBACK
    token = server.identity_provider.token
    query = f"?token={token}" if token else ""
    path = f"{server.base_url}lab/tree/{quote(notebook.name)}"
    return f"http://{host}:{server.port}{path}{query}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
