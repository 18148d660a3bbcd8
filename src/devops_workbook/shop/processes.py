"""What a container of a version does: when it listens, and what its health endpoints answer.

The paths are those of Spring Boot. *Liveness* says that the process is not stuck: restart it
otherwise. *Readiness* says that it can serve: send it no customers otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from devops_workbook.shop.versions import VERSIONS, Version

if TYPE_CHECKING:
    from offline_aws import OfflineAWS
    from offline_aws.workloads import Behaviour, Container

REPOSITORY = "orders"
LIVENESS, READINESS = "/actuator/health/liveness", "/actuator/health/readiness"

#: When the process listens, in seconds after its start.
_LISTENS = 5.0
_KILLED = 137
_READY = {"/": 200, "/health": 200, "/actuator/health": 200, LIVENESS: 200, READINESS: 200}
_NOT_READY = {**_READY, "/": 503, "/health": 503, "/actuator/health": 503, READINESS: 503}


def behaviour_of(version: Version) -> Behaviour:
    """Return how a container of a version behaves, for ``offline_aws.workloads``.

    One that leaks is killed by the operating system, exit code 137, when its memory is full.
    """
    from offline_aws.workloads import Behaviour

    forever = math.isinf(version.ready_after)
    ready = () if forever else ((timedelta(seconds=version.ready_after), _READY),)
    leaks = not math.isinf(version.full_after)
    return Behaviour(
        starts_after=timedelta(seconds=min(_LISTENS, version.ready_after)),
        health=_NOT_READY,
        becomes=ready,
        exits_after=timedelta(minutes=version.full_after) if leaks else None,
        exit_code=_KILLED if leaks else 0,
    )


def provide(aws: OfflineAWS, versions: Mapping[str, Version] = VERSIONS) -> None:
    """Let containers of the image ``orders``, by its tag, behave like these versions.

    Of a tag that moves, such as ``latest``, another tag of the image in ECR says the version.
    """

    def provider(container: Container) -> Behaviour | None:
        tags = (container.tag, *container.tags) if container.repository == REPOSITORY else ()
        known = next((versions[tag] for tag in tags if tag in versions), None)
        return behaviour_of(known) if known else None

    aws.workloads.provide(provider)
