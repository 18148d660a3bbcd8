"""AWS::ECS::Cluster, TaskDefinition and Service."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Context, Failed, Properties, register
from offline_aws.cloudformation.resources._calls import Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live, same_as

_INCLUDE = ["CONFIGURATIONS", "SETTINGS", "TAGS"]
_PROVIDERS = "CapacityProviders DefaultCapacityProviderStrategy"


def _set_providers(it: Resource, _: Properties) -> None:
    Call(
        "put_cluster_capacity_providers",
        {
            "cluster": ID,
            "capacityProviders": lambda it: it["CapacityProviders"] or [],
            "defaultCapacityProviderStrategy": lambda it: (
                it["DefaultCapacityProviderStrategy"] or []
            ),
        },
    ).run(it)


register(
    Declared(
        "AWS::ECS::Cluster",
        service="ecs",
        properties=f"ClusterName ClusterSettings Configuration {_PROVIDERS} Tags",
        named=Named("ClusterName", 255),
        words={"ClusterSettings": "settings"},
        make=Call("create_cluster", told=f"ClusterName ClusterSettings Configuration {_PROVIDERS}"),
        look=Look(
            "describe_clusters",
            {"clusters": [ID], "include": _INCLUDE},
            "clusters[?status!='INACTIVE'] | [0]",
        ),
        change=(Call("update_cluster", {"cluster": ID}, "ClusterSettings Configuration"),),
        remove=Call("delete_cluster", {"cluster": ID}),
        parts=(
            Do(_PROVIDERS, _set_providers),
            Tags(resource=live("clusterArn"), path="tags", aws_tags=False),
        ),
        show={"Arn": "clusterArn"},
        accepted="ServiceConnectDefaults",
    )
)


def _definition(it: Resource) -> Any:
    """Return a task definition with its tags; one that is not active is gone."""
    answer = it.ask("describe_task_definition", taskDefinition=it.id, include=["TAGS"])
    found = answer["taskDefinition"]
    return {**found, "tags": answer.get("tags")} if found["status"] == "ACTIVE" else None


register(
    Declared(
        "AWS::ECS::TaskDefinition",
        service="ecs",
        properties="""
            ContainerDefinitions Cpu EphemeralStorage ExecutionRoleArn Family IpcMode Memory
            NetworkMode PidMode PlacementConstraints ProxyConfiguration RequiresCompatibilities
            RuntimePlatform Tags TaskRoleArn Volumes
        """,
        named=Named("Family", 255),
        id="taskDefinition.taskDefinitionArn",
        words={"ProxyConfigurationProperties": "properties"},
        make=Call("register_task_definition"),
        look=Find(_definition),
        remove=Call("deregister_task_definition", {"taskDefinition": ID}),
        parts=(Tags(path="tags", aws_tags=False),),
        accepted="EnableFaultInjection InferenceAccelerators",
    )
)


class _Service(Declared):
    """A service, which is stable when its deployment is over."""

    def stabilise(self, context: Context, physical_id: str) -> bool:
        """Return whether the service runs what it is to run; raises ``Failed`` when it cannot."""
        it = Resource(self, context, physical_id, dict(context.properties))
        found = it.look()
        if found is None:
            raise Failed("The service was deleted.")
        states = [each.get("rolloutState") for each in found.get("deployments", ())]
        if "FAILED" in states:
            raise Failed(
                "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."
            )
        settled = all(state in (None, "COMPLETED") for state in states) and len(states) <= 1
        return settled and bool(found["runningCount"] == found["desiredCount"])

    def gone(self, context: Context, physical_id: str) -> bool:
        """Return whether the last task of a deleted service has stopped."""
        it = Resource(self, context, physical_id, dict(context.properties))
        of_it = Look("describe_services", {**_CLUSTER, "services": [ID]}, "services[0].status")
        return of_it.run(it) in (None, "INACTIVE")


def _platform(it: Resource) -> Any:
    """Return the platform version, which ECS gives as a number also where LATEST was asked."""
    return "LATEST" if it["PlatformVersion"] == "LATEST" else it.live.get("platformVersion")


def _task_definition(it: Resource) -> str:
    """Return the task definition, by its family alone where the template leaves out the revision.

    Then it is CodeDeploy that takes another revision, and no drift.
    """
    live, wanted = str(it.live.get("taskDefinition", "")), it["TaskDefinition"]
    family = live.rpartition("/")[2].partition(":")[0]
    return family if wanted == family else live


_CLUSTER = {"cluster": lambda it: it["Cluster"] or it.id.split("/")[1]}
_SERVICE = {**_CLUSTER, "service": ID}
_AT_ANY_TIME = """
    AvailabilityZoneRebalancing CapacityProviderStrategy DeploymentConfiguration DesiredCount
    EnableECSManagedTags EnableExecuteCommand HealthCheckGracePeriodSeconds LoadBalancers
    NetworkConfiguration PlacementConstraints PlacementStrategies PlatformVersion PropagateTags
    ServiceRegistries TaskDefinition
"""
register(
    _Service(
        "AWS::ECS::Service",
        service="ecs",
        properties=f"""
            {_AT_ANY_TIME} Cluster DeploymentController LaunchType SchedulingStrategy
            ServiceName Tags
        """,
        named=Named("ServiceName", 255),
        id="service.serviceArn",
        words={"PlacementStrategies": "placementStrategy"},
        make=Call("create_service"),
        look=Look(
            "describe_services",
            {**_CLUSTER, "services": [ID], "include": ["TAGS"]},
            "services[?status=='ACTIVE'] | [0]",
        ),
        change=(Call("update_service", _SERVICE, _AT_ANY_TIME),),
        remove=Call("delete_service", {**_SERVICE, "force": True}),
        parts=(Tags(path="tags", aws_tags=False),),
        show={
            "Cluster": same_as("Cluster", "clusterArn"),
            "Name": "serviceName",
            "PlatformVersion": _platform,
            "TaskDefinition": _task_definition,
        },
        fixed="DeploymentController LaunchType",
        accepted="ForceNewDeployment Role ServiceConnectConfiguration VolumeConfigurations",
    )
)
