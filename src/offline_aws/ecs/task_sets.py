"""Task sets: what CodeDeploy and other controllers deploy with."""

from __future__ import annotations

from offline_aws.ecs.checks import ecs_operation, invalid
from offline_aws.ecs.definitions import check_load_balancers, check_network, find_definition
from offline_aws.ecs.launch import resolved_settings
from offline_aws.ecs.names import arn, find_cluster, find_service, missing, new_number
from offline_aws.ecs.outcomes import wake
from offline_aws.ecs.placement import check_subnets
from offline_aws.ecs.shapes import task_set_shape
from offline_aws.ecs.store import Service, Shape, TaskSet
from offline_aws.ecs.task_set_scheduler import computed
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MEMBERS = (
    *("taskDefinition", "launchType", "capacityProviderStrategy", "platformVersion"),
    *("platformFamily", "networkConfiguration", "loadBalancers", "serviceRegistries"),
)
_WHOLE = 100.0


def begin(call: Call, service: Service) -> TaskSet:
    """Make the first task set of a service that CodeDeploy deploys to."""
    settings = {name: service.settings[name] for name in _MEMBERS if service.settings.get(name)}
    return _make(call, service, settings, _WHOLE, "PRIMARY")


def _make(call: Call, service: Service, settings: Shape, scale: float, status: str) -> TaskSet:
    now, identifier = call.clock.now(), f"ecs-svc/{new_number(call)}"
    task_set = TaskSet(
        id=identifier,
        settings=settings,
        created=now,
        updated=now,
        status=status,
        arn=arn(call, f"task-set/{service.cluster}/{service.name}/{identifier}"),
        scale=scale,
        stability_at=now,
    )
    task_set.desired = computed(service, task_set)
    service.groups.insert(0, task_set)
    service.steady = False
    wake(call, service)
    return task_set


@ecs_operation("CreateTaskSet")
def create_task_set(call: Call, parameters: Shape) -> Shape:
    """Make a task set. Without a scale it is of no task, as AWS has it."""
    service = _service(call, parameters)
    given = {name: parameters[name] for name in _MEMBERS if name in parameters}
    settings = resolved_settings(given, find_cluster(call, service.cluster))
    definition = find_definition(call, parameters["taskDefinition"])
    settings["taskDefinition"] = definition["taskDefinitionArn"]
    check_network(definition, settings)
    check_load_balancers(call, definition, settings.get("loadBalancers", []))
    check_subnets(call, settings.get("networkConfiguration", {}))
    scale = _scale(parameters.get("scale", {}), 0.0)
    task_set = _make(call, service, settings, scale, "ACTIVE")
    task_set.external_id = parameters.get("externalId", "")
    task_set.tags = parameters.get("tags", [])
    if service.controller == "CODE_DEPLOY":
        task_set.started_by = "CODE_DEPLOY"
    return {"taskSet": task_set_shape(service, task_set, tags=True)}


@ecs_operation("DescribeTaskSets")
def describe_task_sets(call: Call, parameters: Shape) -> Shape:
    """Return task sets by id or ARN, all of a service's if none is named."""
    service = _service(call, parameters)
    tags = "TAGS" in parameters.get("include", [])
    given = parameters.get("taskSets")
    if not given:
        shapes = [task_set_shape(service, each, tags) for each in service.groups]
        return {"taskSets": shapes, "failures": []}
    by_name = {name: each for each in service.groups for name in (each.id, each.arn)}
    return {
        "taskSets": [
            task_set_shape(service, by_name[name], tags) for name in given if name in by_name
        ],
        "failures": [missing(name) for name in given if name not in by_name],
    }


@ecs_operation("UpdateTaskSet")
def update_task_set(call: Call, parameters: Shape) -> Shape:
    """Change the share that a task set has of the service's tasks."""
    service = _service(call, parameters)
    task_set = _find(service, parameters["taskSet"])
    task_set.scale = _scale(parameters["scale"], task_set.scale)
    task_set.desired = computed(service, task_set)
    task_set.updated = call.clock.now()
    _unsettle(call, service, task_set)
    return {"taskSet": task_set_shape(service, task_set)}


@ecs_operation("UpdateServicePrimaryTaskSet")
def update_service_primary_task_set(call: Call, parameters: Shape) -> Shape:
    """Make a task set the primary one; what it is made of is the service's from then on."""
    service = _service(call, parameters)
    task_set = _find(service, parameters["primaryTaskSet"])
    if task_set.status == "DRAINING":
        raise invalid("The specified task set is draining and cannot be the primary task set.")
    now = call.clock.now()
    for each in service.groups:
        if each.status == "PRIMARY":
            each.status, each.updated = "ACTIVE", now
    task_set.status, task_set.updated = "PRIMARY", now
    service.settings |= {n: task_set.settings[n] for n in _MEMBERS if n in task_set.settings}
    wake(call, service)
    return {"taskSet": task_set_shape(service, task_set)}


@ecs_operation("DeleteTaskSet")
def delete_task_set(call: Call, parameters: Shape) -> Shape:
    """Let a task set drain; it is gone when its tasks have stopped."""
    service = _service(call, parameters)
    task_set = _find(service, parameters["taskSet"])
    force = parameters.get("force", False)
    if task_set.status == "PRIMARY" and len(service.groups) > 1 and not force:
        raise invalid("The primary task set cannot be deleted while there are others.")
    if task_set.desired and not force:
        raise invalid("The task set cannot be deleted while it is scaled above 0.")
    task_set.status, task_set.desired, task_set.scale = "DRAINING", 0, 0.0
    task_set.updated = call.clock.now()
    _unsettle(call, service, task_set)
    return {"taskSet": task_set_shape(service, task_set)}


def _service(call: Call, parameters: Shape) -> Service:
    service = find_service(call, parameters["cluster"], parameters["service"])
    if service.controller == "ECS":
        raise invalid("Task sets are not supported for services with an ECS deployment controller.")
    return service


def _find(service: Service, given: str) -> TaskSet:
    for task_set in service.groups:
        if given in (task_set.id, task_set.arn):
            found: TaskSet = task_set
            return found
    raise AwsError("TaskSetNotFoundException", "The specified task set does not exist.")


def _scale(given: Shape, default: float) -> float:
    value = float(given.get("value", default))
    if not 0 <= value <= _WHOLE:
        raise invalid("Scale value must be between 0 and 100.")
    return value


def _unsettle(call: Call, service: Service, task_set: TaskSet) -> None:
    task_set.stability, task_set.stability_at = "STABILIZING", call.clock.now()
    service.steady = False
    wake(call, service)
