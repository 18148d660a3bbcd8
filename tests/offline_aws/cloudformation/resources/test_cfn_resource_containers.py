from __future__ import annotations

import base64

import pytest
from cfn_examples import IMAGE, Example, World, client, known, lives

from offline_aws.cloudformation.resource_type import Stabilises, VanishesLater

TAGS = [{"Key": "team", "Value": "shop"}]
OTHER_TAGS = [{"Key": "team", "Value": "till"}, {"Key": "cost", "Value": "1"}]
ROLE = "arn:aws:iam::123456789012:role/shop"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
SCRIPT = base64.b64encode(b"#!/bin/sh\n").decode()
LAUNCHED = {"ImageId": IMAGE, "InstanceType": "t3.micro"}
INSIGHTS = "containerInsights"


def vpc(world: World) -> str:
    return world.make("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")


def subnets(world: World, network: str) -> list[str]:
    """Return the subnets of a network, made at the first time."""
    made = [
        made
        for kind, made, context in world.made
        if kind.endswith("Subnet") and context.properties["VpcId"] == network
    ]
    return made or [
        world.make(
            "AWS::EC2::Subnet",
            VpcId=network,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"us-east-1{zone}",
        )
        for number, zone in enumerate("abc")
    ]


def group(world: World, network: str) -> str:
    return world.make("AWS::EC2::SecurityGroup", GroupDescription="ours", VpcId=network)


def instance(world: World) -> dict[str, object]:
    client("ec2").create_key_pair(KeyName="shop")
    client("iam").create_instance_profile(InstanceProfileName="shop")
    network = vpc(world)
    return {
        "AvailabilityZone": "us-east-1a",
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20}}],
        "DisableApiTermination": True,
        "EbsOptimized": True,
        "IamInstanceProfile": "shop",
        "ImageId": IMAGE,
        "InstanceType": "t3.micro",
        "KeyName": "shop",
        "PrivateIpAddress": "10.0.0.77",
        "SecurityGroupIds": [group(world, network)],
        "SourceDestCheck": False,
        "SubnetId": subnets(world, network)[0],
        "Tags": TAGS,
        "UserData": SCRIPT,
    }


def launched(kind: str) -> dict[str, object]:
    return {"ImageId": IMAGE, "InstanceType": kind, "UserData": SCRIPT}


def template(world: World) -> str:
    name = world.make("AWS::EC2::LaunchTemplate", LaunchTemplateData=launched("t3.micro"))
    client("ec2").create_launch_template_version(
        LaunchTemplateId=name, LaunchTemplateData={"InstanceType": "t3.small"}
    )
    return name


def target_group(world: World, network: str) -> str:
    return world.make(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Port=80,
        Protocol="HTTP",
        TargetType="ip",
        VpcId=network,
    )


def fleet(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "AutoScalingGroupName": "orders",
        "CapacityRebalance": True,
        "Cooldown": "30",
        "DesiredCapacity": "1",
        "HealthCheckGracePeriod": 30,
        "HealthCheckType": "ELB",
        "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "1"},
        "MaxSize": "3",
        "MinSize": "1",
        "NewInstancesProtectedFromScaleIn": True,
        "Tags": [{"Key": "team", "Value": "shop", "PropagateAtLaunch": True}],
        "TargetGroupARNs": [target_group(world, network)],
        "TerminationPolicies": ["OldestInstance"],
        "VPCZoneIdentifier": subnets(world, network)[:2],
    }


def changed_fleet(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "DesiredCapacity": "2",
        "HealthCheckGracePeriod": 60,
        "HealthCheckType": "EC2",
        "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "2"},
        "MaxSize": "4",
        "MinSize": "2",
        "NewInstancesProtectedFromScaleIn": False,
        "Tags": [{"Key": "team", "Value": "till", "PropagateAtLaunch": False}],
        "TargetGroupARNs": [target_group(world, network)],
        "VPCZoneIdentifier": subnets(world, network)[1:],
    }


