"""A table of edits and what they do, as the User Guide's "Update requires" has it."""

from __future__ import annotations

from typing import Any

import pytest

from offline_aws.cloudformation import schemas
from offline_aws.cloudformation.resource_type import names
from offline_aws.cloudformation.update_kind import recreation

REGION = "us-east-1"
EDITS: list[tuple[str, str, Any, Any, str]] = [
    ("AWS::S3::Bucket", "BucketName", "a", "b", "Always"),
    ("AWS::S3::Bucket", "VersioningConfiguration", None, {"Status": "Enabled"}, "Never"),
    ("AWS::SQS::Queue", "QueueName", "a", "b", "Always"),
    ("AWS::SQS::Queue", "FifoQueue", None, True, "Always"),
    ("AWS::SQS::Queue", "VisibilityTimeout", 30, 60, "Never"),
    ("AWS::SNS::Topic", "TopicName", "a", "b", "Always"),
    ("AWS::SNS::Topic", "DisplayName", "a", "b", "Never"),
    ("AWS::DynamoDB::Table", "TableName", "a", "b", "Always"),
    ("AWS::DynamoDB::Table", "BillingMode", "PROVISIONED", "PAY_PER_REQUEST", "Never"),
    ("AWS::DynamoDB::Table", "KeySchema", [], [{}], "Conditionally"),
    ("AWS::Lambda::Function", "FunctionName", "a", "b", "Always"),
    ("AWS::Lambda::Function", "MemorySize", 128, 256, "Never"),
    ("AWS::Lambda::Function", "Runtime", "python3.11", "python3.12", "Never"),
    ("AWS::IAM::Role", "RoleName", "a", "b", "Always"),
    ("AWS::IAM::Role", "Path", "/", "/a/", "Always"),
    ("AWS::IAM::Role", "Policies", [], [{}], "Never"),
    ("AWS::EC2::VPC", "CidrBlock", "10.0.0.0/16", "10.1.0.0/16", "Always"),
    ("AWS::EC2::VPC", "EnableDnsSupport", True, False, "Never"),
    ("AWS::EC2::VPC", "InstanceTenancy", "default", "dedicated", "Conditionally"),
    ("AWS::EC2::Subnet", "AvailabilityZone", "us-east-1a", "us-east-1b", "Always"),
    ("AWS::EC2::SecurityGroup", "GroupDescription", "a", "b", "Always"),
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress", [], [{}], "Never"),
    ("AWS::RDS::DBInstance", "DBInstanceIdentifier", "a", "b", "Always"),
    ("AWS::RDS::DBInstance", "DBInstanceClass", "db.t3.micro", "db.t3.small", "Never"),
    ("AWS::RDS::DBInstance", "AllocatedStorage", "20", "30", "Never"),
    ("AWS::RDS::DBInstance", "MasterUsername", "a", "b", "Always"),
    ("AWS::RDS::DBInstance", "StorageEncrypted", False, True, "Always"),
    ("AWS::RDS::DBInstance", "MultiAZ", False, True, "Conditionally"),
    ("AWS::RDS::DBInstance", "BackupRetentionPeriod", 1, 7, "Conditionally"),
    ("AWS::RDS::DBInstance", "DBName", "a", "b", "Always"),
    ("AWS::ECR::Repository", "RepositoryName", "a", "b", "Always"),
    ("AWS::ECR::Repository", "ImageTagMutability", "MUTABLE", "IMMUTABLE", "Never"),
    ("AWS::ECS::TaskDefinition", "ContainerDefinitions", [], [{}], "Always"),
    ("AWS::ECS::Service", "TaskDefinition", "a:1", "a:2", "Never"),
    ("AWS::ECS::Service", "DesiredCount", 1, 2, "Never"),
    ("AWS::ECS::Service", "LaunchType", "EC2", "FARGATE", "Conditionally"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Scheme", "internal", "other", "Always"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Port", 80, 81, "Always"),
    ("AWS::Logs::LogGroup", "RetentionInDays", 7, 14, "Never"),
    ("AWS::SSM::Parameter", "Name", "a", "b", "Always"),
    ("AWS::SSM::Parameter", "Value", "a", "b", "Never"),
    ("AWS::EKS::Cluster", "RoleArn", "a", "b", "Always"),
    ("AWS::EKS::Cluster", "Version", "1.30", "1.31", "Never"),
]


@pytest.mark.parametrize(("kind", "name", "old", "new", "expected"), EDITS)
def test_an_edit_needs_a_new_resource_or_not(
    kind: str, name: str, old: Any, new: Any, expected: str
) -> None:
    assert recreation(REGION, kind, (name,), old, new) == expected


def test_a_create_only_property_within_another() -> None:
    within = ("KubernetesNetworkConfig",)
    kind = "AWS::EKS::Cluster"
    before = {"IpFamily": "ipv4", "ElasticLoadBalancing": {"Enabled": False}}
    other = {"IpFamily": "ipv4", "ElasticLoadBalancing": {"Enabled": True}}
    replaced = {"IpFamily": "ipv6", "ElasticLoadBalancing": {"Enabled": False}}
    assert recreation(REGION, kind, within, before, other) == "Never"
    assert recreation(REGION, kind, within, before, replaced) == "Always"
    assert recreation(REGION, kind, (*within, "IpFamily"), "ipv4", "ipv6") == "Always"


@pytest.mark.parametrize("kind", names())
def test_every_create_only_property_of_every_type_replaces(kind: str) -> None:
    schema = schemas.find_schema(REGION, kind)
    assert schema is not None
    for path in schemas.create_only(schema):
        if "*" not in path:
            assert recreation(REGION, kind, path, "a", "b") == "Always", path
    for path in schemas.conditionally_create_only(schema):
        if "*" not in path:
            assert recreation(REGION, kind, path, "a", "b") in ("Always", "Conditionally"), path
