"""``orders`` on ECS with Fargate, behind a load balancer."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.running_containers.account import (
    CLUSTER,
    PORT,
    SERVICE,
    image,
    main_container,
    network,
    role,
    version_of,
    wait,
)
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.display import Table
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop import Load, LoadBalancerTraffic
from devops_workbook.shop.processes import READINESS
from offline_aws import clients

TASKS = 3
_SEED = 9
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def create_cluster(recorder: Recorder) -> None:
    """Make the cluster, where it is not there."""
    found = clients.client("ecs", REGION).describe_clusters(clusters=[CLUSTER])["clusters"]
    if not found:
        recorder.call("ecs", "create_cluster", clusterName=CLUSTER)


def target_group(name: str = SERVICE, recorder: Recorder | None = None) -> str:
    """Make a load balancer with a target group that asks for readiness; return the latter's ARN."""
    recorder = recorder or Recorder()
    vpc, subnets = network()
    group = recorder.call(
        "elbv2",
        "create_target_group",
        Name=name,
        Protocol="HTTP",
        Port=PORT,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath=READINESS,
        HealthCheckIntervalSeconds=10,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    balancer = recorder.call("elbv2", "create_load_balancer", Name=name, Subnets=subnets)
    recorder.call(
        "elbv2",
        "create_listener",
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    # The usual five minutes would have old tasks drain for longer than a release takes.
    clients.client("elbv2", REGION).modify_target_group_attributes(
        TargetGroupArn=group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
    )
    return str(group)


def definition(tag: str, **container: Any) -> dict[str, Any]:
    """Return the task definition of a version; ``container`` is more of its container."""
    return {
        "family": SERVICE,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "executionRoleArn": role("shop-execution"),
        "containerDefinitions": [
            {
                "name": "orders",
                "image": image(tag),
                "portMappings": [{"containerPort": PORT}],
                **container,
            }
        ],
    }


def deploy(
    recorder: Recorder, tag: str, name: str = SERVICE, settings: Any = None, **container: Any
) -> None:
    """Make the service with a version."""
    create_cluster(recorder)
    group = target_group(name, recorder)
    recorder.call("ecs", "register_task_definition", **definition(tag, **container))
    balancer = {"targetGroupArn": group, "containerName": "orders", "containerPort": PORT}
    recorder.call(
        "ecs",
        "create_service",
        cluster=CLUSTER,
        serviceName=name,
        taskDefinition=SERVICE,
        desiredCount=TASKS,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network()[1]}},
        loadBalancers=[balancer],
        healthCheckGracePeriodSeconds=60,
        deploymentConfiguration=BREAKER if settings is None else settings,
    )


def release(tag: str, name: str = SERVICE) -> None:
    """Register a version and let the service run it."""
    client: Any = clients.client("ecs", REGION)
    made = client.register_task_definition(**definition(tag))
    client.update_service(
        cluster=CLUSTER, service=name, taskDefinition=made["taskDefinition"]["taskDefinitionArn"]
    )


def service(name: str = SERVICE) -> Any:
    """Return the service, None where there is none."""
    client = clients.client("ecs", REGION)
    try:
        found = client.describe_services(cluster=CLUSTER, services=[name])["services"]
    except client.exceptions.ClusterNotFoundException:
        return None
    return found[0] if found and found[0]["status"] == "ACTIVE" else None


def has_settled(name: str = SERVICE) -> bool:
    """Return whether one deployment is left, and it is through."""
    found = service(name)
    deployments = found["deployments"]
    return len(deployments) == 1 and deployments[0].get("rolloutState") != "IN_PROGRESS"


def settle(lab: Lab, name: str = SERVICE) -> bool:
    """Move the clock until a service has settled; return whether it did."""
    return wait(lab, lambda: has_settled(name))


def customers(lab: Lab, rate: float, name: str = SERVICE) -> Load:
    """Let customers in at a service's load balancer, so many requests a minute."""
    client = clients.client("elbv2", REGION)
    [balancer] = client.describe_load_balancers(Names=[name])["LoadBalancers"]
    [listener] = client.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    traffic = LoadBalancerTraffic(listener["ListenerArn"])
    return Load(lab.aws, traffic, rate=rate, seed=_SEED).start()


def tasks(name: str = SERVICE) -> list[Any]:
    """Return the tasks of a service that are meant to run."""
    client = clients.client("ecs", REGION)
    arns = client.list_tasks(cluster=CLUSTER, serviceName=name)["taskArns"]
    return list(client.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]) if arns else []


def versions(name: str = SERVICE) -> list[str]:
    """Return the versions of a service's tasks."""
    return sorted(version_of(main_container(each["containers"])["image"]) for each in tasks(name))


def definition_of(name: str = SERVICE) -> Any:
    """Return the task definition that a service is set to, None where there is no service."""
    found = service(name)
    if found is None:
        return None
    client = clients.client("ecs", REGION)
    arn = found["taskDefinition"]
    return client.describe_task_definition(taskDefinition=arn)["taskDefinition"]


def table(name: str = SERVICE) -> Table:
    """Return the tasks of a service as a table."""
    rows = [
        (
            each["taskArn"].rpartition("/")[2][:8],
            version_of(main_container(each["containers"])["image"]),
            each["lastStatus"],
            f"{each['startedAt']:%H:%M:%S}" if "startedAt" in each else "",
        )
        for each in tasks(name)
    ]
    return Table(f"Tasks of {name}", ("Task", "Version", "Status", "Started"), rows)
