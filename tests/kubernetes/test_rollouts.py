"""Deployments roll out, get stuck, go back and are scaled, on the clock."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from kube_lab import Lab, column, deployment

from devops_workbook.kubernetes import KubernetesError
from devops_workbook.kubernetes.kubectl import Kubectl
from devops_workbook.kubernetes.objects import Rollout
from offline_aws.workloads import Behaviour


def rollout_of(kube: Kubectl, name: str = "orders") -> Rollout:
    return kube._cluster.rollouts["default", name]


def require_limits(rollout: Rollout) -> None:
    """Require what a rolling update promises, at every moment after the first rollout."""
    begin = next(
        place
        for place, each in enumerate(rollout.history)
        if sum(each.available.values()) >= each.desired
    )
    for each in rollout.history[begin:]:
        assert sum(each.available.values()) >= each.least, each
        assert sum(each.pods.values()) <= each.most, each


def test_a_deployment_becomes_pods_and_rolls_out(lab: Lab, kube: Kubectl) -> None:
    assert kube.apply(deployment()) == "deployment.apps/orders created"
    assert kube.apply(deployment()) == "deployment.apps/orders unchanged"
    assert column(kube.get("pods"), "Status") == ["ContainerCreating"] * 3
    begin = lab.clock.now()
    lines = kube.rollout_status("orders").splitlines()
    assert lines[-1] == 'deployment "orders" successfully rolled out'
    assert lab.clock.now() - begin == timedelta(seconds=4 + 5), "pulled, and started in five"
    assert kube.get("deployments").rows == [("orders", "3/3", "3", "3")]
    assert kube.apply(deployment(tag="2")) == "deployment.apps/orders configured"
    assert kube.rollout_status("orders").splitlines()[0] == (
        'Waiting for deployment "orders" rollout to finish: '
        "1 out of 3 new replicas have been updated..."
    )
    assert kube.rollout_history("orders").rows == [("1", "orders:1"), ("2", "orders:2")]
    require_limits(rollout_of(kube))
    picture = kube.rollout_picture("orders")
    assert "at the end: 3 of revision 2 (orders:2)" in picture.alt
    assert len(picture.png()) > 10_000


def test_a_version_that_is_never_ready_stops_and_is_taken_back(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(replicas=4, progressDeadlineSeconds=120))
    kube.rollout_status("orders")
    kube.set_image("orders", "orders:broken")
    begin = lab.clock.now()
    last = kube.rollout_status("orders").splitlines()[-1]
    assert last == 'error: deployment "orders" exceeded its progress deadline'
    assert lab.clock.now() - begin == timedelta(seconds=120)
    ready = column(kube.get("pods"), "Ready")
    assert (ready.count("1/1"), ready.count("0/1")) == (3, 2)
    said = kube.events("pod/orders").rows
    assert any("HTTP probe failed with statuscode: 503" in row[3] for row in said)
    assert kube.rollout_undo("orders") == "deployment.apps/orders rolled back"
    assert "successfully" in kube.rollout_status("orders")
    assert column(kube.rollout_history("orders"), "Revision") == ["2", "3"]
    require_limits(rollout_of(kube))
    assert kube.rollout_undo("orders", to_revision=2)
    with pytest.raises(KubernetesError, match="unable to find specified revision 9"):
        kube.rollout_undo("orders", to_revision=9)
    with pytest.raises(KubernetesError, match=r"\(NotFound\)"):
        kube.rollout_undo("x")


def test_recreate_ends_the_old_pods_first(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(strategy={"type": "Recreate"}))
    kube.rollout_status("orders")
    kube.set_image("orders", "orders:2")
    kube.rollout_status("orders")
    history = rollout_of(kube).history
    assert any(not each.available for each in history[3:])
    assert not any(len(each.pods) > 1 for each in history)


def test_pods_count_after_they_were_ready_for_a_while(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(minReadySeconds=30))
    begin = lab.clock.now()
    kube.rollout_status("orders")
    assert lab.clock.now() - begin == timedelta(seconds=4 + 5 + 30)


def test_the_selector_of_a_deployment_stays_as_it_is(kube: Kubectl) -> None:
    kube.apply(deployment())
    other = deployment().replace('{"app": "orders"}', '{"app": "shop"}')
    with pytest.raises(KubernetesError, match=r"spec.selector: Invalid value: .*immutable"):
        kube.apply(other)


def test_history_is_kept_as_far_as_it_is_asked_for(kube: Kubectl) -> None:
    kube.apply(deployment(revisionHistoryLimit=1))
    for tag in ("2", "3", "4"):
        kube.rollout_status("orders")
        kube.set_image("orders", f"orders:{tag}")
    kube.rollout_status("orders")
    assert kube.rollout_history("orders").rows == [("3", "orders:3"), ("4", "orders:4")]


def test_scaling_in_the_middle_of_a_rollout_is_shared_out(lab: Lab, kube: Kubectl) -> None:
    strategy = {"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
    kube.apply(deployment(replicas=10, strategy=strategy))
    kube.rollout_status("orders")
    kube.set_image("orders", "orders:broken")
    lab.clock.advance(minutes=1)
    before = column(kube.get("replicasets"), "Desired")
    kube.scale("orders", 15)
    after = column(kube.get("replicasets"), "Desired")
    assert (before, after) == (["8", "5"], ["11", "7"]), "the example of Kubernetes' documentation"


def test_the_service_sends_requests_to_ready_pods(lab: Lab, kube: Kubectl) -> None:
    service = (
        '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "orders"}, '
        '"spec": {"selector": {"app": "orders"}, "ports": [{"port": 80}]}}'
    )
    kube.apply(f"{deployment()}\n---\n{service}")
    assert kube.endpoints("orders") == []
    kube.rollout_status("orders")
    assert sorted(kube.endpoints("orders")) == sorted(column(kube.get("pods"), "Name"))
    kube.scale("orders", 1)
    assert len(kube.endpoints("orders")) == 1, "what terminates gets no request any more"
    assert column(kube.get("pods"), "Status").count("Terminating") == 2


LIMITS = st.one_of(st.integers(0, 3), st.sampled_from(["0%", "25%", "50%", "100%"]))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    replicas=st.integers(1, 8),
    surge=LIMITS,
    unavailable=LIMITS,
    seconds=st.lists(st.integers(0, 30), min_size=4, max_size=4),
    broken=st.booleans(),
)
def test_no_rollout_ever_has_too_few_or_too_many_pods(
    lab: Lab,
    replicas: int,
    surge: object,
    unavailable: object,
    seconds: list[int],
    broken: bool,
) -> None:
    assume(str(surge).strip("%") != "0" or str(unavailable).strip("%") != "0")
    counted = iter(range(10_000))

    def behave(_: object) -> Behaviour:
        place = next(counted)
        health = 503 if broken and place >= replicas and place % 2 else 200
        return Behaviour(timedelta(seconds=seconds[place % 4]), health)

    lab.aws.workloads.provide(behave)
    kube = lab.connect()
    strategy = {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    shown = {"replicas": replicas, "strategy": strategy, "progressDeadlineSeconds": 60}
    kube.apply(deployment("any", **shown))
    kube.rollout_status("any")
    kube.set_image("any", "orders:2")
    end = kube.rollout_status("any")
    rollout = rollout_of(kube, "any")
    require_limits(rollout)
    assert ("successfully" in end) is rollout.complete
    assert broken or rollout.complete
    times = [each.time for each in rollout.history]
    assert all(one <= other for one, other in pairwise(times))
    kube.delete("deployment", "any")
    lab.clock.advance(minutes=2)
    lab.aws.workloads.provide(lambda _: None)