def balancer(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "IpAddressType": "ipv4",
        "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}],
        "Name": "shop",
        "Scheme": "internet-facing",
        "SecurityGroups": [group(world, network)],
        "Subnets": subnets(world, network)[:2],
        "Tags": TAGS,
        "Type": "application",
    }


def changed_balancer(world: World) -> dict[str, object]:
    network = world.made[0][1]
    return {
        "IpAddressType": "dualstack",
        "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "90"}],
        "SecurityGroups": [group(world, network)],
        "Subnets": subnets(world, network),
        "Tags": OTHER_TAGS,
    }


def some_balancer(world: World, network: str) -> str:
    return world.make(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=subnets(world, network)[:2]
    )


def certificate() -> list[dict[str, str]]:
    made = client("acm").request_certificate(DomainName="shop.example")
    return [{"CertificateArn": made["CertificateArn"]}]


FIXED = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"},
}
REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"StatusCode": "HTTP_301", "Port": "443", "Protocol": "HTTPS"},
}


def forward(target: str) -> list[dict[str, str]]:
    return [{"Type": "forward", "TargetGroupArn": target}]


def listener(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "AlpnPolicy": ["HTTP2Preferred"],
        "Certificates": certificate(),
        "DefaultActions": forward(target_group(world, network)),
        "LoadBalancerArn": some_balancer(world, network),
        "Port": 443,
        "Protocol": "HTTPS",
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "Tags": TAGS,
    }


def rule(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "Actions": forward(target_group(world, network)),
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*"]}}],
        "ListenerArn": world.make(
            "AWS::ElasticLoadBalancingV2::Listener",
            DefaultActions=[FIXED],
            LoadBalancerArn=some_balancer(world, network),
            Port=80,
            Protocol="HTTP",
        ),
        "Priority": 5,
        "Tags": TAGS,
    }


WEB = {"Name": "web", "Image": "shop/orders:1", "PortMappings": [{"ContainerPort": 80}]}
TASK = {
    "ContainerDefinitions": [
        {
            **WEB,
            "DockerLabels": {"team": "shop"},
            "Environment": [{"Name": "LEVEL", "Value": "info"}],
            "Essential": True,
            "HealthCheck": {"Command": ["CMD-SHELL", "true"], "Interval": 5},
            "LogConfiguration": {
                "LogDriver": "awslogs",
                "Options": {"awslogs-group": "orders", "awslogs-region": "us-east-1"},
            },
            "MountPoints": [{"SourceVolume": "data", "ContainerPath": "/data"}],
            "Secrets": [{"Name": "KEY", "ValueFrom": "arn:aws:ssm:us-east-1:1:parameter/key"}],
            "Ulimits": [{"Name": "nofile", "SoftLimit": 1, "HardLimit": 2}],
        }
    ],
    "Cpu": "256",
    "EphemeralStorage": {"SizeInGiB": 30},
    "ExecutionRoleArn": ROLE,
    "Family": "orders",
    "Memory": "512",
    "NetworkMode": "awsvpc",
    "RequiresCompatibilities": ["FARGATE"],
    "RuntimePlatform": {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"},
    "Tags": TAGS,
    "TaskRoleArn": ROLE,
    "Volumes": [{"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}],
}
MESH = {
    "ContainerName": "web",
    "Type": "APPMESH",
    "ProxyConfigurationProperties": [{"Name": "AppPorts", "Value": "80"}],
}


def task(world: World) -> str:
    return world.make(
        "AWS::ECS::TaskDefinition",
        ContainerDefinitions=[WEB],
        Cpu="256",
        Family="orders",
        Memory="512",
        NetworkMode="awsvpc",
        RequiresCompatibilities=["FARGATE"],
    )


def placed(world: World, network: str) -> dict[str, object]:
    found = {"Subnets": subnets(world, network)[:1], "SecurityGroups": [group(world, network)]}
    return {"AwsvpcConfiguration": found}


def served(world: World, network: str) -> list[dict[str, object]]:
    targets = target_group(world, network)
    world.make(
        "AWS::ElasticLoadBalancingV2::Listener",
        DefaultActions=forward(targets),
        LoadBalancerArn=some_balancer(world, network),
        Port=80,
        Protocol="HTTP",
    )
    return [{"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": targets}]


def registry(world: World, network: str) -> list[dict[str, object]]:
    space = world.make("AWS::ServiceDiscovery::PrivateDnsNamespace", Name="shop", Vpc=network)
    service = world.make(
        "AWS::ServiceDiscovery::Service",
        DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 60}]},
        Name="orders",
        NamespaceId=space,
    )
    return [{"RegistryArn": world.attribute(service, "Arn")}]


