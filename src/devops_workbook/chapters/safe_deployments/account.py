"""The chapter, and the account it begins with: the shop's service, its customers, CodeDeploy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from weakref import WeakKeyDictionary

from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop import SHOP, Load, LoadBalancerTraffic, TasksByAddress
from devops_workbook.shop.processes import READINESS, provide
from offline_aws import clients

#: Until the first tasks are healthy, and of ordinary business before a learner does anything.
_STARTING, _OPENING = timedelta(minutes=2), timedelta(minutes=5)

chapter = Chapter(
    "safe-deployments",
    "Safe deployments",
    minutes=90,
    set_up_takes=_STARTING + _OPENING,
    leave_out=("drift", "canary-config", "readiness", "choose", "expected-harm"),
)

CLUSTER, SERVICE, APPLICATION, GROUP = "shop", "orders", "orders", "production"
FIRST = "1.4.0"
TASKS = 4
_CONTAINER, _PORT = "orders", 8080
# Not in ECR, where an image would have to be built and pushed first: that is chapter 08.
_REGISTRY = "registry.example.com"
_ROLE = "arn:aws:iam::123456789012:role/shop-deploy"
#: Requests a minute, and the seed of the customers.
RATE, SEED = 600, 4

_loads: WeakKeyDictionary[Lab, Load] = WeakKeyDictionary()


@dataclass(frozen=True)
class Shop:
    """A service behind a load balancer of its own: names and ARNs.

    ``groups`` are the ARNs of its target groups, blue and, where there is one, green.
    """

    name: str
    listener: str
    test_listener: str
    groups: tuple[str, ...]

    @property
    def balancer(self) -> str:
        """The dimension of its load balancer in CloudWatch."""
        return "/".join(self.listener.split(":listener/")[1].split("/")[:3])

    def dimension(self, place: int) -> str:
        """Return the dimension of a target group in CloudWatch."""
        return self.groups[place].split(":")[-1]


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the service ``orders``, version 1.4.0, with customers into the account."""
    provide(lab.aws)
    clients.client("ecs", REGION).create_cluster(clusterName=CLUSTER)
    shop = create_shop(SERVICE)
    create_application(shop)
    lab.clock.advance(seconds=_STARTING.total_seconds())
    _loads[lab] = let_customers_in(lab, shop).start()
    lab.clock.advance(seconds=_OPENING.total_seconds())


def customers(lab: Lab) -> Load:
    """Return the customers of ``orders``, from the beginning of the account on."""
    return _loads[lab]


def let_customers_in(
    lab: Lab, shop: Shop, namespace: str | None = SHOP, tasks: TasksByAddress | None = None
) -> Load:
    """Return customers of a shop, who come when it is started."""
    traffic = LoadBalancerTraffic(shop.listener, tasks)
    return Load(lab.aws, traffic, rate=RATE, seed=SEED, namespace=namespace)


def create_shop(
    name: str, *, path: str = READINESS, controller: str = "CODE_DEPLOY", **configuration: Any
) -> Shop:
    """Create a service of four tasks with version 1.4.0, behind a load balancer of its own.

    ``path`` is that of the health check, ``configuration`` the service's deploymentConfiguration.
    """
    vpc, subnets = _network()
    balancer = _create_balancer(name, subnets)
    colours = ("blue", "green") if controller == "CODE_DEPLOY" else ("blue",)
    groups = tuple(_create_target_group(f"{name}-{colour}", vpc, path) for colour in colours)
    listener = _create_listener(balancer, 80, groups)
    test = _create_listener(balancer, 8080, groups) if len(groups) > 1 else ""
    more = {"deploymentConfiguration": configuration} if configuration else {}
    clients.client("ecs", REGION).create_service(
        cluster=CLUSTER,
        serviceName=name,
        taskDefinition=register(FIRST),
        desiredCount=TASKS,
        launchType="FARGATE",
        deploymentController={"type": controller},
        loadBalancers=[
            {
                "targetGroupArn": groups[0],
                "containerName": _CONTAINER,
                "containerPort": _PORT,
            }
        ],
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
        healthCheckGracePeriodSeconds=60,
        **more,
    )
    return Shop(name, listener, test, groups)


