"""The same AWS over http on loopback, for the AWS CLI, the CDK and any SDK."""

from __future__ import annotations

import errno
import os
import shlex
from threading import Thread
from types import TracebackType
from typing import Self

from offline_aws.errors import PortInUseError
from offline_aws.http_access import basic
from offline_aws.http_git import AWS_CLONE_URLS
from offline_aws.http_handler import LOOPBACK, Answering, LoopbackServer
from offline_aws.isolation import offline_settings

#: Settings that would win over the ones below, and that a terminal may have.
_IN_THE_WAY = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")

_HINTS = """\
Try: aws s3 ls
The clock stands still until you move it: curl -u offline:{token} -d minutes=5 {url}/_clock
git clones from AWS's address: git clone https://git-codecommit.{region}.amazonaws.com/v1/repos/NAME
Images: aws ecr get-login-password | docker login --username AWS --password-stdin {host}
Whoever has the access key can use this AWS and run builds as you: keep it to yourself.
Version 1 of the AWS CLI goes elsewhere for sqs, rds, docdb, neptune, emr and health, \
unless you add: --endpoint-url {url}"""


class Server:
    """An http server on 127.0.0.1 with the state and the clock of one ``OfflineAWS``.

    Made by ``OfflineAWS.server``. Shown in a notebook it is the lines to paste into a terminal.
    Requests are answered one at a time, and those alone that show its access key. Threads of a
    program that look at the time while a request is answered see the virtual one.
    """

    def __init__(self, answer: Answering, region: str, token: str, port: int = 0) -> None:
        self._answer = answer
        self._token = token
        self._region = region
        self._port = port
        self._server: LoopbackServer | None = None

    @property
    def running(self) -> bool:
        """Whether it is started and not stopped."""
        return self._server is not None

    @property
    def port(self) -> int:
        """The port; when it was given as 0, the one that was free at the start."""
        return self._server.server_port if self._server else self._port

    @property
    def url(self) -> str:
        """The address, such as ``http://127.0.0.1:4600``."""
        return f"http://{LOOPBACK}:{self.port}"

    def clone_url(self, repository: str) -> str:
        """Return the address of a CodeCommit repository of the server's region, for git anywhere.

        It has the access key in it. In a terminal with the server's lines git needs no more than
        AWS's own clone URL.
        """
        return f"http://offline:{self._token}@{LOOPBACK}:{self.port}/v1/repos/{repository}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which a program uses this AWS and no other."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            **offline_settings(self._region),
            "AWS_ACCESS_KEY_ID": self._token,
            # Names such as data-127.0.0.1 exist nowhere.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_PAGER": "",
            # git then takes AWS's own clone URLs here, those of every region.
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": f"url.{self.url}/.insteadOf",
            "GIT_CONFIG_VALUE_0": AWS_CLONE_URLS,
            # Not in the address, where a list of the machine's processes would show it.
            "GIT_CONFIG_KEY_1": f"http.{self.url}/.extraHeader",
            "GIT_CONFIG_VALUE_1": f"Authorization: {basic(self._token)}",
            **_around_proxies(),
        }

    def exports(self) -> str:
        """Return the lines that set ``environment`` in a terminal (PowerShell on Windows)."""
        if os.name == "nt":
            removed = ", ".join(f"Env:{name}" for name in _IN_THE_WAY)
            lines = [f"$env:{name} = '{value}'" for name, value in self.environment.items()]
            return "\n".join([f"Remove-Item {removed} -ErrorAction Ignore", *lines])
        lines = [f"export {name}={shlex.quote(v)}" for name, v in self.environment.items()]
        return "\n".join([f"unset {' '.join(_IN_THE_WAY)}", *lines])

    def start(self) -> Self:
        """Listen; return itself. Starting again does nothing.

        Raises ``PortInUseError``.
        """
        if self._server is None:
            self._server = self._listen()
            serve = self._server.serve_forever
            Thread(target=serve, args=(0.05,), name=f"offline-aws-{self.port}", daemon=True).start()
        return self

    def stop(self) -> None:
        """End every connection and free the port. Stopping again does nothing."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _hints(self) -> str:
        return _HINTS.format(
            url=self.url, token=self._token, region=self._region, host=f"{LOOPBACK}:{self.port}"
        )

    def _listen(self) -> LoopbackServer:
        try:
            return LoopbackServer(self._port, self._answer)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            reason = error.strerror or "in use"
            raise PortInUseError(
                f"Cannot listen on port {self._port}: {reason}. Choose another, or 0 for any."
            ) from error

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        if not self.running:
            return "The http server of this offline AWS has stopped."
        return (
            f"This AWS is at {self.url}. To use it in a terminal, paste there:\n\n"
            f"{self.exports()}\n\n{self._hints()}"
        )


def _around_proxies() -> dict[str, str]:
    """Return what keeps loopback away from a proxy, where one is set."""
    if not {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"} & set(os.environ):
        return {}
    others = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    hosts = f"{others},{LOOPBACK}" if others else LOOPBACK
    return {"NO_PROXY": hosts, "no_proxy": hosts}