def service(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "AvailabilityZoneRebalancing": "ENABLED",
        "Cluster": world.make("AWS::ECS::Cluster"),
        "DeploymentConfiguration": {
            "MaximumPercent": 200,
            "MinimumHealthyPercent": 50,
            "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        },
        "DeploymentController": {"Type": "ECS"},
        "DesiredCount": 2,
        "EnableECSManagedTags": False,
        "EnableExecuteCommand": True,
        "HealthCheckGracePeriodSeconds": 30,
        "LaunchType": "FARGATE",
        "LoadBalancers": served(world, network),
        "NetworkConfiguration": placed(world, network),
        "PlatformVersion": "LATEST",
        "PropagateTags": "SERVICE",
        "SchedulingStrategy": "REPLICA",
        "ServiceName": "orders",
        "Tags": TAGS,
        "TaskDefinition": task(world),
    }


def changed_service(world: World) -> dict[str, object]:
    network = world.made[0][1]
    return {
        "AvailabilityZoneRebalancing": "DISABLED",
        "DeploymentConfiguration": {"MaximumPercent": 150, "MinimumHealthyPercent": 100},
        "DesiredCount": 3,
        "EnableECSManagedTags": True,
        "EnableExecuteCommand": False,
        "HealthCheckGracePeriodSeconds": 60,
        "LoadBalancers": served(world, network),
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": subnets(world, network)[1:2],
                "SecurityGroups": [group(world, network)],
            }
        },
        "PlatformVersion": "1.3.0",
        "PropagateTags": "TASK_DEFINITION",
        "Tags": OTHER_TAGS,
        "TaskDefinition": task(world),
    }


def spread(world: World) -> dict[str, object]:
    network = vpc(world)
    providers = ["FARGATE", "FARGATE_SPOT"]
    return {
        "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
        "Cluster": world.make("AWS::ECS::Cluster", CapacityProviders=providers),
        "DesiredCount": 1,
        "NetworkConfiguration": placed(world, network),
        "ServiceRegistries": registry(world, network),
        "TaskDefinition": task(world),
    }


def changed_spread(world: World) -> dict[str, object]:
    strategy = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
    return {"CapacityProviderStrategy": strategy, "ServiceRegistries": []}


def on_instances(world: World) -> dict[str, object]:
    return {
        "Cluster": world.make("AWS::ECS::Cluster"),
        "DesiredCount": 0,
        "LaunchType": "EC2",
        "PlacementConstraints": [{"Type": "distinctInstance"}],
        "PlacementStrategies": [{"Type": "spread", "Field": "instanceId"}],
        "TaskDefinition": world.make(
            "AWS::ECS::TaskDefinition", ContainerDefinitions=[{**WEB, "Memory": 100}]
        ),
    }


def changed_on_instances(world: World) -> dict[str, object]:
    zone = "attribute:ecs.availability-zone == us-east-1a"
    return {
        "PlacementConstraints": [{"Type": "memberOf", "Expression": zone}],
        "PlacementStrategies": [{"Type": "binpack", "Field": "memory"}],
    }


def running(world: World) -> str:
    return known("AWS::ECS::Service").create(
        world.context("Orders"),
        {
            "Cluster": world.make("AWS::ECS::Cluster", ClusterName=f"shop{world.token}"),
            "DesiredCount": 1,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": placed(world, vpc(world)),
            "ServiceName": "orders",
            "TaskDefinition": task(world),
        },
    )


