"""What the tests of the http server share: processes, requests and bytes of a terminal's kind."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from offline_aws.http_access import basic
from offline_aws.server import Server

# Not the script of that name: its first line cannot name a Python whose path has a space.
AWS_CLI = (sys.executable, "-m", "awscli")


def run(server: Server, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command as in a terminal where the export lines were pasted."""
    inherited = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    env = inherited | server.environment
    return subprocess.run([*map(str, command)], env=env, capture_output=True, text=True)


def aws_cli(server: Server, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the AWS CLI."""
    return run(server, *AWS_CLI, *arguments)


def python(server: Server, code: str) -> str:
    """Run Python code in another process and return what it prints; it must not fail."""
    done = run(server, sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def talk(server: Server, data: bytes) -> bytes:
    """Send bytes and return all that comes back until the server ends it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def token(server: Server) -> str:
    """Return what the server wants to be shown."""
    return server.environment["AWS_ACCESS_KEY_ID"]


def signature(server: Server, service: str, region: str = "us-east-1") -> str:
    """Return the value of an Authorization header, as far as the server reads it."""
    scope = f"{token(server)}/20260105/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def ask(
    server: Server, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, str]:
    """Send one request, with the token unless it is signed; return status and body."""
    headers = {"Authorization": basic(token(server)), **headers}
    # Closed even when the server ends in between, which is what some tests are about.
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request(method, path, body, headers)
        with connection.getresponse() as answer:
            return answer.status, answer.read().decode()
