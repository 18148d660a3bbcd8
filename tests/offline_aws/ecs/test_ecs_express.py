"""Express Mode makes all that a web service needs, deploys it watched, and takes it away again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ecs_shop_lab import MONDAY, REGION

from offline_aws import OfflineAWS
from offline_aws.clients import client
from offline_aws.workloads import Behaviour

ROLES = {
    "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
    "infrastructureRoleArn": "arn:aws:iam::123456789012:role/infrastructure",
}
DIMENSION = "ecs:service:DesiredCount"


class Express:
    """The account, and the services that Express Mode uses."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.ecs: Any = client("ecs", REGION)
        self.elb: Any = client("elbv2", REGION)
        self.cloudwatch: Any = client("cloudwatch", REGION)
        self.scaling: Any = client("application-autoscaling", REGION)

    def create(self, name: str = "orders", image: str = "orders:1", **more: Any) -> dict[str, Any]:
        more.setdefault("primaryContainer", {"image": image})
        made = self.ecs.create_express_gateway_service(serviceName=name, **{**ROLES, **more})
        return dict(made["service"])

    def update(self, arn: str, **more: Any) -> dict[str, Any]:
        answer = self.ecs.update_express_gateway_service(serviceArn=arn, **more)
        return dict(answer["service"])

    def describe(self, arn: str) -> dict[str, Any]:
        return dict(self.ecs.describe_express_gateway_service(serviceArn=arn)["service"])

    def plain(self, name: str = "orders") -> dict[str, Any]:
        return dict(self.ecs.describe_services(services=[name])["services"][0])

    def stable(self, name: str = "orders") -> None:
        self.ecs.get_waiter("services_stable").wait(services=[name])
        self.aws.clock.advance(minutes=1)

    def rule(self, name: str = "orders") -> dict[str, Any]:
        (balancer,) = self.plain(name)["loadBalancers"]
        arn = balancer["advancedConfiguration"]["productionListenerRule"]
        return dict(self.elb.describe_rules(RuleArns=[arn])["Rules"][0])

    def weights(self) -> list[int]:
        """Return the weights of the two target groups, those of the one with more first."""
        groups = self.rule()["Actions"][0]["ForwardConfig"]["TargetGroups"]
        return sorted((each["Weight"] for each in groups), reverse=True)

    def images(self) -> set[str]:
        arns = self.ecs.list_tasks(serviceName="orders")["taskArns"]
        tasks = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
        return {task["containers"][0]["image"] for task in tasks}

    def answers(self, errors: int, of: int = 1000) -> None:
        """Record a minute of requests, some of them answered with an error, and let it pass."""
        groups = self.rule()["Actions"][0]["ForwardConfig"]["TargetGroups"]
        group = groups[0]["TargetGroupArn"]
        (found,) = self.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
        balancer = found["LoadBalancerArns"][0].partition(":loadbalancer/")[2]
        dimensions = [
            {"Name": "TargetGroup", "Value": group.split(":")[-1]},
            {"Name": "LoadBalancer", "Value": balancer},
        ]
        now = self.aws.clock.now()
        data = [("RequestCount", of), ("HTTPCode_Target_5XX_Count", errors)]
        self.aws.record_metrics(
            "AWS/ApplicationELB",
            [
                {"MetricName": name, "Dimensions": dimensions, "Value": value, "Timestamp": now}
                for name, value in data
            ],
        )
        self.aws.clock.advance(minutes=1)


@pytest.fixture
def express() -> Iterator[Express]:
    with OfflineAWS(now=MONDAY) as aws:
        yield Express(aws)


