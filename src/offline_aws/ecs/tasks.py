"""Tasks: run, start, stop, describe, list."""

from __future__ import annotations

from offline_aws.ecs.checks import client_error, ecs_operation, invalid
from offline_aws.ecs.definitions import check_network, find_definition
from offline_aws.ecs.launch import launch, resolved_settings
from offline_aws.ecs.lifecycle import Course
from offline_aws.ecs.names import arn, cluster_name, ecs, find_cluster, last_part, missing, page
from offline_aws.ecs.outcomes import task_changed
from offline_aws.ecs.placement import CannotPlace, check_subnets
from offline_aws.ecs.shapes import task_shape
from offline_aws.ecs.store import Shape, Store, Task
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST_RUN = 10
_MOST_DESCRIBED = 100


@ecs_operation("RunTask")
def run_task(call: Call, parameters: Shape) -> Shape:
    """Run tasks, up to ten; those for which there is no room are failures."""
    count = parameters.get("count", 1)
    if not 1 <= count <= _MOST_RUN:
        raise invalid("count should be between 1 and 10")
    token = parameters.get("clientToken", "")
    store = call.state(Store)
    if token in store.tokens and token:
        again = [store.tasks[each] for each in store.tokens[token] if each in store.tasks]
        return {"tasks": [task_shape(call, each, True) for each in again], "failures": []}
    answer = _run(call, parameters, [""] * count)
    if token:
        store.tokens[token] = [each["taskArn"] for each in answer["tasks"]]
    return answer


@ecs_operation("StartTask")
def start_task(call: Call, parameters: Shape) -> Shape:
    """Start a task on each of the container instances that are named."""
    name = cluster_name(call, parameters.get("cluster"))
    known = ecs(call).list_container_instances(cluster=name)["containerInstanceArns"]
    by_id = {last_part(each): each for each in known}
    given = [last_part(each) for each in parameters["containerInstances"]]
    if not given:
        raise invalid("Container instances cannot be empty.")
    there = [by_id[each] for each in given if each in by_id]
    absent = [missing(each) for each in given if each not in by_id]
    answer = _run(call, {**parameters, "launchType": "EC2"}, there)
    return {**answer, "failures": [*answer["failures"], *absent]}


def _run(call: Call, parameters: Shape, instances: list[str]) -> Shape:
    cluster = find_cluster(call, parameters.get("cluster"))
    definition = find_definition(call, parameters["taskDefinition"])
    if parameters.get("launchType") and parameters.get("capacityProviderStrategy"):
        raise invalid("Specify either Launch Type or Capacity Provider Strategy, but not both.")
    settings = resolved_settings(parameters, cluster)
    check_network(definition, settings)
    check_subnets(call, settings.get("networkConfiguration", {}))
    _check_overrides(definition, settings)
    settings["tags"] = [
        *(definition["tags"] if settings.get("propagateTags") == "TASK_DEFINITION" else []),
        *settings.get("tags", []),
    ]
    tasks: list[Task] = []
    failures: list[Shape] = []
    for instance in instances:
        try:
            task = launch(
                call,
                cluster["clusterName"],
                definition,
                settings,
                task_changed,
                instance,
                group=parameters.get("group") or f"family:{definition['family']}",
                started_by=parameters.get("startedBy", ""),
            )
            tasks.append(task)
        except CannotPlace as error:
            empty = "No Container Instances" in str(error)
            if empty and not instance:
                raise invalid("No Container Instances were found in your cluster.") from error
            failures.append({"arn": instance, "reason": "RESOURCE:MEMORY"})
    return {"tasks": [task_shape(call, task, True) for task in tasks], "failures": failures}


def _check_overrides(definition: Shape, settings: Shape) -> None:
    names = {each["name"] for each in definition["containerDefinitions"]}
    for each in settings.get("overrides", {}).get("containerOverrides", []):
        if each.get("name") not in names:
            raise invalid(
                "Override for container named "
                f"{each.get('name')} is not a container in the TaskDefinition."
            )


@ecs_operation("StopTask")
def stop_task(call: Call, parameters: Shape) -> Shape:
    """Stop a task; one of a service is replaced."""
    cluster = cluster_name(call, parameters.get("cluster"))
    task = _find(call, cluster, parameters["task"])
    if task is None:
        raise invalid("The referenced task was not found.")
    reason = parameters.get("reason") or "Task stopped by user"
    Course(call, task, task_changed).stop("UserInitiated", reason)
    return {"task": task_shape(call, task)}


@ecs_operation("DescribeTasks")
def describe_tasks(call: Call, parameters: Shape) -> Shape:
    """Return tasks by id or ARN; a stopped one is there for an hour."""
    given = parameters["tasks"]
    if not given:
        raise invalid("Tasks cannot be empty.")
    if len(given) > _MOST_DESCRIBED:
        raise invalid("Tasks cannot be more than 100.")
    tags = "TAGS" in parameters.get("include", [])
    cluster = cluster_name(call, parameters.get("cluster"))
    found, failures = [], []
    for each in given:
        task = _find(call, cluster, each)
        if task is None:
            failures.append(missing(arn(call, f"task/{cluster}/{last_part(each)}")))
        else:
            found.append(task_shape(call, task, tags))
    return {"tasks": found, "failures": failures}


def _find(call: Call, cluster: str, given: str) -> Task | None:
    return call.state(Store).tasks.get(arn(call, f"task/{cluster}/{last_part(given)}"))


@ecs_operation("ListTasks")
def list_tasks(call: Call, parameters: Shape) -> Shape:
    """Return the ARNs of tasks, by default of those that are meant to run."""
    cluster = cluster_name(call, parameters.get("cluster"))
    store = call.state(Store)
    name = last_part(parameters.get("serviceName") or "")
    if name and (cluster, name) not in store.services:
        raise AwsError("ServiceNotFoundException", "Service not found.")
    if parameters.get("family") and name:
        raise client_error("Cannot filter by both family and service name.")
    wanted = {
        "desired": parameters.get("desiredStatus", "RUNNING"),
        "launch_type": parameters.get("launchType"),
        "started_by": parameters.get("startedBy"),
        "service": name or None,
    }
    family, instance = parameters.get("family"), parameters.get("containerInstance")
    found = [
        task.arn
        for task in store.tasks.values()
        if task.cluster == cluster
        and all(value in (None, getattr(task, member)) for member, value in wanted.items())
        and family in (None, task.definition["family"])
        and (instance is None or last_part(task.instance) == last_part(instance))
    ]
    return page("taskArns", found, parameters)
