"""The two task sets of a deployment as GetDeploymentTarget shows them, with their traffic."""

from __future__ import annotations

from offline_aws.codedeploy.ecs_service import EcsProblem, EcsService
from offline_aws.codedeploy.shapes import Shape

_ALL = 100


class TaskSets:
    """Blue and green. ``weight`` is the percentage of the traffic that goes to green."""

    def __init__(self, service: EcsService) -> None:
        self._service = service
        self._last: dict[str, Shape] = {}
        self.weight = 0

    def refresh(self) -> None:
        """Look at the task sets again; one that has gone is drained."""
        arns = [arn for arn in (self._service.blue, self._service.green) if arn]
        try:
            found = {each["taskSetArn"]: each for each in self._service.task_sets(arns)}
        except EcsProblem:
            found = {}
        for arn in arns:
            if arn in found:
                self._last[arn] = found[arn]
            elif arn in self._last:
                gone = {"status": "DRAINING", "runningCount": 0, "pendingCount": 0}
                self._last[arn] |= gone

    def shown(self) -> list[Shape]:
        """Return AWS's ``ECSTaskSet`` of each; ``identifer`` is how AWS spells it."""
        service = self._service
        weights = {service.blue: _ALL - self.weight, service.green: self.weight}
        labels = {service.blue: "Blue", service.green: "Green"}
        groups = {service.blue: service.blue_group, service.green: service.green_group}
        return [
            {
                "identifer": each["id"],
                "desiredCount": each.get("computedDesiredCount", 0),
                "pendingCount": each.get("pendingCount", 0),
                "runningCount": each.get("runningCount", 0),
                "status": each["status"],
                "trafficWeight": float(weights[arn]),
                "targetGroup": {"name": groups[arn]},
                "taskSetLabel": labels[arn],
            }
            for arn, each in self._last.items()
        ]
