"""One offline AWS: its account, its clock, and its beginning and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from offline_aws.clock import Clock
from offline_aws.code_hosts import CodeHosts
from offline_aws.errors import AlreadyRunningError, NotRunningError
from offline_aws.event_bus import Event
from offline_aws.image_builds import ImageBuilds
from offline_aws.isolation import ACCOUNT, isolated_environment
from offline_aws.moto_seam import MotoSeam
from offline_aws.operations import Call, State
from offline_aws.workloads import Workloads

if TYPE_CHECKING:
    from offline_aws.server import Server

#: Folders of offline_aws that complete or add a service, named as moto names it: as boto3 does,
#: but for applicationautoscaling and awslambda. Each is imported at the first call of its service,
#: so that a start costs nothing for the others.
SERVICES: tuple[str, ...] = (
    "applicationautoscaling",
    "apprunner",
    "awslambda",
    "cloudformation",
    "cloudwatch",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "ecr",
    "ecs",
    "eks",
    "elbv2",
    "events",
    "logs",
    "xray",
)

_running: OfflineAWS | None = None


class OfflineAWS:
    """An AWS account in this process, empty at the start and gone at the end.

    ``region`` is the default region of clients. ``now`` is an aware datetime at which the clock
    starts, the real time by default. While it runs, every boto3 client, resource and session made
    in this process is offline: the machine's credentials, profiles, endpoints and proxies are not
    used. Only one can run at a time.

    Raises ``AlreadyRunningError`` when another is running, ``ClockError`` when ``now`` is naive.
    """

    def __init__(self, region: str = "us-east-1", now: datetime | None = None) -> None:
        self.region = region
        self._clock = Clock(now or datetime.now(UTC))
        self._stack: ExitStack | None = None
        self._state = State()
        self._server: Server | None = None
        self._token = ""
        # A request is answered by one account, never by one that is half reset. Reentrant: an
        # operation may call another.
        self._lock = RLock()
        self._seam = MotoSeam(self._clock, self._state, SERVICES, self._lock)
        self._state.spread = self._spread
        self._state.server_url = self._server_url

    @property
    def running(self) -> bool:
        """Whether it is started and not stopped."""
        return self._stack is not None

    @property
    def clock(self) -> Clock:
        """The virtual clock; a start and a reset put it back to its beginning."""
        return self._clock

    @property
    def folder(self) -> Path:
        """The folder of what is a real file, removed at a stop and a reset.

        A CodeCommit repository is the bare git repository ``codecommit/<account>/<region>/
        <name>.git`` in it, to clone from and to push to. Raises ``NotRunningError`` when it is not
        started.
        """
        with self._lock:
            self._require_running()
            return self._state.show_folder()

    @property
    def workloads(self) -> Workloads:
        """What images and hosts do when they run; a lab says it anew after a reset.

        Raises ``NotRunningError`` when it is not started.
        """
        self._require_running()
        return self._state.get("", "", Workloads).on(self._clock)

    @property
    def code_hosts(self) -> CodeHosts:
        """What GitHub and Bitbucket hold; a lab says it anew after a reset.

        Raises ``NotRunningError`` when it is not started.
        """
        self._require_running()
        return self._state.get("", "", CodeHosts)

    @property
    def image_builds(self) -> ImageBuilds:
        """Who builds container images; a lab says it anew after a reset.

        Raises ``NotRunningError`` when it is not started.
        """
        self._require_running()
        return self._state.get("", "", ImageBuilds)

    def start(self) -> Self:
        """Start with an empty account and the clock at its beginning; return itself."""
        global _running
        if _running is not None:
            raise AlreadyRunningError(
                "An OfflineAWS is running in this process already. Stop it first, or use it."
            )
        self._clock.restart()
        with ExitStack() as stack:
            stack.enter_context(isolated_environment(self.region))
            stack.callback(self._state.close)
            self._seam.start()
            stack.callback(self._seam.stop)
            self._stack = stack.pop_all()
        _running = self
        return self

    def stop(self) -> None:
        """Stop, and the http server too; the account is gone. Stopping again does nothing."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._close()

    def reset(self) -> None:
        """Empty the account and put the clock back to its beginning.

        Raises ``NotRunningError`` when it is not started.
        """
        with self._lock:
            self._require_running()
            self._close()
            self.start()

    def record_metrics(
        self, namespace: str, metric_data: Iterable[Mapping[str, Any]], region: str | None = None
    ) -> None:
        """Record metrics as a service of AWS does, in a namespace such as ``AWS/ApplicationELB``.

        Each of ``metric_data`` is a ``MetricDatum`` of PutMetricData, or many values of one metric
        at once: see ``offline_aws.service_metrics.record``. A caller's own namespace will do too.
        ``region`` is that of the environment by default. Raises ``NotRunningError``.
        """
        from offline_aws.service_metrics import record

        with self._lock:
            self._require_running()
            place = region or self.region
            arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/service/{namespace}"
            call = Call(ACCOUNT, place, self._clock, self._state, lambda: arn)
            record(call, namespace, metric_data)

    def record_pushes(
        self, repository: str, pushes: Iterable[Mapping[str, Any]], region: str | None = None
    ) -> None:
        """Record images that were pushed to an ECR repository before now.

        Each of ``pushes``, in the order of time, is what PutImage takes beside the repository, with
        ``pushedAt``, an aware datetime that is not later than now. The layers have to be there. A
        tag moves from an older image to a newer one, whatever the repository says of that; nothing
        is scanned, and nobody is told. Raises ``NotRunningError``, and ``AwsError`` as PutImage
        would refuse a push.
        """
        from offline_aws.ecr.history import record

        with self._lock:
            self._require_running()
            place = region or self.region
            arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/service/ecr"
            call = Call(ACCOUNT, place, self._clock, self._state, lambda: arn)
            record(call, repository, pushes)

    def server(self, port: int = 0) -> Server:
        """Return an http server on 127.0.0.1, running, with this state and this clock.

        ``port`` 0 is any free one. While one runs, asking again for any port or for its own
        returns the same one. It ends with the environment and outlives a reset. It answers only
        who shows its access key, which is in ``Server.environment``.
        Raises ``NotRunningError`` and, when something else listens there, ``PortInUseError``.
        """
        from offline_aws.http_access import new_token
        from offline_aws.http_answer import Answerer
        from offline_aws.server import Server

        self._require_running()
        if self._server and self._server.running:
            if port in (0, self._server.port):
                return self._server
            self._server.stop()
        self._token = self._token or new_token()
        answer = Answerer(self._answering, self._clock, self._state, self.region, self._token)
        self._server = Server(answer, self.region, self._token, port).start()
        return self._server

    @contextmanager
    def _answering(self) -> Iterator[MotoSeam]:
        """Hold the account still; its seam answers. Raises ``NotRunningError``."""
        with self._lock:
            self._require_running()
            yield self._seam

    def _spread(self, call: Call, event: Event) -> None:
        """Bring an event to the rules of the account; there are none before EventBridge is used."""
        if self._seam.has_answered("events"):
            from offline_aws.events.delivery import deliver, message

            deliver(call, message(call, event))

    def _server_url(self) -> str:
        return self._server.url if self._server and self._server.running else ""

    def _require_running(self) -> None:
        if not self.running:
            raise NotRunningError("This OfflineAWS is not running. Call start() first.")

    def _close(self) -> None:
        global _running
        with self._lock:
            if self._stack is not None:
                self._stack.close()
                self._stack = None
                _running = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