def test_all_that_a_service_needs_is_made_in_its_own_service(express: Express) -> None:
    made = express.create()
    assert made["status"] == {"statusCode": "ACTIVE"}
    assert made["cluster"] == "default"
    (configuration,) = made["activeConfigurations"]
    assert (configuration["cpu"], configuration["memory"]) == ("256", "512")
    assert configuration["healthCheckPath"] == "/ping"
    assert configuration["primaryContainer"] == {"image": "orders:1", "containerPort": 80}
    assert configuration["scalingTarget"] == {
        "minTaskCount": 1,
        "maxTaskCount": 20,
        "autoScalingMetric": "AVERAGE_CPU",
        "autoScalingTargetValue": 60,
    }
    (path,) = configuration["ingressPaths"]
    assert path["accessType"] == "PUBLIC"
    host = path["endpoint"].removeprefix("https://")
    assert host.startswith("orders-")
    assert host.endswith(f".ecs.{REGION}.on.aws")
    express.stable()
    plain = express.plain()
    assert (plain["runningCount"], plain["resourceManagementType"]) == (1, "ECS")
    assert plain["deploymentConfiguration"]["strategy"] == "CANARY"
    assert express.rule()["Conditions"][0]["HostHeaderConfig"]["Values"] == [host]
    (listener,) = express.elb.describe_listeners(
        LoadBalancerArn=express.elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    )["Listeners"]
    assert (listener["Protocol"], listener["Port"]) == ("HTTPS", 443)
    (target,) = express.scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 20)
    groups = client("logs", REGION).describe_log_groups()["logGroups"]
    assert [each["logGroupName"] for each in groups] == ["/aws/ecs/default/orders"]
    listed = express.ecs.list_services(resourceManagementType="ECS")["serviceArns"]
    assert listed == [made["serviceArn"]]
    assert express.ecs.list_services(resourceManagementType="CUSTOMER")["serviceArns"] == []


def test_an_update_is_a_canary_of_five_percent(express: Express) -> None:
    arn = express.create()["serviceArn"]
    express.stable()
    answer = express.update(arn, primaryContainer={"image": "orders:2"})
    assert answer["targetConfiguration"]["primaryContainer"]["image"] == "orders:2"
    assert "currentDeployment" in express.describe(arn)
    express.aws.clock.advance_until(lambda: express.weights() == [95, 5])
    serving = express.describe(arn)["activeConfigurations"]
    assert {each["primaryContainer"]["image"] for each in serving} == {"orders:1", "orders:2"}
    begin = express.aws.clock.now()
    express.aws.clock.advance_until(lambda: express.weights() == [100, 0])
    assert (express.aws.clock.now() - begin).total_seconds() == 180
    express.aws.clock.advance(minutes=12)
    assert express.images() == {"orders:2"}
    (configuration,) = express.describe(arn)["activeConfigurations"]
    assert configuration["primaryContainer"]["image"] == "orders:2"
    assert "currentDeployment" not in express.describe(arn)


def test_errors_end_a_deployment_and_the_old_version_serves_again(express: Express) -> None:
    arn = express.create()["serviceArn"]
    express.stable()
    express.update(arn, primaryContainer={"image": "orders:2"})
    express.aws.clock.advance_until(lambda: express.weights() == [95, 5])
    for errors in (20, 20, 20):
        express.answers(errors)
    express.aws.clock.advance(minutes=10)
    assert express.images() == {"orders:1"}
    (configuration,) = express.describe(arn)["activeConfigurations"]
    assert configuration["primaryContainer"]["image"] == "orders:1"
    (last, *_) = express.ecs.list_service_deployments(service=arn)["serviceDeployments"]
    assert last["status"] == "ROLLBACK_SUCCESSFUL"


def test_a_version_that_does_not_become_healthy_is_rolled_back(express: Express) -> None:
    express.aws.workloads.provide(
        lambda container: Behaviour(health=503) if container.tag == "2" else None
    )
    arn = express.create()["serviceArn"]
    express.stable()
    express.update(arn, primaryContainer={"image": "orders:2"})
    express.aws.clock.advance(hours=1)
    assert express.images() == {"orders:1"}
    # What was rolled back is not brought again by a change of something else.
    express.update(arn, cpu="512", memory="1024")
    express.aws.clock.advance(minutes=30)
    assert express.images() == {"orders:1"}
    (configuration,) = express.describe(arn)["activeConfigurations"]
    assert configuration["cpu"] == "512"


