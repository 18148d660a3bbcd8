from __future__ import annotations

import io
import zipfile

import pytest
from cfn_examples import IMAGE as IMAGE_ID
from cfn_examples import Example, World, client, lives

TAGS = [{"Key": "team", "Value": "shop"}]
OTHER_TAGS = [{"Key": "team", "Value": "till"}, {"Key": "cost", "Value": "1"}]
ROLE = "arn:aws:iam::123456789012:role/shop"
IMAGE = {
    "Type": "LINUX_CONTAINER",
    "ComputeType": "BUILD_GENERAL1_SMALL",
    "Image": "aws/codebuild/standard:7.0",
}
PROJECT = {
    "Artifacts": {"Type": "NO_ARTIFACTS"},
    "AutoRetryLimit": 1,
    "BuildBatchConfig": {"ServiceRole": ROLE, "TimeoutInMins": 10},
    "Cache": {"Type": "LOCAL", "Modes": ["LOCAL_CUSTOM_CACHE"]},
    "ConcurrentBuildLimit": 2,
    "Description": "Builds orders",
    "EncryptionKey": "alias/shop",
    "Environment": {
        **IMAGE,
        "PrivilegedMode": True,
        "EnvironmentVariables": [{"Name": "LEVEL", "Value": "1", "Type": "PLAINTEXT"}],
    },
    "FileSystemLocations": [
        {
            "Type": "EFS",
            "Location": "fs-1.efs.us-east-1.amazonaws.com:/",
            "MountPoint": "/cache",
            "Identifier": "cache",
        }
    ],
    "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": "builds"}},
    "Name": "orders",
    "QueuedTimeoutInMinutes": 30,
    "SecondaryArtifacts": [
        {"Type": "S3", "Location": "shop", "ArtifactIdentifier": "more", "Name": "more"}
    ],
    "SecondarySourceVersions": [{"SourceIdentifier": "tools", "SourceVersion": "1"}],
    "SecondarySources": [{"Type": "S3", "Location": "shop/tools.zip", "SourceIdentifier": "tools"}],
    "ServiceRole": ROLE,
    "Source": {
        "Type": "CODECOMMIT",
        "Location": "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/orders",
        "BuildSpec": "version: 0.2\n",
    },
    "SourceVersion": "refs/heads/main",
    "Tags": TAGS,
    "TimeoutInMinutes": "15",
    "VpcConfig": {"VpcId": "vpc-1", "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
}
OTHER_PROJECT = {
    "AutoRetryLimit": 2,
    "BuildBatchConfig": {"ServiceRole": ROLE, "TimeoutInMins": 20},
    "Cache": {"Type": "NO_CACHE"},
    "ConcurrentBuildLimit": 3,
    "Description": None,
    "EncryptionKey": "alias/till",
    "Environment": {**IMAGE, "ComputeType": "BUILD_GENERAL1_MEDIUM"},
    "FileSystemLocations": [
        {**PROJECT["FileSystemLocations"][0], "MountPoint": "/other"}  # type: ignore[index]
    ],
    "LogsConfig": {"CloudWatchLogs": {"Status": "DISABLED"}},
    "QueuedTimeoutInMinutes": 40,
    "SecondaryArtifacts": [
        {"Type": "S3", "Location": "till", "ArtifactIdentifier": "more", "Name": "more"}
    ],
    "SecondarySourceVersions": [{"SourceIdentifier": "tools", "SourceVersion": "2"}],
    "SecondarySources": [{"Type": "S3", "Location": "till/tools.zip", "SourceIdentifier": "tools"}],
    "ServiceRole": f"{ROLE}-2",
    "SourceVersion": "refs/heads/other",
    "Tags": OTHER_TAGS,
    "TimeoutInMinutes": 20,
    "VpcConfig": {"VpcId": "vpc-2", "Subnets": ["subnet-2"], "SecurityGroupIds": ["sg-2"]},
}


def source(world: World) -> dict[str, object]:
    bucket = world.make("AWS::S3::Bucket")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("README.md", "# Orders\n")
    client("s3").put_object(Bucket=bucket, Key="orders.zip", Body=archive.getvalue())
    return {"BranchName": "main", "S3": {"Bucket": bucket, "Key": "orders.zip"}}


def triggers(world: World) -> list[dict[str, object]]:
    topic = world.make("AWS::SNS::Topic")
    return [{"Name": "told", "DestinationArn": topic, "Events": ["all"], "Branches": ["main"]}]


