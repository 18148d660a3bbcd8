"""The prediction: the same bad version, released in three ways."""

from __future__ import annotations

from typing import Any

from devops_workbook import kubernetes
from devops_workbook.chapters.running_containers import apprunner, ecs, eks
from devops_workbook.chapters.running_containers.account import CLUSTER, SERVICE, chapter
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.display import Table
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_BAD = "1.7.0"
BACK, STUCK, DOWN = "back", "stuck", "down"
_RIGHT = {"ECS": BACK, "ECS without a breaker": STUCK, "EKS": STUCK, "App Runner": BACK}
_EXPLAINED = {
    ("ECS", STUCK): "its circuit breaker counts the tasks that fail, and it is set to roll back.",
    ("EKS", BACK): "a Deployment reports that its deadline has passed. It undoes nothing; that is "
    "left to you, or to a tool above it.",
    ("App Runner", STUCK): "an update that does not get healthy is a failed operation, and App "
    "Runner puts the settings before it back.",
    ("ECS without a breaker", BACK): "nobody has told ECS when to give up. It starts one task "
    "after the other.",
}


@chapter.exercise(
    "bad-release",
    title="Predict: a version that never gets ready",
    minutes=4,
    kind="prediction",
    answer="outcomes",
    hints=(
        "In all of them new copies are checked before old ones go. So is anybody without service?",
        "Two of the four have a rule that ends a release and puts the old version back. One of "
        "those is the rule that you switched on yourself.",
    ),
)
def check_bad_release(lab: Lab, answer: Any) -> str:
    """What half an hour after the release is the case, way by way."""
    require_entries(answer, "outcomes", _RIGHT)
    for way, said in answer.items():
        require(
            isinstance(said, str) and said in (BACK, STUCK, DOWN),
            f'outcomes["{way}"] should be one of "back", "stuck", "down". Found {describe(said)}.',
        )
        require(
            said != DOWN,
            f"{way}: nobody is without service. Old copies go only when new ones are healthy.",
        )
        require(said == _RIGHT[way], f"{way}: {_EXPLAINED.get((way, said), '')}")
    return "Now let it happen."


def release_everywhere(lab: Lab) -> Table:
    """Release the bad version in every way and wait half an hour; return what is the case then."""
    quiet: dict[str, Any] = {"maximumPercent": 200}
    names = {"ECS": "bad-ecs", "ECS without a breaker": "bad-quiet"}
    for name, settings in zip(names.values(), (None, quiet), strict=True):
        if ecs.service(name) is None:
            ecs.deploy(Recorder(), "1.4.0", name, settings)
    kube = kubernetes.connect(lab.aws, CLUSTER) if eks.is_there() else eks.create_cluster(lab)
    kube.apply(eks.manifest("1.4.0"))
    if not apprunner.arn_of():
        apprunner.deploy(Recorder(), "1.4.0")
    apprunner.settle(lab)
    lab.clock.advance(minutes=5)
    for name in names.values():
        ecs.release(_BAD, name)
    kube.apply(eks.manifest(_BAD))
    apprunner.release(_BAD)
    lab.clock.advance(minutes=30)
    rows = [(way, *_state_of(name)) for way, name in names.items()]
    rows += [("EKS", *_state_on_eks(lab)), ("App Runner", *_state_on_apprunner())]
    return Table("Half an hour after 1.7.0", ("Way", "Serving", "What it says"), rows)


def _state_of(name: str) -> tuple[str, str]:
    found = ecs.service(name)
    running = [
        each["containers"][0]["image"].rpartition(":")[2]
        for each in ecs.tasks(name)
        if each["lastStatus"] == "RUNNING" and each.get("healthStatus") != "UNHEALTHY"
    ]
    healthy = sorted(version for version in running if version != _BAD)
    newest = clients.client("ecs", REGION).list_service_deployments(
        cluster=CLUSTER, service=found["serviceName"], maxResults=1
    )["serviceDeployments"][0]
    said = ": ".join(filter(None, (newest["status"], newest.get("statusReason", ""))))
    return f"{len(healthy)} x {', '.join(sorted(set(healthy)))}", said


def _state_on_eks(lab: Lab) -> tuple[str, str]:
    rollout = kubernetes.inside(lab.aws, CLUSTER).rollouts["default", SERVICE]
    ready = [pod for pod in rollout.pods if pod.ready]
    images = {
        each.revision: each.template["spec"]["containers"][0]["image"] for each in rollout.sets
    }
    versions = sorted({images[pod.revision].rpartition(":")[2] for pod in ready})
    said = kubernetes.connect(lab.aws, CLUSTER).rollout_status(SERVICE).splitlines()[-1]
    return f"{len(ready)} x {', '.join(versions)}", said


def _state_on_apprunner() -> tuple[str, str]:
    newest = apprunner.operations()[0]
    text = f"{newest['Type']} {newest['Status']}, service {apprunner.status()}"
    return f"1 x {apprunner.version()}", text