def test_settings_are_changed_one_by_one(express: Express) -> None:
    arn = express.create(healthCheckPath="/health")["serviceArn"]
    express.stable()
    before = express.plain()["taskDefinition"]
    scaling = {"maxTaskCount": 4, "autoScalingMetric": "REQUEST_COUNT_PER_TARGET"}
    target = express.update(arn, scalingTarget=scaling, healthCheckPath="/ready")
    assert target["targetConfiguration"]["scalingTarget"]["minTaskCount"] == 1
    groups = express.elb.describe_target_groups()["TargetGroups"]
    assert {each["HealthCheckPath"] for each in groups} == {"/ready"}
    assert express.plain()["taskDefinition"] == before
    (policy,) = express.scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    metric = policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
    assert metric["PredefinedMetricType"] == "ALBRequestCountPerTarget"
    express.update(arn, cpu="512", memory="1024")
    express.aws.clock.advance(minutes=30)
    (configuration,) = express.describe(arn)["activeConfigurations"]
    assert (configuration["cpu"], configuration["memory"]) == ("512", "1024")


def test_services_share_a_load_balancer_that_goes_with_the_last(express: Express) -> None:
    first, second = (express.create(name)["serviceArn"] for name in ("orders", "storefront"))
    express.stable("storefront")
    assert len(express.elb.describe_load_balancers()["LoadBalancers"]) == 1
    assert len(express.elb.describe_target_groups()["TargetGroups"]) == 4
    gone = express.ecs.delete_express_gateway_service(serviceArn=first)["service"]
    assert gone["status"]["statusCode"] == "DRAINING"
    with pytest.raises(ClientError, match="ServiceNotActiveException"):
        express.update(first, cpu="512")
    express.aws.clock.advance(minutes=10)
    assert express.describe(first)["status"]["statusCode"] == "INACTIVE"
    assert len(express.elb.describe_load_balancers()["LoadBalancers"]) == 1
    express.ecs.delete_express_gateway_service(serviceArn=second)
    express.aws.clock.advance(minutes=10)
    assert express.elb.describe_load_balancers()["LoadBalancers"] == []
    assert express.elb.describe_target_groups()["TargetGroups"] == []
    assert express.cloudwatch.describe_alarms()["MetricAlarms"] == []
    express.create()


def test_a_task_definition_of_ones_own_needs_a_container_main(express: Express) -> None:
    def define(container: dict[str, Any]) -> str:
        made = express.ecs.register_task_definition(
            family="own",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="512",
            memory="1024",
            containerDefinitions=[{"image": "orders:1", **container}],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    port = {"portMappings": [{"containerPort": 8080, "name": "web"}]}
    own = {"infrastructureRoleArn": ROLES["infrastructureRoleArn"], "serviceName": "own"}
    wrong = define({"name": "web", **port})
    with pytest.raises(ClientError, match="a container named Main"):
        express.ecs.create_express_gateway_service(taskDefinitionArn=wrong, **own)
    assert express.elb.describe_load_balancers()["LoadBalancers"] == []
    right = define({"name": "Main", **port})
    made = express.ecs.create_express_gateway_service(taskDefinitionArn=right, **own)["service"]
    (configuration,) = made["activeConfigurations"]
    assert configuration["taskDefinitionArn"] == right
    assert express.plain("own")["loadBalancers"][0]["containerPort"] == 8080


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"healthCheckPath": "ping"}, "slash"),
        ({"scalingTarget": {"minTaskCount": 3, "maxTaskCount": 2}}, "at most maxTaskCount"),
        ({"cpu": "256", "memory": "4096"}, "No Fargate configuration exists"),
        ({"networkConfiguration": {"subnets": ["subnet-1"]}}, "do not exist"),
        ({"cluster": "none"}, "Cluster not found"),
        ({"taskDefinitionArn": "own:1"}, "can't be specified"),
    ],
)
def test_what_is_not_valid_is_refused_and_leaves_nothing(
    express: Express, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        express.create(**changed)
    assert express.elb.describe_target_groups()["TargetGroups"] == []