def scaled(world: World) -> dict[str, object]:
    running(world)
    return {
        "ResourceId": f"service/shop{world.token}/orders",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ServiceNamespace": "ecs",
    }


def tracked(value: int) -> dict[str, object]:
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    return {"PredefinedMetricSpecification": metric, "TargetValue": value, "ScaleInCooldown": 60}


def stepped(change: int) -> dict[str, object]:
    step = {"MetricIntervalLowerBound": 0, "ScalingAdjustment": change}
    return {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [step]}


def capacity(world: World) -> str:
    return world.make(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        MaxCapacity=3,
        MinCapacity=1,
        **scaled(world),
    )


def cluster(world: World) -> dict[str, object]:
    return {
        "EncryptionConfig": [{"Provider": {"KeyArn": KEY}, "Resources": ["secrets"]}],
        "KubernetesNetworkConfig": {"ServiceIpv4Cidr": "10.100.0.0/16", "IpFamily": "ipv4"},
        "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}]}},
        "Name": "shop",
        "ResourcesVpcConfig": {
            "SubnetIds": subnets(world, vpc(world)),
            "EndpointPublicAccess": True,
            "EndpointPrivateAccess": True,
        },
        "RoleArn": ROLE,
        "Tags": TAGS,
        "Version": "1.33",
    }


def changed_cluster(world: World) -> dict[str, object]:
    return {
        "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "audit"}]}},
        "ResourcesVpcConfig": {
            "SubnetIds": subnets(world, world.made[0][1]),
            "EndpointPublicAccess": False,
            "EndpointPrivateAccess": True,
        },
        "Tags": OTHER_TAGS,
    }


def nodes(world: World) -> dict[str, object]:
    places = subnets(world, vpc(world))
    return {
        "AmiType": "AL2023_x86_64_STANDARD",
        "CapacityType": "SPOT",
        "ClusterName": world.make(
            "AWS::EKS::Cluster", ResourcesVpcConfig={"SubnetIds": places}, RoleArn=ROLE
        ),
        "DiskSize": 30,
        "InstanceTypes": ["t3.large"],
        "Labels": {"team": "shop"},
        "NodeRole": ROLE,
        "NodegroupName": "orders",
        "ReleaseVersion": "1.33.0-20250701",
        "RemoteAccess": {"Ec2SshKey": "shop"},
        "ScalingConfig": {"MinSize": 1, "MaxSize": 3, "DesiredSize": 2},
        "Subnets": places,
        "Tags": {"team": "shop"},
        "Taints": [{"Key": "team", "Value": "shop", "Effect": "NO_SCHEDULE"}],
        "Version": "1.33",
    }


HEALTH = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 10,
    "HealthCheckPath": "/health",
    "HealthCheckPort": "8080",
    "HealthCheckProtocol": "HTTP",
    "HealthCheckTimeoutSeconds": 3,
    "HealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200-299"},
    "UnhealthyThresholdCount": 3,
}
OTHER_HEALTH = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 20,
    "HealthCheckPath": "/",
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTPS",
    "HealthCheckTimeoutSeconds": 4,
    "HealthyThresholdCount": 3,
    "Matcher": {"HttpCode": "200"},
    "UnhealthyThresholdCount": 4,
}
DELAY = "deregistration_delay.timeout_seconds"

