"""The ways to run one image side by side: what each asks of a team, measured in the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from weakref import WeakKeyDictionary

import pandas as pd

from devops_workbook.chapters.running_containers import apprunner, ecs, eks, express, prices
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.kubernetes.kubectl import Kubectl
from devops_workbook.lab import Lab

_FIRST, _NEXT = "1.4.0", "1.4.1"
_CPU, _MEMORY = 0.5, 1.0
_NAME = "compared"


@dataclass(frozen=True)
class Way:
    """How to run the image: a first deployment from an empty account, and the next one."""

    name: str
    copies: int
    deploy: Callable[[Lab, Recorder], None]
    release: Callable[[Lab], None]


class _Service(Protocol):
    """What the modules of ECS, App Runner and Express Mode have in common."""

    def deploy(self, recorder: Recorder, tag: str, name: str, /) -> None:
        """Make the service with a version."""

    def release(self, tag: str, name: str, /) -> None:
        """Let the service run another version."""

    def settle(self, lab: Lab, name: str, /) -> bool:
        """Wait for it."""


def _of_service(name: str, copies: int, service: _Service) -> Way:
    """Return the way of an AWS service that runs the image by itself."""

    def deploy(lab: Lab, recorder: Recorder) -> None:
        service.deploy(recorder, _FIRST, _NAME)
        service.settle(lab, _NAME)

    def release(lab: Lab) -> None:
        service.release(_NEXT, _NAME)
        service.settle(lab, _NAME)

    return Way(name, copies, deploy, release)


def _deploy_eks(lab: Lab, recorder: Recorder) -> None:
    kube = eks.create_cluster(lab, _NAME, recorder)
    recorder.apply(kube, f"{eks.manifest(_FIRST)}---\n{eks.INGRESS}")
    kube.rollout_status("orders")


def _release_eks(lab: Lab) -> None:
    kube = _connect(lab)
    kube.apply(eks.manifest(_NEXT))
    kube.rollout_status("orders")


def _connect(lab: Lab) -> Kubectl:
    from devops_workbook import kubernetes

    return kubernetes.connect(lab.aws, _NAME)


WAYS = (
    _of_service("App Runner", 1, apprunner),
    _of_service("ECS Express Mode", ecs.TASKS, express),
    _of_service("ECS on Fargate", ecs.TASKS, ecs),
    Way("EKS", ecs.TASKS, _deploy_eks, _release_eks),
)
_measured: WeakKeyDictionary[object, pd.DataFrame] = WeakKeyDictionary()


def compare(lab: Lab) -> pd.DataFrame:
    """Deploy the image in every way from nothing, then a release; return what each took.

    Columns: lines of configuration, moving parts, minutes to the first deployment and to the next
    one (lab time), US dollars a month.
    """
    # Once for an account: its workloads are others after a reset.
    if lab.aws.workloads not in _measured:
        _measured[lab.aws.workloads] = pd.DataFrame(
            [_measure(lab, each) for each in WAYS], index=[each.name for each in WAYS]
        )
    return _measured[lab.aws.workloads]


def _measure(lab: Lab, way: Way) -> dict[str, float]:
    recorder, begin = Recorder(), lab.clock.now()
    way.deploy(lab, recorder)
    first = lab.clock.now()
    way.release(lab)
    return {
        "lines": recorder.lines,
        "moving parts": len(recorder.parts),
        "first, min": round((first - begin) / timedelta(minutes=1), 1),
        "next, min": round((lab.clock.now() - first) / timedelta(minutes=1), 1),
        "$ a month": round(prices.month(way.name, way.copies, _CPU, _MEMORY)),
    }
