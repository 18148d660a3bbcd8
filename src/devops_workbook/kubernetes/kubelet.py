"""What a node does with its pods: it pulls, starts, probes, restarts and stops, on the clock.

Kubernetes documentation, "Pod Lifecycle" and "Configure Liveness, Readiness and Startup Probes".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from devops_workbook.kubernetes.containers import CannotStart, container_of
from devops_workbook.kubernetes.objects import Pod, Run, Shape, resources_of
from offline_aws.workloads import REFUSED

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster

PULL = timedelta(seconds=4)
#: On Fargate a machine is found first, and the image is never there already.
FARGATE_PULL = timedelta(seconds=45)
STOP = timedelta(seconds=3)
_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 10, 300
_OUT_OF_MEMORY, _TERMINATED = 137, 143
_PROBES = {"startup": "startupProbe", "readiness": "readinessProbe", "liveness": "livenessProbe"}
_DEFAULTS = {"periodSeconds": 10, "failureThreshold": 3, "successThreshold": 1}


class Kubelet:
    """Runs the pods of a cluster."""

    def __init__(self, cluster: LabCluster) -> None:
        self._cluster = cluster

    def run(self, pod: Pod, *, fargate: bool) -> None:
        """Begin with a pod that has been given a node."""

        def start() -> None:
            for each in pod.runs:
                self._start(pod, each)

        self._later(FARGATE_PULL if fargate else PULL, start)

    def stop(self, pod: Pod) -> None:
        """End a pod; it gets no more requests at once, and is gone a little later."""
        pod.deleted, pod.ready_since = self._now, None
        if pod.node:
            self._later(STOP, lambda: self._gone(pod))
        else:
            self._gone(pod)

    def _gone(self, pod: Pod) -> None:
        pod.gone = True
        self._cluster.forget(pod)

    @property
    def _now(self) -> datetime:
        return self._cluster.clock.now()

    def _later(self, delay: timedelta, then: Callable[[], None]) -> None:
        self._cluster.clock.call_later(delay, then)

    def _start(self, pod: Pod, run: Run) -> None:
        if not pod.live:
            return
        try:
            container = container_of(pod, run, self._cluster.ecr, self._cluster.find)
        except CannotStart as error:
            self._try_again(pod, run, error)
            return
        run.behaviour = self._cluster.workloads.behaviour_of(container)
        run.started, run.waiting, run.counts, run.ready = self._now, "", {}, False
        run.started_up = not run.spec.get("startupProbe")
        self._cluster.tell(pod, "Started", f"Started container {run.name}")
        self._watch_exit(pod, run)
        self._begin_probes(pod, run)
        self._settle(pod)

    def _try_again(self, pod: Pod, run: Run, error: CannotStart) -> None:
        tries = run.counts["tries"] = run.counts.get("tries", 0) + 1
        if tries == 1 or error.message != pod.message:
            self._cluster.tell(pod, "Failed", error.message)
        pod.message = error.message
        back_off = tries > 1 and error.status == "ErrImagePull"
        run.waiting = "ImagePullBackOff" if back_off else error.status
        wait = min(_FIRST_BACK_OFF * 2 ** (tries - 1), _LONGEST_BACK_OFF)
        # What a container refers to may be there any moment: it is looked for at short intervals.
        delay = wait if error.status == "ErrImagePull" else _FIRST_BACK_OFF
        self._later(timedelta(seconds=delay), lambda: self._start(pod, run))

    # The end of a container, and another start.

    def _watch_exit(self, pod: Pod, run: Run) -> None:
        begun, behaviour = run.started, run.behaviour
        _, limit = resources_of({"containers": [run.spec]}, "limits")
        if limit and behaviour.memory > limit:
            self._later(
                behaviour.starts_after,
                lambda: self._ended(pod, run, begun, _OUT_OF_MEMORY, "OOMKilled"),
            )
        elif behaviour.exits_after is not None:
            self._later(
                behaviour.exits_after,
                lambda: self._ended(pod, run, begun, behaviour.exit_code, "Error"),
            )

    def _ended(
        self, pod: Pod, run: Run, begun: datetime | None, exit_code: int, status: str
    ) -> None:
        if not pod.live or run.started != begun or run.waiting:
            return
        run.ready, run.exit_code = False, exit_code
        run.waiting = "Completed" if exit_code == 0 else status
        self._settle(pod)
        self._restart(pod, run, f"exit code {exit_code}")

    def _restart(self, pod: Pod, run: Run, why: str) -> None:
        tries = run.restarts

        def again() -> None:
            run.restarts += 1
            self._start(pod, run)

        if tries == 0:
            self._later(timedelta(seconds=1), again)
            return
        wait = min(_FIRST_BACK_OFF * 2 ** (tries - 1), _LONGEST_BACK_OFF)
        run.waiting = "CrashLoopBackOff"
        text = f"Back-off restarting failed container {run.name} ({why})"
        self._cluster.tell(pod, "BackOff", text)
        self._later(timedelta(seconds=wait), again)

    # Probes.

    def _begin_probes(self, pod: Pod, run: Run) -> None:
        kinds = ("readiness", "liveness") if run.started_up else ("startup",)
        for kind in kinds:
            if probe := run.spec.get(_PROBES[kind]):
                delay = timedelta(seconds=probe.get("initialDelaySeconds") or 0)
                since_start = self._now - (run.started or self._now)
                wait = max(delay - since_start, timedelta(0))
                self._probe_later(pod, run, kind, wait)
            elif kind == "readiness":
                run.ready = True  # Without a probe it counts as soon as its process runs.

    def _probe_later(self, pod: Pod, run: Run, kind: str, wait: timedelta) -> None:
        begun = run.started
        self._later(wait, lambda: self._probe(pod, run, kind, begun))

    def _probe(self, pod: Pod, run: Run, kind: str, begun: datetime | None) -> None:
        if not pod.live or run.started != begun or run.waiting:
            return
        probe = {**_DEFAULTS, **_given(run.spec[_PROBES[kind]])}
        good, said = _ask(run, probe, self._now)
        count = run.counts.get(kind, 0)
        run.counts[kind] = max(count, 0) + 1 if good else min(count, 0) - 1
        if not good:
            title = f"{kind.capitalize()} probe failed: {said}"
            self._cluster.note(f"pod/{pod.name}", "Unhealthy", title, once=True)
        if self._follow(pod, run, kind, probe):
            wait = _until_next(run, probe, self._now, steady=_is_steady(run, kind, good))
            if wait is not None:
                self._probe_later(pod, run, kind, wait)

    def _follow(self, pod: Pod, run: Run, kind: str, probe: Shape) -> bool:
        """Do what follows from the answers so far; return whether this probe goes on."""
        count = run.counts[kind]
        failed, passed = -count >= probe["failureThreshold"], count >= probe["successThreshold"]
        if kind == "readiness":
            if passed or failed:
                run.ready = passed
                self._settle(pod)
            return True
        if failed:
            text = f"Container {run.name} failed {kind} probe, will be restarted"
            self._cluster.tell(pod, "Killing", text)
            run.ready, run.waiting, run.exit_code = False, "Error", _TERMINATED
            self._settle(pod)
            self._later(STOP, lambda: self._restart(pod, run, f"{kind} probe"))
            return False
        if kind == "startup" and passed:
            run.started_up = True
            self._begin_probes(pod, run)
            self._settle(pod)
            return False
        return True

    def _settle(self, pod: Pod) -> None:
        """Let a pod be ready when all its containers are."""
        ready = pod.live and all(run.ready and not run.waiting for run in pod.runs)
        if ready != (pod.ready_since is not None):
            pod.ready_since = self._now if ready else None
            self._cluster.reconcile()


def _given(probe: Shape) -> dict[str, Any]:
    return {name: value for name, value in probe.items() if value is not None}


def _ask(run: Run, probe: Shape, now: datetime) -> tuple[bool, str]:
    """Return whether a probe succeeds, and what it says if not. Commands are not run: they do."""
    age = now - (run.started or now)
    if http := probe.get("httpGet"):
        answer = run.behaviour.answer(http.get("path") or "/", age)
        if answer == REFUSED:
            return False, "connect: connection refused"
        said = (
            f"HTTP probe failed with statuscode: {answer}"
            if answer
            else "context deadline exceeded"
        )
        return 200 <= answer < 400, said
    if probe.get("tcpSocket") or probe.get("grpc"):
        return run.behaviour.answer("/", age) != REFUSED, "connect: connection refused"
    return True, ""


def _is_steady(run: Run, kind: str, good: bool) -> bool:
    """Return whether more answers of the same kind would change nothing."""
    return good if kind == "liveness" else kind == "readiness" and run.ready == good


def _until_next(run: Run, probe: Shape, now: datetime, *, steady: bool) -> timedelta | None:
    """Return when to ask next; where nothing can change, not before the answers can."""
    period = timedelta(seconds=probe["periodSeconds"])
    if not steady:
        return period
    age = now - (run.started or now)
    turns = [turn for turn in run.behaviour.turns() if turn > age]
    if not turns:
        return None
    return -(-(min(turns) - age) // period) * period
