"""A service with two target groups behind a load balancer, and an application for it."""

from __future__ import annotations

from typing import Any

from deploy_lab import SHIFTED, DeployLab
from function_lab import make_role

from offline_aws import OfflineAWS
from offline_aws.clients import client


def appspec(definition: str, hooks: str = "", **properties: str) -> str:
    more = "".join(f"        {name}: {value}\n" for name, value in properties.items())
    return f"""
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "{definition}"
        LoadBalancerInfo:
          ContainerName: orders
          ContainerPort: 8080
{more}
{hooks}
"""


class EcsLab(DeployLab):
    """The cluster is named shop, its service orders, the target groups blue and green."""

    def __init__(self, aws: OfflineAWS) -> None:
        super().__init__(aws)
        make_role()
        self.ecs, self.elb = client("ecs", "us-east-1"), client("elbv2", "us-east-1")
        self._network()
        self.arns = {name: self._target_group(name) for name in ("blue", "green")}
        self.production, self.test = self._listener(80), self._listener(8080)
        self.ecs.create_cluster(clusterName="shop")
        self.definitions = [self._definition(f"orders:{i}") for i in (1, 2, 3)]
        self.ecs.create_service(
            cluster="shop",
            serviceName="orders",
            taskDefinition=self.definitions[0],
            desiredCount=1,
            launchType="FARGATE",
            deploymentController={"type": "CODE_DEPLOY"},
            networkConfiguration={"awsvpcConfiguration": self.network},
            loadBalancers=[
                {
                    "targetGroupArn": self.arns["blue"],
                    "containerName": "orders",
                    "containerPort": 8080,
                }
            ],
        )
        self.application("ECS")

    def group_of(
        self,
        config: str = "AllAtOnce",
        test: bool = False,
        ready: dict[str, Any] | None = None,
        wait: int = 0,
        **more: Any,
    ) -> None:
        """Make the group. ``wait`` is how many minutes blue is kept."""
        pair = {
            "targetGroups": [{"name": "blue"}, {"name": "green"}],
            "prodTrafficRoute": {"listenerArns": [self.production]},
        }
        if test:
            pair["testTrafficRoute"] = {"listenerArns": [self.test]}
        settings: dict[str, Any] = {
            "deploymentConfigName": f"CodeDeployDefault.ECS{config}",
            "deploymentStyle": SHIFTED,
            "ecsServices": [{"clusterName": "shop", "serviceName": "orders"}],
            "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
            "blueGreenDeploymentConfiguration": {
                "terminateBlueInstancesOnDeploymentSuccess": {
                    "action": "TERMINATE",
                    "terminationWaitTimeInMinutes": wait,
                },
                "deploymentReadyOption": ready or {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
            },
        }
        self.group(**(settings | more))

    def deploy(self, version: int = 2, hooks: str = "", **more: Any) -> str:
        """Create a deployment of a version of the task definition."""
        return self.create(appspec(self.definitions[version - 1], hooks), **more)

    def weights(self, listener: str = "") -> dict[str, int]:
        """Return the weights of the target groups in the production listener, or in another."""
        found = self.elb.describe_listeners(ListenerArns=[listener or self.production])
        (action,) = found["Listeners"][0]["DefaultActions"]
        names = {arn: name for name, arn in self.arns.items()}
        if "ForwardConfig" not in action:
            return {names[action["TargetGroupArn"]]: 100}
        groups = action["ForwardConfig"]["TargetGroups"]
        return {names[each["TargetGroupArn"]]: each["Weight"] for each in groups if each["Weight"]}

    def task_sets(self) -> dict[str, str]:
        """Return the status of each task set of the service, by the task definition's revision.

        One that is draining is as good as gone.
        """
        found = self.ecs.describe_task_sets(cluster="shop", service="orders")["taskSets"]
        sets = {each["taskDefinition"].rpartition(":")[2]: each["status"] for each in found}
        return {revision: status for revision, status in sets.items() if status != "DRAINING"}

    def _network(self) -> None:
        ec2 = client("ec2", "us-east-1")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnets = [
            ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"us-east-1{zone}"
            )["Subnet"]["SubnetId"]
            for i, zone in enumerate("ab")
        ]
        group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
        self._vpc_id = vpc
        self.network = {"subnets": subnets, "securityGroups": [group]}
        self._balancer = self.elb.create_load_balancer(Name="shop", Subnets=subnets)[
            "LoadBalancers"
        ][0]["LoadBalancerArn"]

    def _target_group(self, name: str) -> str:
        made = self.elb.create_target_group(
            Name=name, Protocol="HTTP", Port=8080, VpcId=self._vpc_id, TargetType="ip"
        )
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def _listener(self, port: int) -> str:
        action = {"Type": "forward", "TargetGroupArn": self.arns["blue"]}
        made = self.elb.create_listener(
            LoadBalancerArn=self._balancer, Protocol="HTTP", Port=port, DefaultActions=[action]
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def _definition(self, image: str) -> str:
        ports = [{"containerPort": 8080}]
        made = self.ecs.register_task_definition(
            family="orders",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[
                {"name": "orders", "image": image, "memory": 128, "portMappings": ports}
            ],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])
