"""What a deployment asks of ECS and of the load balancer: one service, blue and green."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codedeploy.appspec import EcsSpec
from offline_aws.codedeploy.listeners import ListenerError, set_weights
from offline_aws.codedeploy.shapes import Shape
from offline_aws.operations import Call

_ALL = 100
_OF_SERVICE = ("networkConfiguration", "launchType", "platformVersion", "capacityProviderStrategy")


class EcsProblem(Exception):
    """Why a deployment to ECS cannot go on. ``code`` is AWS's of a deployment's error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class EcsService:
    """One ECS service with its two target groups, asked through boto3.

    ``blue`` is the ARN of the original task set, ``green`` that of the replacement, and
    ``groups`` has the name of the target group of each.
    """

    def __init__(self, call: Call, service: Shape, pair: Shape) -> None:
        self.cluster, self.name = service["clusterName"], service["serviceName"]
        self._ecs = clients.client("ecs", call.region, call.account)
        self._elb = clients.client("elbv2", call.region, call.account)
        self._names = [each["name"] for each in pair["targetGroups"]]
        self.production = pair["prodTrafficRoute"]["listenerArns"][0]
        tests = (pair.get("testTrafficRoute") or {}).get("listenerArns") or [""]
        self.test = tests[0]
        self.arn = self.blue = self.green = ""
        self._arns: dict[str, str] = {}
        self._blue_group = ""

    def look(self) -> None:
        """Find the service, its original task set and the target groups. Raises ``EcsProblem``."""
        service = self._described()
        self.arn = service["serviceArn"]
        try:
            found = self._elb.describe_target_groups(Names=self._names)["TargetGroups"]
        except (ClientError, BotoCoreError) as error:
            text = f"The target groups cannot be found: {error}"
            raise EcsProblem("ELASTIC_LOAD_BALANCING_INVALID", text) from error
        self._arns = {each["TargetGroupName"]: each["TargetGroupArn"] for each in found}
        primary = next((s for s in service.get("taskSets", ()) if s["status"] == "PRIMARY"), None)
        if primary is None:
            primary = self._adopt(service)
        self.blue = str(primary["taskSetArn"])
        of_blue = {each.get("targetGroupArn") for each in primary.get("loadBalancers", ())}
        names = [name for name, arn in self._arns.items() if arn in of_blue]
        self._blue_group = names[0] if names else self._names[0]

    @property
    def blue_group(self) -> str:
        """The name of the original task set's target group."""
        return self._blue_group

    @property
    def green_group(self) -> str:
        """The name of the replacement task set's target group."""
        return next(str(name) for name in self._names if name != self._blue_group)

    def create_green(self, spec: EcsSpec, deployment: str) -> None:
        """Create the replacement task set. Raises ``EcsProblem``."""
        service = self._described()
        given = {name: service[name] for name in _OF_SERVICE if service.get(name)}
        if spec.network:
            given["networkConfiguration"] = spec.network
        if spec.platform_version:
            given["platformVersion"] = spec.platform_version
        if spec.capacity_providers:
            given["capacityProviderStrategy"] = list(spec.capacity_providers)
        if given.get("capacityProviderStrategy"):
            given.pop("launchType", None)
        self._check_container(spec)
        balancer = {
            "targetGroupArn": self._arns[self.green_group],
            "containerName": spec.container,
            "containerPort": spec.port,
        }
        made = self._ask(
            "create_task_set",
            taskDefinition=spec.task_definition,
            externalId=deployment,
            loadBalancers=[balancer],
            scale={"value": 100.0, "unit": "PERCENT"},
            **given,
        )
        self.green = made["taskSet"]["taskSetArn"]

    def green_is_stable(self) -> bool:
        """Whether the replacement task set has all its tasks running. Raises ``EcsProblem``."""
        found = self.task_sets([self.green])
        return bool(found) and found[0].get("stabilityStatus") == "STEADY_STATE"

    def shift(self, percent: int, listener: str = "") -> None:
        """Send a percentage of the traffic of a listener to green. Raises ``EcsProblem``."""
        weights = {
            self._arns[self.blue_group]: _ALL - percent,
            self._arns[self.green_group]: percent,
        }
        try:
            set_weights(self._elb, listener or self.production, weights)
        except (ListenerError, ClientError, BotoCoreError, LookupError) as error:
            raise EcsProblem("ELASTIC_LOAD_BALANCING_INVALID", str(error)) from error

    def make_primary(self, task_set: str) -> None:
        """Make a task set the one that serves production. Raises ``EcsProblem``."""
        self._ask("update_service_primary_task_set", primaryTaskSet=task_set)

    def delete(self, task_set: str) -> None:
        """Delete a task set with its tasks. Raises ``EcsProblem``."""
        self._ask("delete_task_set", taskSet=task_set, force=True)

    def task_sets(self, arns: list[str]) -> list[Shape]:
        """Return those task sets that there are. Raises ``EcsProblem``."""
        found: list[Shape] = self._ask("describe_task_sets", taskSets=arns)["taskSets"]
        return found

    def _described(self) -> Shape:
        try:
            found = self._ecs.describe_services(cluster=self.cluster, services=[self.name])
        except (ClientError, BotoCoreError) as error:
            raise EcsProblem("INVALID_ECS_SERVICE", str(error)) from error
        services = found["services"]
        if not services or services[0]["status"] != "ACTIVE":
            text = f"The ECS service {self.cluster}:{self.name} is not there or not active."
            raise EcsProblem("INVALID_ECS_SERVICE", text)
        service: Shape = services[0]
        if service.get("deploymentController", {}).get("type") != "CODE_DEPLOY":
            text = f"The ECS service {self.name} has no CODE_DEPLOY deployment controller."
            raise EcsProblem("INVALID_ECS_SERVICE", text)
        return service

    def _adopt(self, service: Shape) -> Shape:
        """Give the service the task set that AWS's ECS makes when the service is created."""
        given = {name: service[name] for name in _OF_SERVICE if service.get(name)}
        made = self._ask(
            "create_task_set",
            taskDefinition=service["taskDefinition"],
            loadBalancers=service.get("loadBalancers", []),
            scale={"value": 100.0, "unit": "PERCENT"},
            **given,
        )["taskSet"]
        self.make_primary(made["taskSetArn"])
        primary: Shape = made
        return primary

    def _check_container(self, spec: EcsSpec) -> None:
        try:
            found = self._ecs.describe_task_definition(taskDefinition=spec.task_definition)
        except (ClientError, BotoCoreError) as error:
            text = f"The task definition {spec.task_definition} cannot be found: {error}"
            raise EcsProblem("ECS_UPDATE_ERROR", text) from error
        containers = found["taskDefinition"]["containerDefinitions"]
        if spec.container not in {each["name"] for each in containers}:
            text = f"The container {spec.container} does not exist in the task definition."
            raise EcsProblem("ECS_UPDATE_ERROR", text)

    def _ask(self, operation: str, **parameters: Any) -> Shape:
        try:
            answer: Shape = getattr(self._ecs, operation)(
                cluster=self.cluster, service=self.name, **parameters
            )
        except (ClientError, BotoCoreError) as error:
            raise EcsProblem("ECS_UPDATE_ERROR", str(error)) from error
        return answer
