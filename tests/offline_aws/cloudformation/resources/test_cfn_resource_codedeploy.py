from __future__ import annotations

import pytest
from cfn_examples import IMAGE as IMAGE_ID
from cfn_examples import Example, World, lives
from cfn_needed import OTHER_TAGS, ROLE, TAGS


def application(world: World, platform: str = "Server") -> str:
    return world.make("AWS::CodeDeploy::Application", ComputePlatform=platform)


def told(world: World) -> list[dict[str, object]]:
    topic = world.make("AWS::SNS::Topic")
    return [
        {
            "TriggerName": "told",
            "TriggerEvents": ["DeploymentFailure"],
            "TriggerTargetArn": topic,
        }
    ]


def alarms(world: World) -> dict[str, object]:
    name = world.make(
        "AWS::CloudWatch::Alarm",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="Errors",
        Namespace="Shop",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    return {"Enabled": True, "Alarms": [{"Name": name}]}


def tagged(property: str, group: str, value: str) -> dict[str, object]:
    only = {"Key": "team", "Type": "KEY_AND_VALUE", "Value": value}
    return {f"{property}List": [{group: [only]}]}


ON_TAG = {"Key": "team", "Type": "KEY_AND_VALUE", "Value": "shop"}


IN_PLACE = {"DeploymentOption": "WITHOUT_TRAFFIC_CONTROL", "DeploymentType": "IN_PLACE"}


BLUE_GREEN = {"DeploymentOption": "WITH_TRAFFIC_CONTROL", "DeploymentType": "BLUE_GREEN"}


WITHOUT = {
    "AlarmConfiguration": {"Alarms": [], "Enabled": False},
    "AutoRollbackConfiguration": {"Enabled": False},
}


def of_servers(world: World) -> dict[str, object]:
    return {
        "AlarmConfiguration": alarms(world),
        "ApplicationName": application(world),
        "AutoRollbackConfiguration": {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
        "DeploymentConfigName": "CodeDeployDefault.OneAtATime",
        "DeploymentGroupName": "orders",
        "DeploymentStyle": IN_PLACE,
        "Ec2TagSet": tagged("Ec2TagSet", "Ec2TagGroup", "shop"),
        "OnPremisesTagSet": tagged("OnPremisesTagSet", "OnPremisesTagGroup", "shop"),
        "OutdatedInstancesStrategy": "IGNORE",
        "ServiceRoleArn": ROLE,
        "Tags": TAGS,
        "TerminationHookEnabled": True,
        "TriggerConfigurations": told(world),
    }


def changed_of_servers(world: World) -> dict[str, object]:
    return {
        "AlarmConfiguration": None,
        "AutoRollbackConfiguration": None,
        "DeploymentConfigName": "CodeDeployDefault.AllAtOnce",
        "Ec2TagSet": tagged("Ec2TagSet", "Ec2TagGroup", "till"),
        "OnPremisesTagSet": tagged("OnPremisesTagSet", "OnPremisesTagGroup", "till"),
        "OutdatedInstancesStrategy": "UPDATE",
        "ServiceRoleArn": f"{ROLE}-2",
        "Tags": OTHER_TAGS,
        "TerminationHookEnabled": False,
        "TriggerConfigurations": None,
    }


def tasks(world: World) -> list[dict[str, str]]:
    """Make a service whose deployments are CodeDeploy's."""
    vpc = world.make("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")
    subnet = world.make("AWS::EC2::Subnet", VpcId=vpc, CidrBlock="10.0.0.0/24")
    cluster = world.make("AWS::ECS::Cluster")
    service = world.make(
        "AWS::ECS::Service",
        Cluster=cluster,
        DeploymentController={"Type": "CODE_DEPLOY"},
        DesiredCount=1,
        LaunchType="FARGATE",
        NetworkConfiguration={"AwsvpcConfiguration": {"Subnets": [subnet]}},
        TaskDefinition=world.make(
            "AWS::ECS::TaskDefinition",
            ContainerDefinitions=[{"Name": "web", "Image": "shop/orders:1"}],
            Cpu="256",
            Memory="512",
            NetworkMode="awsvpc",
            RequiresCompatibilities=["FARGATE"],
        ),
    )
    return [{"ClusterName": cluster, "ServiceName": service.rpartition("/")[2]}]


def two_groups(world: World) -> dict[str, object]:
    """Make a load balancer with a target group in use and another one."""
    vpc = world.make("AWS::EC2::VPC", CidrBlock="10.1.0.0/16")
    zones = {"10.1.0.0/24": "us-east-1a", "10.1.1.0/24": "us-east-1b"}
    subnets = [
        world.make("AWS::EC2::Subnet", VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)
        for block, zone in zones.items()
    ]
    groups = [
        world.make(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            Port=80,
            Protocol="HTTP",
            TargetType="ip",
            VpcId=vpc,
        )
        for _ in range(2)
    ]
    listener = world.make(
        "AWS::ElasticLoadBalancingV2::Listener",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": groups[0]}],
        LoadBalancerArn=world.make("AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=subnets),
        Port=80,
        Protocol="HTTP",
    )
    pair = {
        "ProdTrafficRoute": {"ListenerArns": [listener]},
        "TargetGroups": [{"Name": world.attribute(each, "TargetGroupName")} for each in groups],
    }
    return {"TargetGroupPairInfoList": [pair]}


def blue_green(minutes: int) -> dict[str, object]:
    return {
        "DeploymentReadyOption": {"ActionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "TerminateBlueInstancesOnDeploymentSuccess": {
            "Action": "TERMINATE",
            "TerminationWaitTimeInMinutes": minutes,
        },
    }


def fleet(world: World) -> str:
    template = world.make(
        "AWS::EC2::LaunchTemplate",
        LaunchTemplateData={"ImageId": IMAGE_ID, "InstanceType": "t3.micro"},
    )
    return world.make(
        "AWS::AutoScaling::AutoScalingGroup",
        AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
        MaxSize="1",
        MinSize="0",
    )


EXAMPLES = [
    Example(
        "AWS::CodeDeploy::Application",
        {"ApplicationName": "orders", "ComputePlatform": "Server", "Tags": TAGS},
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::CodeDeploy::DeploymentConfig",
        {
            "ComputePlatform": "Lambda",
            "DeploymentConfigName": "shop.Canary",
            "TrafficRoutingConfig": {
                "Type": "TimeBasedCanary",
                "TimeBasedCanary": {"CanaryInterval": 5, "CanaryPercentage": 20},
            },
        },
    ),
    Example(
        "AWS::CodeDeploy::DeploymentConfig",
        {
            "ComputePlatform": "Server",
            "MinimumHealthyHosts": {"Type": "FLEET_PERCENT", "Value": 50},
            "ZonalConfig": {"MonitorDurationInSeconds": 5},
        },
    ),
    Example(
        "AWS::CodeDeploy::DeploymentGroup",
        lambda world: {
            "ApplicationName": application(world, "ECS"),
            "BlueGreenDeploymentConfiguration": blue_green(5),
            "DeploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
            "DeploymentStyle": BLUE_GREEN,
            "ECSServices": tasks(world),
            "LoadBalancerInfo": two_groups(world),
            "ServiceRoleArn": ROLE,
        },
        lambda world: {
            "BlueGreenDeploymentConfiguration": blue_green(10),
            "ECSServices": tasks(world),
            "LoadBalancerInfo": two_groups(world),
        },
    ),
    Example(
        "AWS::CodeDeploy::DeploymentGroup",
        lambda world: {
            "ApplicationName": application(world),
            "AutoScalingGroups": [fleet(world)],
            "DeploymentStyle": IN_PLACE,
            "ServiceRoleArn": ROLE,
        },
        lambda world: [
            {"AutoScalingGroups": [fleet(world)]},
            {
                "DeploymentStyle": {**IN_PLACE, "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
                "LoadBalancerInfo": {"ElbInfoList": [{"Name": "shop"}]},
            },
        ],
    ),
    Example("AWS::CodeDeploy::DeploymentGroup", of_servers, changed_of_servers, WITHOUT),
    Example(
        "AWS::CodeDeploy::DeploymentGroup",
        lambda world: {
            "ApplicationName": application(world),
            "Ec2TagFilters": [ON_TAG],
            "OnPremisesInstanceTagFilters": [ON_TAG],
            "ServiceRoleArn": ROLE,
        },
        {
            "Ec2TagFilters": [{**ON_TAG, "Value": "till"}],
            "OnPremisesInstanceTagFilters": [{**ON_TAG, "Value": "till"}],
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_codedeploy_lives(world: World, example: Example) -> None:
    lives(world, example)
