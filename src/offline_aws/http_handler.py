"""Reads requests off a connection and writes responses to it, on loopback alone."""

from __future__ import annotations

import os
import re
import socket
import socketserver
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any

from botocore.compat import HTTPHeaders

from offline_aws.http_message import HttpRequest, HttpResponse

LOOPBACK = "127.0.0.1"
Answering = Callable[[HttpRequest], HttpResponse]

_LINE = 65536
_HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{1,15}")
_NEWLINES = (b"\r\n", b"\n")
_NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
# What is said of a connection, and therefore by this server and not by whoever answers.
_OURS = {"connection", "content-length", "keep-alive", "transfer-encoding"}


class LoopbackServer(ThreadingHTTPServer):
    """An http server with a thread for each connection, all of which end with it."""

    daemon_threads = True
    # On Windows it would allow two servers on one port.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(self, port: int, answer: Answering) -> None:
        self.answer = answer
        self._connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the look-up of a host name, which may ask the network."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a connection, remembering it."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless it is that a client has gone."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Free the port and end the connections that are kept alive."""
        super().server_close()
        for connection in list(self._connections):
            self.shutdown_request(connection)


class _MalformedError(Exception):
    """A request whose body cannot be read."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "offline-aws", ""
    # Header and body are two writes, between which the client would wait for 40 milliseconds.
    disable_nagle_algorithm = True
    timeout = 300
    server: LoopbackServer

    def _serve(self) -> None:
        try:
            body = _body(self.rfile, self.headers)
        except _MalformedError as error:
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            return
        headers = HTTPHeaders.from_pairs(self.headers.items())
        self._send(self.server.answer(HttpRequest(self.command, self.path, headers, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def _send(self, response: HttpResponse) -> None:
        self.send_response_only(response.status)
        given = {name.lower(): value for name, value in response.headers.items()}
        for name, value in response.headers.items():
            if name.lower() not in _OURS:
                self.send_header(name, value)
        length = str(len(response.body))
        if self.command == "HEAD":
            # The length of what a GET would bring.
            length = given.get("content-length", length)
        if response.status not in _NO_BODY:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD" and response.status not in _NO_BODY:
            self.wfile.write(response.body)

    def log_message(self, *_: object) -> None:
        """Say nothing: this may run beside a notebook."""


def _body(stream: BufferedIOBase, headers: Any) -> bytes:
    """Return a request's body. Raises ``_MalformedError``."""
    coding, length = headers.get("Transfer-Encoding"), headers.get_all("Content-Length", ["0"])
    if coding:
        if coding.strip().lower() != "chunked" or "Content-Length" in headers:
            raise _MalformedError("Transfer-Encoding has to be chunked, without Content-Length")
        return _chunks(stream)
    if len(set(length)) > 1 or not (length[0].isascii() and length[0].isdecimal()):
        raise _MalformedError("Content-Length is no length")
    return _exactly(stream, int(length[0]))


def _chunks(stream: BufferedIOBase) -> bytes:
    """Return a body that is sent in chunks (RFC 9112, section 7.1)."""
    parts = []
    while size := _size(stream.readline(_LINE)):
        parts.append(_exactly(stream, size))
        if stream.readline(_LINE) not in _NEWLINES:
            raise _MalformedError("A chunk is longer than it says")
    while stream.readline(_LINE) not in (*_NEWLINES, b""):
        pass  # a trailing header, none of which are asked for
    return b"".join(parts)


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not _HEXADECIMAL.fullmatch(digits):
        raise _MalformedError("A chunk says no size")
    return int(digits, 16)


def _exactly(stream: BufferedIOBase, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise _MalformedError("The body is shorter than it says")
    return data