EXAMPLES = [
    Example(
        "AWS::EC2::Instance",
        instance,
        lambda world: {
            "DisableApiTermination": None,
            "InstanceType": "t3.small",
            "SecurityGroupIds": [group(world, world.made[0][1])],
            "SourceDestCheck": None,
            "Tags": OTHER_TAGS,
        },
        unset={"SourceDestCheck": True},
    ),
    Example(
        "AWS::EC2::Instance",
        lambda world: {
            "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "1"},
        },
    ),
    Example(
        "AWS::EC2::LaunchTemplate",
        lambda _: {
            "LaunchTemplateData": launched("t3.micro"),
            "LaunchTemplateName": "orders",
            "TagSpecifications": [{"ResourceType": "launch-template", "Tags": TAGS}],
            "VersionDescription": "first",
        },
        lambda _: [{"LaunchTemplateData": launched("t3.small"), "VersionDescription": "second"}],
    ),
    Example("AWS::AutoScaling::AutoScalingGroup", fleet, changed_fleet),
    Example(
        "AWS::AutoScaling::AutoScalingGroup",
        lambda world: {
            "AvailabilityZones": ["us-east-1a"],
            "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "1"},
            "MaxSize": "1",
            "MinSize": "0",
        },
        {"AvailabilityZones": ["us-east-1b"]},
    ),
    Example(
        "AWS::AutoScaling::AutoScalingGroup",
        lambda world: {
            "AvailabilityZones": ["us-east-1a"],
            "LaunchConfigurationName": world.make(
                "AWS::AutoScaling::LaunchConfiguration", **LAUNCHED
            ),
            "MaxSize": "1",
            "MinSize": "0",
        },
        lambda world: {
            "LaunchConfigurationName": world.make(
                "AWS::AutoScaling::LaunchConfiguration", **LAUNCHED
            ),
        },
    ),
    Example(
        "AWS::AutoScaling::LaunchConfiguration",
        {
            **LAUNCHED,
            "AssociatePublicIpAddress": True,
            "EbsOptimized": True,
            "IamInstanceProfile": "shop",
            "InstanceMonitoring": True,
            "KeyName": "shop",
            "LaunchConfigurationName": "orders",
            "SecurityGroups": ["sg-1"],
            "SpotPrice": "0.1",
            "UserData": SCRIPT,
        },
    ),
    Example("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer, changed_balancer),
    Example(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        lambda world: {
            "SubnetMappings": [{"SubnetId": each} for each in subnets(world, vpc(world))[:2]],
            "Type": "network",
        },
    ),
    Example(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        lambda world: {
            **HEALTH,
            "IpAddressType": "ipv4",
            "Name": "orders",
            "Port": 80,
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP1",
            "Tags": TAGS,
            "TargetGroupAttributes": [{"Key": DELAY, "Value": "5"}],
            "TargetType": "ip",
            "Targets": [{"Id": "10.0.0.9", "Port": 80}],
            "VpcId": vpc(world),
        },
        {
            **OTHER_HEALTH,
            "Tags": OTHER_TAGS,
            "TargetGroupAttributes": [{"Key": DELAY, "Value": "6"}],
            "Targets": [{"Id": "10.0.0.8", "Port": 80}],
        },
    ),
    Example(
        "AWS::ElasticLoadBalancingV2::Listener",
        listener,
        lambda _: {
            "Certificates": certificate(),
            "DefaultActions": [FIXED],
            "Port": 444,
            "Protocol": "HTTPS",
            "SslPolicy": "ELBSecurityPolicy-2016-08",
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        rule,
        {
            "Actions": [REDIRECT],
            "Conditions": [
                {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
            ],
            "Priority": 6,
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::ECS::Cluster",
        {
            "CapacityProviders": ["FARGATE"],
            "ClusterName": "shop",
            "ClusterSettings": [{"Name": INSIGHTS, "Value": "enabled"}],
            "Configuration": {"ExecuteCommandConfiguration": {"Logging": "DEFAULT"}},
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
            "Tags": TAGS,
        },
        {
            "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "ClusterSettings": [{"Name": INSIGHTS, "Value": "disabled"}],
            "Configuration": {"ExecuteCommandConfiguration": {"Logging": "NONE"}},
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}],
            "Tags": OTHER_TAGS,
        },
    ),
    Example("AWS::ECS::TaskDefinition", TASK, {"Tags": OTHER_TAGS}),
    Example(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": [{**WEB, "Memory": 100}],
            "IpcMode": "host",
            "PidMode": "host",
            "PlacementConstraints": [
                {"Type": "memberOf", "Expression": "attribute:ecs.os-type == linux"}
            ],
            "ProxyConfiguration": MESH,
        },
    ),
    Example("AWS::ECS::Service", service, changed_service),
    Example("AWS::ECS::Service", spread, changed_spread),
    Example("AWS::ECS::Service", on_instances, changed_on_instances),
    Example(
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        lambda world: {
            "Description": "Ours",
            "Name": "shop.local",
            "Properties": {"DnsProperties": {"SOA": {"TTL": 60}}},
            "Tags": TAGS,
            "Vpc": vpc(world),
        },
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::ServiceDiscovery::HttpNamespace",
        {"Description": "Ours", "Name": "shop", "Tags": TAGS},
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::ServiceDiscovery::Service",
        lambda world: {
            "Description": "Takes orders",
            "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 60}], "RoutingPolicy": "WEIGHTED"},
            "HealthCheckCustomConfig": {"FailureThreshold": 1},
            "Name": "orders",
            "NamespaceId": world.make(
                "AWS::ServiceDiscovery::PrivateDnsNamespace", Name="shop", Vpc=vpc(world)
            ),
            "Tags": TAGS,
        },
        {
            "Description": "Takes all orders",
            "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 30}]},
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::ServiceDiscovery::Service",
        lambda world: {
            "HealthCheckConfig": {"Type": "HTTP", "ResourcePath": "/health"},
            "Name": "orders",
            "NamespaceId": world.make("AWS::ServiceDiscovery::HttpNamespace", Name="shop"),
            "Type": "HTTP",
        },
        {"HealthCheckConfig": {"Type": "HTTP", "ResourcePath": "/"}},
    ),
    Example(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        lambda world: {
            **scaled(world),
            "MaxCapacity": 3,
            "MinCapacity": 1,
            "RoleARN": ROLE,
            "SuspendedState": {"DynamicScalingInSuspended": True},
        },
        {
            "MaxCapacity": 4,
            "MinCapacity": 2,
            "SuspendedState": {"DynamicScalingInSuspended": False},
        },
    ),
    Example(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        lambda world: {
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": capacity(world),
            "TargetTrackingScalingPolicyConfiguration": tracked(50),
        },
        {"TargetTrackingScalingPolicyConfiguration": tracked(60)},
    ),
    Example(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        lambda world: {
            "PolicyName": "steps",
            "PolicyType": "StepScaling",
            **scaled(world),
            "StepScalingPolicyConfiguration": stepped(1),
        },
        {"StepScalingPolicyConfiguration": stepped(2)},
    ),
    Example("AWS::EKS::Cluster", cluster, changed_cluster),
    Example(
        "AWS::EKS::Nodegroup",
        nodes,
        {"ScalingConfig": {"MinSize": 2, "MaxSize": 4, "DesiredSize": 3}},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_that_runs_something_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_service_is_stable_when_its_tasks_run(world: World) -> None:
    arn, kind, context = running(world), known("AWS::ECS::Service"), world.context()
    assert isinstance(kind, Stabilises)
    assert not kind.stabilise(context, arn)
    world.aws.clock.advance(minutes=10)
    assert kind.stabilise(context, arn)


def test_a_deleted_service_is_gone_when_its_tasks_have_stopped(world: World) -> None:
    arn, kind, context = running(world), known("AWS::ECS::Service"), world.context()
    world.aws.clock.advance(minutes=10)
    kind.delete(context, arn)
    assert isinstance(kind, VanishesLater)
    assert not kind.gone(context, arn)
    world.aws.clock.advance(minutes=10)
    assert kind.gone(context, arn)


def test_what_the_cdk_says_of_itself_makes_nothing(world: World) -> None:
    kind, context = known("AWS::CDK::Metadata"), world.context()
    name = kind.create(context, {"Analytics": "v2:deflate64:H4s="})
    assert kind.read(context, name) == {"Id": name}
    kind.delete(context, name)
