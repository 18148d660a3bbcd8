"""Who answers the shop's customers at this moment, read through boto3 as anybody could."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from devops_workbook.lab import REGION
from offline_aws import clients

#: Registered, but not for requests.
_LEAVING = ("draining", "unused")


@dataclass(frozen=True)
class Share:
    """A share of the requests and the version that answers it.

    ``weight`` is relative to the other shares. ``way`` is where it goes: the dimension of a target
    group, or the version of a Lambda function. ``version`` is "" where nobody answers. ``started``
    is None where the version was ready before it got requests. ``service`` is the cluster and name
    of the ECS service whose tasks answer, "" for none; ``tasks`` of them share the share, with
    ``cpu`` virtual processors each.
    """

    version: str
    weight: float
    way: str
    started: datetime | None = None
    service: str = ""
    tasks: int = 1
    cpu: float = 0.0


@dataclass(frozen=True)
class Look:
    """What was found at one moment.

    ``health`` counts the healthy and unhealthy targets of each target group that gets requests.
    """

    shares: tuple[Share, ...]
    health: Mapping[str, tuple[int, int]] = field(default_factory=dict)


class Traffic(Protocol):
    """A way to the service: its CloudWatch namespace and dimensions, and who answers now."""

    @property
    def namespace(self) -> str:
        """The namespace of its metrics."""

    @property
    def dimensions(self) -> Mapping[str, str]:
        """The dimensions that all of its metrics have."""

    def look(self) -> Look:
        """Return who answers now. Raises the ``ClientError`` of what it asks."""


@dataclass(frozen=True)
class Running:
    """What runs behind an address: a version, and since when.

    Of a task of an ECS service also the cluster and name of that, and its virtual processors.
    """

    version: str
    started: datetime | None = None
    service: str = ""
    cpu: float = 0.0


Resolver = Callable[[str], Running | None]


class LoadBalancerTraffic:
    """The requests to an Application Load Balancer, by its listener's or a rule's weights.

    The weights of the forward action share the requests among the target groups; the healthy
    targets of a group share them evenly. A group with no healthy target sends them to all it has,
    as ALB does; a group with no target at all answers with 503 by itself.

    ``arn`` is the listener's, whose default action counts, or a rule's. A target is an address of
    an ECS task, whose version is the tag of its image; for EC2 instances give ``running``, which
    returns what runs behind a target's id.
    """

    namespace = "AWS/ApplicationELB"

    def __init__(self, arn: str, running: Resolver | None = None) -> None:
        self._arn = arn
        self._client: Any = clients.client("elbv2", REGION)
        self._running = running or TasksByAddress()
        name = arn.split(":listener-rule/" if ":listener-rule/" in arn else ":listener/")[1]
        self.dimensions = {"LoadBalancer": "/".join(name.split("/")[:3])}

    def look(self) -> Look:
        """Return the shares of the targets that get requests now."""
        shares: list[Share] = []
        health: dict[str, tuple[int, int]] = {}
        for arn, weight in self._weights().items():
            if not weight:
                continue
            found = self._client.describe_target_health(TargetGroupArn=arn)
            targets = {
                each["Target"]["Id"]: each["TargetHealth"]["State"]
                for each in found["TargetHealthDescriptions"]
                if each["TargetHealth"]["State"] not in _LEAVING
            }
            healthy = [name for name, state in targets.items() if state == "healthy"]
            way = arn.split(":")[-1]
            health[way] = (len(healthy), len(targets) - len(healthy))
            shares += self._shares(way, weight, healthy or list(targets))
        return Look(tuple(shares), health)

    def _weights(self) -> dict[str, float]:
        if ":listener-rule/" in self._arn:
            [found] = self._client.describe_rules(RuleArns=[self._arn])["Rules"]
            actions = found["Actions"]
        else:
            [found] = self._client.describe_listeners(ListenerArns=[self._arn])["Listeners"]
            actions = found["DefaultActions"]
        weights: dict[str, float] = {}
        for action in actions:
            groups = action.get("ForwardConfig", {}).get("TargetGroups")
            if groups:
                weights |= {each["TargetGroupArn"]: each.get("Weight", 1) for each in groups}
            elif "TargetGroupArn" in action:
                weights[action["TargetGroupArn"]] = 1
        return weights

    def _shares(self, way: str, weight: float, targets: list[str]) -> list[Share]:
        if not targets:
            return [Share("", weight, way)]
        merged: dict[Running, int] = {}
        for target in targets:
            running = self._running(target) or Running("")
            merged[running] = merged.get(running, 0) + 1
        part = weight / len(targets)
        return [
            Share(each.version, part * tasks, way, each.started, each.service, tasks, each.cpu)
            for each, tasks in merged.items()
        ]


class TasksByAddress:
    """What runs behind an address: the ECS task that has it, by the tag of its first image."""

    def __init__(self) -> None:
        self._client: Any = clients.client("ecs", REGION)
        self._known: dict[str, Running | None] = {}
        self._tags: dict[str, str] = {}

    def __call__(self, address: str) -> Running | None:
        """Return what runs there, None where no task has the address."""
        if address not in self._known:
            self._known |= self._tasks()
            self._known.setdefault(address, None)
        return self._known[address]

    def _tasks(self) -> dict[str, Running | None]:
        found: dict[str, Running | None] = {}
        for cluster in self._client.list_clusters()["clusterArns"]:
            arns = self._client.list_tasks(cluster=cluster)["taskArns"]
            tasks = (
                self._client.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else ()
            )
            for task in tasks:
                found |= dict.fromkeys(_addresses(task), self._task(task))
        return found

    def _task(self, task: dict[str, Any]) -> Running:
        kind, _, name = str(task.get("group", "")).partition(":")
        cluster = task["clusterArn"].rpartition("/")[2]
        return Running(
            self.version(task),
            task.get("startedAt"),
            f"{cluster}/{name}" if kind == "service" else "",
            int(task.get("cpu") or 0) / 1024,
        )

    def version(self, task: dict[str, Any]) -> str:
        """Return the version that a task runs, as DescribeTasks describes it."""
        definition = task["taskDefinitionArn"]
        if definition not in self._tags:
            found = self._client.describe_task_definition(taskDefinition=definition)
            image = found["taskDefinition"]["containerDefinitions"][0]["image"]
            self._tags[definition] = version_of(image)
        return self._tags[definition]


def version_of(image: str) -> str:
    """Return the tag of an image, ``latest`` where it has none."""
    name = image.split("@")[0].rsplit("/", 1)[-1]
    return name.partition(":")[2] or "latest"


def _addresses(task: dict[str, Any]) -> list[str]:
    return [
        detail["value"]
        for attachment in task.get("attachments", ())
        for detail in attachment.get("details", ())
        if detail["name"] == "privateIPv4Address"
    ]


class AliasTraffic:
    """The requests to an alias of a Lambda function, by its routing weights.

    The version of the service is the function's variable ``ORDERS_VERSION``, else the number of
    the published version.
    """

    namespace = "AWS/Lambda"

    def __init__(self, function: str, alias: str) -> None:
        self._client: Any = clients.client("lambda", REGION)
        self._function, self._alias = function, alias
        self._names: dict[str, str] = {}
        self.dimensions = {"FunctionName": function, "Resource": f"{function}:{alias}"}

    def look(self) -> Look:
        """Return the shares of the one or two published versions behind the alias."""
        alias = self._client.get_alias(FunctionName=self._function, Name=self._alias)
        more = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        weights = {alias["FunctionVersion"]: 1 - sum(more.values()), **more}
        return Look(
            tuple(
                Share(self._name(number), weight, number)
                for number, weight in weights.items()
                if weight > 0
            )
        )

    def _name(self, number: str) -> str:
        if number not in self._names:
            found = self._client.get_function_configuration(
                FunctionName=self._function, Qualifier=number
            )
            variables = found.get("Environment", {}).get("Variables", {})
            self._names[number] = variables.get("ORDERS_VERSION", number)
        return self._names[number]
