"""Clusters and container instances: moto's, with the numbers of what runs in them."""

from __future__ import annotations

import json

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.ecs.checks import ecs_operation, invalid
from offline_aws.ecs.names import ecs, find_cluster, last_part, missing
from offline_aws.ecs.outcomes import wake
from offline_aws.ecs.placement import needs, on_instance
from offline_aws.ecs.store import Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@ecs_operation("DescribeClusters")
def describe_clusters(call: Call, parameters: Shape) -> Shape:
    """Return clusters, with the numbers of their services and tasks."""
    answer = call.moto()
    for cluster in answer["clusters"]:
        _count(call, cluster)
    return answer


def _count(call: Call, cluster: Shape) -> None:
    store, name = call.state(Store), cluster["clusterName"]
    services = [s for s in store.services.values() if s.cluster == name]
    tasks = [task for task in store.tasks.values() if task.cluster == name]
    cluster["activeServicesCount"] = sum(service.status == "ACTIVE" for service in services)
    cluster["runningTasksCount"] = sum(task.running for task in tasks)
    cluster["pendingTasksCount"] = sum(
        task.live and not task.running and not task.gone for task in tasks
    )


@ecs_operation("DeleteCluster")
def delete_cluster(call: Call, parameters: Shape) -> Shape:
    """Delete a cluster that holds nothing any more."""
    name = find_cluster(call, parameters["cluster"])["clusterName"]
    store = call.state(Store)
    if any(s.cluster == name and s.status != "INACTIVE" for s in store.services.values()):
        text = "The Cluster cannot be deleted while Services are active."
        raise AwsError("ClusterContainsServicesException", text)
    if any(task.cluster == name and not task.gone for task in store.tasks.values()):
        text = "The Cluster cannot be deleted while Tasks are active."
        raise AwsError("ClusterContainsTasksException", text)
    return call.moto()


@ecs_operation("DescribeContainerInstances")
def describe_container_instances(call: Call, parameters: Shape) -> Shape:
    """Return container instances, with what their tasks leave free."""
    store, answer = call.state(Store), _of_known(call, parameters)
    for instance in answer["containerInstances"]:
        there = on_instance(store, instance["containerInstanceArn"])
        instance["runningTasksCount"] = sum(task.running for task in there)
        instance["pendingTasksCount"] = sum(task.live and not task.running for task in there)
        for resource in instance.get("remainingResources", []):
            if resource["name"] in ("CPU", "MEMORY"):
                whole = _registered(instance, resource["name"])
                taken = sum(needs(task)[resource["name"]] for task in there)
                resource["integerValue"] = whole - taken
    return answer


def _of_known(call: Call, parameters: Shape) -> Shape:
    """Return moto's answer for the container instances that there are; the others are failures."""
    cluster = find_cluster(call, parameters.get("cluster"))["clusterName"]
    known = ecs(call).list_container_instances(cluster=cluster)["containerInstanceArns"]
    ids = {last_part(each) for each in known}
    given = list(parameters["containerInstances"])
    if not given:
        raise invalid("Container Instances cannot be empty.")
    # moto reads the same parameters; with one that it does not know it cannot answer.
    parameters["containerInstances"][:] = [each for each in given if last_part(each) in ids]
    absent = [missing(each) for each in given if last_part(each) not in ids]
    answer = call.moto() if len(absent) < len(given) else {"containerInstances": []}
    return {**answer, "failures": [*answer.get("failures", []), *absent]}


def _registered(instance: Shape, name: str) -> int:
    found = [r for r in instance["registeredResources"] if r["name"] == name]
    return int(found[0].get("integerValue", 0)) if found else 0


@ecs_operation("RegisterContainerInstance")
def register_container_instance(call: Call, parameters: Shape) -> Shape:
    """Register an EC2 instance that there is, by its identity document."""
    try:
        document = json.loads(parameters.get("instanceIdentityDocument", ""))
        clients.client("ec2", call.region, call.account).describe_instances(
            InstanceIds=[document["instanceId"]]
        )
    except (ValueError, KeyError, TypeError, BotoCoreError, ClientError) as error:
        raise invalid("Instance identity document does not match an instance.") from error
    answer = call.moto()
    _look_for_room(call)
    return answer


@ecs_operation("UpdateContainerInstancesState")
def update_container_instances_state(call: Call, parameters: Shape) -> Shape:
    """Let container instances drain, or take tasks again."""
    answer = _of_known(call, parameters)
    _look_for_room(call)
    return answer


def _look_for_room(call: Call) -> None:
    """Look at the services: there may be more room now."""
    for service in call.state(Store).services.values():
        if service.status == "ACTIVE":
            wake(call, service)