def register(version: str) -> str:
    """Register a task definition of ``orders`` with a version's image; return its ARN."""
    found = clients.client("ecs", REGION).register_task_definition(
        family="orders",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        containerDefinitions=[
            {
                "name": _CONTAINER,
                "image": f"{_REGISTRY}/orders:{version}",
                "portMappings": [{"containerPort": _PORT}],
                "environment": [{"name": "ORDERS_VERSION", "value": version}],
            }
        ],
    )
    return str(found["taskDefinition"]["taskDefinitionArn"])


def create_application(shop: Shop, config: str = "CodeDeployDefault.ECSAllAtOnce") -> None:
    """Let CodeDeploy deploy to a shop: an application of its name, the group ``production``."""
    codedeploy = clients.client("codedeploy", REGION)
    codedeploy.create_application(applicationName=shop.name, computePlatform="ECS")
    codedeploy.create_deployment_group(
        applicationName=shop.name,
        deploymentGroupName=GROUP,
        serviceRoleArn=_ROLE,
        deploymentConfigName=config,
        deploymentStyle={
            "deploymentType": "BLUE_GREEN",
            "deploymentOption": "WITH_TRAFFIC_CONTROL",
        },
        ecsServices=[{"clusterName": CLUSTER, "serviceName": shop.name}],
        loadBalancerInfo={
            "targetGroupPairInfoList": [
                {
                    "targetGroups": [{"name": _name(arn)} for arn in shop.groups],
                    "prodTrafficRoute": {"listenerArns": [shop.listener]},
                    "testTrafficRoute": {"listenerArns": [shop.test_listener]},
                }
            ]
        },
        blueGreenDeploymentConfiguration={
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE",
                "terminationWaitTimeInMinutes": 5,
            },
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        },
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )


def the_shop() -> Shop:
    """Return the service ``orders`` of the account, read from it."""
    elbv2 = clients.client("elbv2", REGION)
    [balancer] = elbv2.describe_load_balancers(Names=[SERVICE])["LoadBalancers"]
    found = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    by_port = {each["Port"]: each["ListenerArn"] for each in found}
    names = [f"{SERVICE}-{colour}" for colour in ("blue", "green")]
    groups = {
        each["TargetGroupName"]: each["TargetGroupArn"]
        for each in elbv2.describe_target_groups(Names=names)["TargetGroups"]
    }
    return Shop(SERVICE, by_port[80], by_port[8080], tuple(groups[name] for name in names))


def _name(arn: str) -> str:
    return arn.split(":targetgroup/")[1].split("/")[0]


def _network() -> tuple[str, list[str]]:
    """Return the account's VPC and two subnets of it."""
    found = clients.client("ec2", REGION).describe_subnets()["Subnets"]
    return found[0]["VpcId"], [each["SubnetId"] for each in found[:2]]


def _create_balancer(name: str, subnets: Sequence[str]) -> str:
    found = clients.client("elbv2", REGION).create_load_balancer(Name=name, Subnets=subnets)
    return str(found["LoadBalancers"][0]["LoadBalancerArn"])


def _create_target_group(name: str, vpc: str, path: str) -> str:
    elbv2: Any = clients.client("elbv2", REGION)
    found = elbv2.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=_PORT,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath=path,
        HealthCheckIntervalSeconds=10,
        HealthCheckTimeoutSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
    )
    arn = str(found["TargetGroups"][0]["TargetGroupArn"])
    # The usual five minutes would have old tasks drain for longer than a canary lasts.
    elbv2.modify_target_group_attributes(
        TargetGroupArn=arn,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "30"}],
    )
    return arn


def _create_listener(balancer: str, port: int, groups: Sequence[str]) -> str:
    """Create a listener that sends all requests to the first target group, and none elsewhere."""
    elbv2: Any = clients.client("elbv2", REGION)
    weights = [
        {"TargetGroupArn": group, "Weight": 0 if place else 100}
        for place, group in enumerate(groups)
    ]
    found = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=port,
        DefaultActions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": weights}}],
    )
    return str(found["Listeners"][0]["ListenerArn"])