def stages(bucket: str, project: str) -> list[dict[str, object]]:
    kind = {"Owner": "AWS", "Version": "1"}
    fetch = {
        "Name": "Fetch",
        "ActionTypeId": {**kind, "Category": "Source", "Provider": "S3"},
        "Configuration": {
            "S3Bucket": bucket,
            "S3ObjectKey": "orders.zip",
            "PollForSourceChanges": False,
        },
        "OutputArtifacts": [{"Name": "Source"}],
        "RunOrder": 1,
    }
    build = {
        "Name": "Build",
        "ActionTypeId": {**kind, "Category": "Build", "Provider": "CodeBuild"},
        "Configuration": {"ProjectName": project},
        "InputArtifacts": [{"Name": "Source"}],
        "Namespace": "Built",
    }
    return [
        {"Name": "Source", "Actions": [fetch]},
        {"Name": "Build", "Actions": [build]},
    ]


def push_to(branch: str) -> list[dict[str, object]]:
    push = [{"Branches": {"Includes": [branch]}}]
    git = {"SourceActionName": "Fetch", "Push": push}
    return [{"ProviderType": "CodeStarSourceConnection", "GitConfiguration": git}]


def connected(branch: str) -> list[dict[str, object]]:
    found = stages("shop", "orders")
    found[0]["Actions"][0] |= {  # type: ignore[index]
        "ActionTypeId": {
            "Category": "Source",
            "Owner": "AWS",
            "Version": "1",
            "Provider": "CodeStarSourceConnection",
        },
        "Configuration": {
            "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/1",
            "FullRepositoryId": "shop/orders",
            "BranchName": branch,
        },
    }
    return found


def pipeline(world: World) -> dict[str, object]:
    bucket = world.make("AWS::S3::Bucket")
    return {
        "ArtifactStore": {"Type": "S3", "Location": bucket},
        "DisableInboundStageTransitions": [{"StageName": "Build", "Reason": "Not yet"}],
        "ExecutionMode": "QUEUED",
        "Name": "orders",
        "PipelineType": "V2",
        "RestartExecutionOnUpdate": True,
        "RoleArn": ROLE,
        "Stages": stages(bucket, "orders"),
        "Tags": TAGS,
        "Variables": [{"Name": "level", "DefaultValue": "1"}],
    }


def changed_pipeline(world: World) -> dict[str, object]:
    bucket = world.make("AWS::S3::Bucket")
    return {
        "ArtifactStore": {"Type": "S3", "Location": bucket},
        "DisableInboundStageTransitions": None,
        "ExecutionMode": "SUPERSEDED",
        "RestartExecutionOnUpdate": False,
        "RoleArn": f"{ROLE}-2",
        "Stages": stages(bucket, "till"),
        "Tags": OTHER_TAGS,
        "Variables": [{"Name": "level", "DefaultValue": "2"}],
    }


def stores(world: World) -> list[dict[str, object]]:
    store = {"Type": "S3", "Location": world.make("AWS::S3::Bucket")}
    return [{"Region": "us-east-1", "ArtifactStore": store}]


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
        "AWS::CodeCommit::Repository",
        lambda world: {
            "Code": source(world),
            "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
            "RepositoryDescription": "Takes orders",
            "RepositoryName": "orders",
            "Tags": TAGS,
            "Triggers": triggers(world),
        },
        lambda world: {
            "Code": source(world),
            "RepositoryDescription": None,
            "RepositoryName": "all-orders",
            "Tags": OTHER_TAGS,
            "Triggers": None,
        },
    ),
    Example("AWS::CodeBuild::Project", PROJECT, OTHER_PROJECT),
    Example(
        "AWS::CodeBuild::Project",
        {
            "Artifacts": {"Type": "NO_ARTIFACTS"},
            "Environment": IMAGE,
            "ServiceRole": ROLE,
            "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"},
        },
        lambda _: [
            {
                "Artifacts": {"Type": "CODEPIPELINE"},
                "Source": {"Type": "CODEPIPELINE", "BuildSpec": "other.yml"},
            }
        ],
    ),
    Example(
        "AWS::CodePipeline::Pipeline",
        pipeline,
        changed_pipeline,
    ),
    Example(
        "AWS::CodePipeline::Pipeline",
        lambda world: {
            "ArtifactStores": stores(world),
            "PipelineType": "V2",
            "RoleArn": ROLE,
            "Stages": connected("main"),
            "Triggers": push_to("main"),
        },
        lambda world: [
            {"ArtifactStores": stores(world)},
            {"Triggers": push_to("other")},
            {"PipelineType": "V1", "Triggers": None},
        ],
    ),
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
def test_a_resource_of_the_code_services_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_repository_starts_with_the_files_of_its_code(world: World) -> None:
    world.make("AWS::CodeCommit::Repository", RepositoryName="orders", Code=source(world))
    found = client("codecommit").get_file(repositoryName="orders", filePath="README.md")
    assert found["fileContent"] == b"# Orders\n"
