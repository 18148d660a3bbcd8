from __future__ import annotations

import json

import pytest
from cfn_examples import Example, World, client, known, lives
from cfn_needed import KEY, OTHER_TAGS, TAGS

from offline_aws.cloudformation.resource_type import Failed, HasSnapshot

WINDOW = "mon:03:00-mon:04:00"


def subnets(world: World) -> list[str]:
    vpc = world.make("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")
    return [
        world.make(
            "AWS::EC2::Subnet",
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"us-east-1{zone}",
        )
        for number, zone in enumerate("abc")
    ]


def group(world: World) -> str:
    vpc = world.make("AWS::EC2::VPC", CidrBlock="10.1.0.0/16")
    return world.make("AWS::EC2::SecurityGroup", GroupDescription="database", VpcId=vpc)


def parameters(world: World) -> str:
    return world.make("AWS::RDS::DBParameterGroup", Description="ours", Family="postgres16")


def database(world: World) -> dict[str, object]:
    return {
        "AllocatedStorage": "20",
        "AutoMinorVersionUpgrade": False,
        "AvailabilityZone": "us-east-1a",
        "BackupRetentionPeriod": 3,
        "CACertificateIdentifier": "rds-ca-2019",
        "CopyTagsToSnapshot": True,
        "DBInstanceClass": "db.t3.micro",
        "DBInstanceIdentifier": "orders",
        "DBName": "orders",
        "DBParameterGroupName": parameters(world),
        "DBSubnetGroupName": world.make(
            "AWS::RDS::DBSubnetGroup",
            DBSubnetGroupDescription="ours",
            SubnetIds=subnets(world),
        ),
        "DeletionProtection": True,
        "EnableCloudwatchLogsExports": ["postgresql"],
        "EnableIAMDatabaseAuthentication": True,
        "Engine": "postgres",
        "EngineVersion": "16.3",
        "KmsKeyId": KEY,
        "LicenseModel": "postgresql-license",
        "MasterUserPassword": "not-a-secret",
        "MasterUsername": "shop",
        "MaxAllocatedStorage": 100,
        "MultiAZ": True,
        "Port": "5433",
        "PreferredBackupWindow": "01:00-02:00",
        "PreferredMaintenanceWindow": WINDOW,
        "PubliclyAccessible": False,
        "StorageEncrypted": True,
        "StorageType": "gp3",
        "Tags": TAGS,
        "VPCSecurityGroups": [group(world)],
    }


def changed_database(world: World) -> dict[str, object]:
    return {
        "AllocatedStorage": "30",
        "AutoMinorVersionUpgrade": True,
        "BackupRetentionPeriod": 7,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "CopyTagsToSnapshot": False,
        "DBInstanceClass": "db.m5.large",
        "DBParameterGroupName": parameters(world),
        "DeletionProtection": False,
        "EnableIAMDatabaseAuthentication": False,
        "EngineVersion": "16.4",
        "LicenseModel": "general-public-license",
        "MasterUserPassword": "no-secret-either",
        "MaxAllocatedStorage": 200,
        "MultiAZ": False,
        "PreferredBackupWindow": "02:00-02:30",
        "PreferredMaintenanceWindow": "tue:05:00-tue:06:00",
        "PubliclyAccessible": True,
        "StorageType": "io1",
        "Iops": 1000,
        "Tags": OTHER_TAGS,
        "VPCSecurityGroups": [group(world)],
    }


def small_database(world: World) -> str:
    return world.make(
        "AWS::RDS::DBInstance",
        AllocatedStorage="20",
        DBInstanceClass="db.t3.micro",
        DBName="orders",
        Engine="postgres",
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
    )


def secret(world: World) -> str:
    return world.make(
        "AWS::SecretsManager::Secret",
        GenerateSecretString={
            "SecretStringTemplate": '{"username": "shop"}',
            "GenerateStringKey": "password",
            "PasswordLength": "20",
            "ExcludeCharacters": "/@",
            "ExcludePunctuation": True,
        },
    )


def value_of(name: str) -> str:
    found = client("secretsmanager").get_secret_value(SecretId=name)
    return found["SecretString"]


EXAMPLES = [
    Example(
        "AWS::RDS::DBSubnetGroup",
        lambda world: {
            "DBSubnetGroupDescription": "Two zones",
            "DBSubnetGroupName": "orders",
            "SubnetIds": subnets(world)[:2],
            "Tags": TAGS,
        },
        lambda world: {
            "DBSubnetGroupDescription": "Three zones",
            "SubnetIds": subnets(world),
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::RDS::DBParameterGroup",
        {
            "DBParameterGroupName": "orders",
            "Description": "Ours",
            "Family": "postgres16",
            "Parameters": {"log_statement": "all"},
            "Tags": TAGS,
        },
        {"Parameters": {"log_statement": "none", "max_connections": "90"}, "Tags": OTHER_TAGS},
    ),
    Example("AWS::RDS::DBInstance", database, changed_database),
    Example(
        "AWS::RDS::DBInstance",
        {
            "AllocatedStorage": "20",
            "DBInstanceClass": "db.t3.micro",
            "Engine": "mysql",
            "ManageMasterUserPassword": True,
            "MasterUsername": "shop",
        },
    ),
    Example(
        "AWS::SecretsManager::Secret",
        {
            "Description": "Of the database",
            "GenerateSecretString": {"PasswordLength": 20},
            "KmsKeyId": "alias/shop",
            "Name": "orders",
            "Tags": TAGS,
        },
        {
            "Description": "Of our database",
            "GenerateSecretString": {"PasswordLength": 30},
            "KmsKeyId": "alias/till",
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::SecretsManager::Secret",
        {"SecretString": "not-a-secret"},
        {"SecretString": "no-secret-either"},
    ),
    Example(
        "AWS::SecretsManager::SecretTargetAttachment",
        lambda world: {
            "SecretId": secret(world),
            "TargetId": small_database(world),
            "TargetType": "AWS::RDS::DBInstance",
        },
        lambda world: [{"TargetId": small_database(world), "TargetType": "AWS::RDS::DBInstance"}],
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_a_database_or_its_secret_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_generated_secret_is_put_into_its_template(world: World) -> None:
    found = json.loads(value_of(secret(world)))
    assert found["username"] == "shop"
    assert len(found["password"]) == 20


def test_a_secret_of_a_database_says_where_it_is(world: World) -> None:
    name, target = secret(world), small_database(world)
    world.make(
        "AWS::SecretsManager::SecretTargetAttachment",
        SecretId=name,
        TargetId=target,
        TargetType="AWS::RDS::DBInstance",
    )
    found = json.loads(value_of(name))
    assert found["host"] == world.attribute(target, "Endpoint")["Address"]
    assert (found["engine"], found["dbname"]) == ("postgres", "orders")


def test_a_parameter_of_a_database_is_not_reset(world: World) -> None:
    kind, context = known("AWS::RDS::DBParameterGroup"), world.context()
    old = {"Description": "ours", "Family": "postgres16", "Parameters": {"log_statement": "all"}}
    name = kind.create(context, old)
    with pytest.raises(Failed, match="Resetting a parameter"):
        kind.update(context, name, old, {**old, "Parameters": {}})


def test_a_snapshot_of_a_database_is_made(world: World) -> None:
    name = small_database(world)
    kind = known("AWS::RDS::DBInstance")
    assert isinstance(kind, HasSnapshot)
    kind.snapshot(world.context("Database"), name)
    found = client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert [each["DBSnapshotIdentifier"][:14] for each in found] == ["shop-database-"]
