"""An offline AWS with what the tests of CodeDeploy deploy to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deploy_lab import MONDAY, DeployLab
from ecs_lab import EcsLab
from function_lab import FunctionLab
from server_lab import ServerLab

from offline_aws import OfflineAWS


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


@pytest.fixture
def lab(aws: OfflineAWS) -> DeployLab:
    return DeployLab(aws)


@pytest.fixture
def functions(aws: OfflineAWS) -> FunctionLab:
    return FunctionLab(aws)


@pytest.fixture
def ecs(aws: OfflineAWS) -> EcsLab:
    return EcsLab(aws)


@pytest.fixture
def servers(aws: OfflineAWS) -> ServerLab:
    return ServerLab(aws)
