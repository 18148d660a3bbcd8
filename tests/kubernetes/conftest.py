"""One cluster for the tests of a file; each cleans up its Deployments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kube_lab import MONDAY, Lab

from devops_workbook.kubernetes.kubectl import Kubectl
from offline_aws import OfflineAWS


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with OfflineAWS(now=MONDAY) as aws:
        yield Lab(aws)


@pytest.fixture
def kube(lab: Lab) -> Iterator[Kubectl]:
    kube = lab.connect()
    yield kube
    kinds = ("deployments", "hpa", "pdb", "services", "configmaps", "secrets", "serviceaccounts")
    for kind in kinds:
        for row in kube.get(kind).rows:
            kube.delete(kind, row[0])
    lab.clock.advance(seconds=10)
    assert not kube.get("pods").rows
