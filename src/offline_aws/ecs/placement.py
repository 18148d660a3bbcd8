"""Where a task runs: its network interface, or the container instance it is placed on."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.ecs.checks import invalid
from offline_aws.ecs.names import ecs, new_uuid
from offline_aws.ecs.store import Shape, Store, Task
from offline_aws.operations import Call

_FIRST_PORT = 32768
_NO_INSTANCES = "No Container Instances were found in your cluster."
_TOO_SMALL = "The closest matching container-instance has insufficient CPU or memory available."


class CannotPlace(Exception):
    """There is no room for a task; the message is AWS's reason."""


def check_subnets(call: Call, network: Shape) -> None:
    """Refuse subnets and security groups that are not there."""
    ec2 = clients.client("ec2", call.region, call.account)
    given = network.get("awsvpcConfiguration", {})
    for what, member, ask, name in (
        ("subnet", "subnets", ec2.describe_subnets, "SubnetIds"),
        ("security group", "securityGroups", ec2.describe_security_groups, "GroupIds"),
    ):
        ids = list(given.get(member, []))
        try:
            if ids:
                ask(**{name: ids})
        except ClientError as error:
            found = error.response["Error"]
            raise invalid(
                f"Error retrieving {what} information for [{', '.join(ids)}]: "
                f"{found['Message']} (ErrorCode: {found['Code']})"
            ) from error


def attach(call: Call, task: Task, network: Shape, number: int) -> None:
    """Give a task a network interface in one of its subnets, in turn."""
    given = network["awsvpcConfiguration"]
    ec2 = clients.client("ec2", call.region, call.account)
    subnet = given["subnets"][number % len(given["subnets"])]
    groups = {"Groups": given["securityGroups"]} if given.get("securityGroups") else {}
    made = ec2.create_network_interface(SubnetId=subnet, **groups)["NetworkInterface"]
    task.host = task.address = made["PrivateIpAddress"]
    task.zone = made["AvailabilityZone"]
    details = {
        "subnetId": subnet,
        "networkInterfaceId": made["NetworkInterfaceId"],
        "macAddress": made["MacAddress"],
        "privateDnsName": made.get("PrivateDnsName", ""),
        "privateIPv4Address": made["PrivateIpAddress"],
    }
    task.attachments = [
        {
            "id": new_uuid(call),
            "type": "ElasticNetworkInterface",
            "status": "ATTACHED",
            "details": [{"name": name, "value": value} for name, value in details.items()],
        }
    ]


def detach(call: Call, task: Task) -> None:
    """Take the network interface of a task away."""
    ec2 = clients.client("ec2", call.region, call.account)
    for attachment in task.attachments:
        attachment["status"] = "DELETED"
        (interface,) = (
            each["value"] for each in attachment["details"] if each["name"] == "networkInterfaceId"
        )
        try:
            ec2.delete_network_interface(NetworkInterfaceId=interface)
        except ClientError:
            continue  # somebody deleted it by hand


def place(call: Call, task: Task, instance: str = "") -> None:
    """Put a task on the container instance that has room and the fewest tasks of its group.

    Raises ``CannotPlace``.
    """
    found = list(_instances(call, task.cluster))
    if instance:
        found = [each for each in found if each["containerInstanceArn"] == instance]
    if not found:
        raise CannotPlace(_NO_INSTANCES)
    store = call.state(Store)
    fitting = [each for each in found if _fits(store, each, task)]
    if not fitting:
        raise CannotPlace(_TOO_SMALL)
    chosen = min(fitting, key=lambda each: _tasks_of_group(store, each, task))
    task.instance = chosen["containerInstanceArn"]
    if not task.host:
        task.host = chosen["ec2InstanceId"]
    _bind(store, task)


def _instances(call: Call, cluster: str) -> Iterator[Shape]:
    client = ecs(call)
    arns = client.list_container_instances(cluster=cluster)["containerInstanceArns"]
    if arns:
        described = client.describe_container_instances(cluster=cluster, containerInstances=arns)
        yield from (i for i in described["containerInstances"] if i["status"] == "ACTIVE")


def on_instance(store: Store, arn: str) -> list[Task]:
    """Return the tasks on a container instance."""
    return [task for task in store.tasks.values() if task.instance == arn and not task.gone]


def needs(task: Task) -> dict[str, int]:
    """Return the CPU units and MiB that a task takes of its instance."""
    sums = {
        "CPU": sum(int(run.definition.get("cpu") or 0) for run in task.runs),
        "MEMORY": sum(
            int(run.definition.get("memory") or run.definition.get("memoryReservation") or 0)
            for run in task.runs
        ),
    }
    given = {"CPU": task.settings.get("cpu"), "MEMORY": task.settings.get("memory")}
    return {name: int(given[name] or total) for name, total in sums.items()}


def _fits(store: Store, instance: Shape, task: Task) -> bool:
    there = on_instance(store, instance["containerInstanceArn"])
    for resource in instance["registeredResources"]:
        name = resource["name"]
        if name in ("CPU", "MEMORY"):
            taken = sum(needs(each)[name] for each in there)
            if taken + needs(task)[name] > resource.get("integerValue", 0):
                return False
    wanted = {port for port in _host_ports(task) if port}
    used = {b["hostPort"] for each in there for run in each.runs for b in run.bindings}
    return not wanted & used


def _tasks_of_group(store: Store, instance: Shape, task: Task) -> int:
    there = on_instance(store, instance["containerInstanceArn"])
    return sum(each.group == task.group for each in there)


def _host_ports(task: Task) -> list[int]:
    if task.definition.get("networkMode") == "awsvpc":
        return []
    return [
        mapping.get("hostPort") or 0
        for run in task.runs
        for mapping in run.definition.get("portMappings", [])
    ]


def _bind(store: Store, task: Task) -> None:
    """Give every port of the containers one of the instance, a free one for 0."""
    if task.definition.get("networkMode") == "awsvpc":
        return
    there = on_instance(store, task.instance)
    used = {b["hostPort"] for each in there for run in each.runs for b in run.bindings}
    for run in task.runs:
        for mapping in run.definition.get("portMappings", []):
            port = mapping.get("hostPort") or 0
            if task.definition.get("networkMode") == "host":
                port = mapping["containerPort"]
            while not port:
                free = next(n for n in range(_FIRST_PORT, 2**16) if n not in used)
                port = free
            used.add(port)
            run.bindings.append(
                {
                    "bindIP": "0.0.0.0",  # noqa: S104  AWS's answer, nothing is bound
                    "containerPort": mapping["containerPort"],
                    "hostPort": port,
                    "protocol": mapping.get("protocol", "tcp"),
                }
            )
