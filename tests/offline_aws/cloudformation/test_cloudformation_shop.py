"""A shop in one template: network, database, bucket, user pool, and a service behind a balancer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from stack_lab import StackLab, aws_client

Shape = dict[str, Any]


def ref(name: str) -> Shape:
    return {"Ref": name}


def att(name: str, attribute: str) -> Shape:
    return {"Fn::GetAtt": [name, attribute]}


def resource(kind: str, needs: list[str] | None = None, **properties: Any) -> Shape:
    found: Shape = {"Type": f"AWS::{kind}", "Properties": properties}
    return {**found, "DependsOn": needs} if needs else found


def subnet(number: int) -> Shape:
    zone = {"Fn::Select": [number, {"Fn::GetAZs": ""}]}
    block = {"Fn::Select": [number, {"Fn::Cidr": [att("Network", "CidrBlock"), 4, 8]}]}
    return resource(
        "EC2::Subnet",
        AvailabilityZone=zone,
        CidrBlock=block,
        MapPublicIpOnLaunch=True,
        VpcId=ref("Network"),
    )


def opened(port: int, **source: Any) -> list[Shape]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}]


NETWORK = {
    "Network": resource("EC2::VPC", CidrBlock="10.0.0.0/16", EnableDnsHostnames=True),
    "Gateway": resource("EC2::InternetGateway"),
    "Attached": resource(
        "EC2::VPCGatewayAttachment", InternetGatewayId=ref("Gateway"), VpcId=ref("Network")
    ),
    "One": subnet(0),
    "Two": subnet(1),
    "Outward": resource("EC2::RouteTable", VpcId=ref("Network")),
    "Out": resource(
        "EC2::Route",
        ["Attached"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=ref("Gateway"),
        RouteTableId=ref("Outward"),
    ),
    "OneOutward": resource(
        "EC2::SubnetRouteTableAssociation", RouteTableId=ref("Outward"), SubnetId=ref("One")
    ),
    "AtTheDoor": resource(
        "EC2::SecurityGroup",
        GroupDescription="Anybody",
        SecurityGroupIngress=opened(80, CidrIp="0.0.0.0/0"),
        VpcId=ref("Network"),
    ),
    "Inside": resource(
        "EC2::SecurityGroup",
        GroupDescription="Only the balancer",
        SecurityGroupIngress=opened(80, SourceSecurityGroupId=ref("AtTheDoor")),
        VpcId=ref("Network"),
    ),
}
DATA = {
    "Password": resource(
        "SecretsManager::Secret",
        GenerateSecretString={
            "SecretStringTemplate": '{"username": "shop"}',
            "GenerateStringKey": "password",
            "ExcludePunctuation": True,
        },
    ),
    "Subnets": resource(
        "RDS::DBSubnetGroup",
        DBSubnetGroupDescription="Both",
        SubnetIds=[ref("One"), ref("Two")],
    ),
    "Database": resource(
        "RDS::DBInstance",
        AllocatedStorage="20",
        DBInstanceClass="db.t3.micro",
        DBSubnetGroupName=ref("Subnets"),
        Engine="postgres",
        MasterUserPassword={
            "Fn::Sub": "{{resolve:secretsmanager:${Password}:SecretString:password}}"
        },
        MasterUsername="shop",
        VPCSecurityGroups=[ref("Inside")],
    )
    | {"DeletionPolicy": "Delete"},
    "Pictures": resource(
        "S3::Bucket",
        NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        PublicAccessBlockConfiguration={"BlockPublicAcls": True},
        VersioningConfiguration={"Status": "Enabled"},
    ),
    "Customers": resource("Cognito::UserPool", AutoVerifiedAttributes=["email"]),
    "Web": resource(
        "Cognito::UserPoolClient",
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        UserPoolId=ref("Customers"),
    ),
}
CONTAINER = {
    "Name": "orders",
    "Image": "shop/orders:1",
    "PortMappings": [{"ContainerPort": 80}],
    "Environment": [
        {"Name": "DATABASE", "Value": att("Database", "Endpoint.Address")},
        {"Name": "PICTURES", "Value": ref("Pictures")},
        {"Name": "ISSUER", "Value": att("Customers", "ProviderURL")},
    ],
}
SERVICE = {
    "Balancer": resource(
        "ElasticLoadBalancingV2::LoadBalancer",
        ["Out"],
        SecurityGroups=[ref("AtTheDoor")],
        Subnets=[ref("One"), ref("Two")],
    ),
    "Targets": resource(
        "ElasticLoadBalancingV2::TargetGroup",
        Port=80,
        Protocol="HTTP",
        TargetType="ip",
        VpcId=ref("Network"),
    ),
    "Listener": resource(
        "ElasticLoadBalancingV2::Listener",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": ref("Targets")}],
        LoadBalancerArn=ref("Balancer"),
        Port=80,
        Protocol="HTTP",
    ),
    "Cluster": resource("ECS::Cluster"),
    "Task": resource(
        "ECS::TaskDefinition",
        ContainerDefinitions=[CONTAINER],
        Cpu="256",
        Family="orders",
        Memory="512",
        NetworkMode="awsvpc",
        RequiresCompatibilities=["FARGATE"],
    ),
    "Orders": resource(
        "ECS::Service",
        ["Listener"],
        Cluster=ref("Cluster"),
        DesiredCount=ref("Tasks"),
        LaunchType="FARGATE",
        LoadBalancers=[
            {"ContainerName": "orders", "ContainerPort": 80, "TargetGroupArn": ref("Targets")}
        ],
        NetworkConfiguration={
            "AwsvpcConfiguration": {
                "AssignPublicIp": "ENABLED",
                "SecurityGroups": [ref("Inside")],
                "Subnets": [ref("One"), ref("Two")],
            }
        },
        TaskDefinition=ref("Task"),
    ),
}
TEMPLATE = {
    "Parameters": {"Tasks": {"Type": "Number", "Default": 2}},
    "Resources": {**NETWORK, **DATA, **SERVICE},
    "Outputs": {
        "Url": {"Value": {"Fn::Sub": "http://${Balancer.DNSName}"}},
        "Bucket": {"Value": ref("Pictures")},
        "Group": {"Value": att("Inside", "GroupId")},
        "Service": {"Value": att("Orders", "Name")},
        "Cluster": {"Value": ref("Cluster")},
        "Database": {"Value": ref("Database")},
    },
}


@pytest.fixture(scope="module")
def shop(shared: StackLab) -> Iterator[StackLab]:
    stack = shared.create(TEMPLATE, Tags=[{"Key": "team", "Value": "shop"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE", shared.events()
    yield shared
    assert shared.delete()["StackStatus"] == "DELETE_COMPLETE"


def drifted(lab: StackLab) -> dict[str, list[str]]:
    lab.client.detect_stack_drift(StackName="shop")
    lab.aws.clock.advance(minutes=10)
    found = lab.client.describe_stack_resource_drifts(StackName="shop", MaxResults=100)
    return {
        each["LogicalResourceId"]: [one["PropertyPath"] for one in each["PropertyDifferences"]]
        for each in found["StackResourceDrifts"]
        if each["StackResourceDriftStatus"] != "IN_SYNC"
    }


def service(lab: StackLab) -> Shape:
    outputs = lab.outputs()
    found = aws_client("ecs").describe_services(
        cluster=outputs["Cluster"], services=[outputs["Service"]]
    )
    return dict(found["services"][0])


def test_the_shop_runs(shop: StackLab) -> None:
    assert service(shop)["runningCount"] == 2
    assert ".elb.amazonaws.com" in shop.outputs()["Url"]
    assert drifted(shop) == {}


def test_what_the_stack_is_tagged_with_its_resources_are(shop: StackLab) -> None:
    tags = aws_client("s3").get_bucket_tagging(Bucket=shop.outputs()["Bucket"])["TagSet"]
    assert {"Key": "team", "Value": "shop"} in tags


def test_an_update_changes_the_service_alone(shop: StackLab) -> None:
    tasks = [{"ParameterKey": "Tasks", "ParameterValue": "3"}]
    stack = shop.update(None, Parameters=tasks)
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert service(shop)["runningCount"] == 3
    before = [each for each in shop.events() if each[1].startswith("UPDATE") and each[0] != "shop"]
    assert {name for name, _, _ in before} == {"Orders"}
    assert drifted(shop) == {}


def test_what_is_changed_by_hand_is_drift(shop: StackLab) -> None:
    outputs = shop.outputs()
    bucket = {"Bucket": outputs["Bucket"]}
    aws_client("s3").put_bucket_versioning(
        **bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    aws_client("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["Database"], AllocatedStorage=50, ApplyImmediately=True
    )
    aws_client("ec2").authorize_security_group_ingress(
        GroupId=outputs["Group"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    assert drifted(shop) == {
        "Database": ["/AllocatedStorage"],
        "Inside": ["/SecurityGroupIngress/1"],
        "Pictures": ["/VersioningConfiguration/Status"],
    }
