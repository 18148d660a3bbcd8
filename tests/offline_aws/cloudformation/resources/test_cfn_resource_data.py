from __future__ import annotations

import json

import pytest
from cfn_examples import Example, World, client, known, lives

from offline_aws.cloudformation.resource_type import Failed, HasSnapshot

TAGS = [{"Key": "team", "Value": "shop"}]
OTHER_TAGS = [{"Key": "team", "Value": "till"}, {"Key": "cost", "Value": "1"}]
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
SENDER = "arn:aws:ses:us-east-1:123456789012:identity/shop.example"
ROLE = "arn:aws:iam::123456789012:role/shop"
WINDOW = "mon:03:00-mon:04:00"


def allow(principal: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def lifecycle(count: int) -> dict[str, str]:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return {"LifecyclePolicyText": json.dumps({"rules": [rule]})}


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


PASSWORD = {"MinimumLength": 12, "RequireLowercase": True, "RequireNumbers": True}
POOL = {
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
    "AliasAttributes": ["email"],
    "AutoVerifiedAttributes": ["email"],
    "DeletionProtection": "INACTIVE",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "EmailVerificationMessage": "Your code: {####}",
    "EmailVerificationSubject": "Your code",
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:check"},
    "MfaConfiguration": "OFF",
    "Policies": {"PasswordPolicy": PASSWORD},
    "Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": True}],
    "SmsAuthenticationMessage": "Code {####}",
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "shop"},
    "SmsVerificationMessage": "Code {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
    "UserPoolName": "customers",
    "UserPoolTags": {"team": "shop"},
    "UserPoolTier": "ESSENTIALS",
    "UsernameConfiguration": {"CaseSensitive": False},
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "EmailMessage": "Code {####}",
        "EmailSubject": "Code",
    },
}
OTHER_POOL = {
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "AutoVerifiedAttributes": [],
    "DeletionProtection": "ACTIVE",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False},
    "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SENDER},
    "EmailVerificationMessage": "The code: {####}",
    "EmailVerificationSubject": "The code",
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:check2"},
    "MfaConfiguration": "OPTIONAL",
    "Policies": {"PasswordPolicy": {**PASSWORD, "MinimumLength": 8}},
    "SmsAuthenticationMessage": "The code {####}",
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "till"},
    "SmsVerificationMessage": "The code {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "UserPoolTags": {"team": "till"},
    "UserPoolTier": "PLUS",
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
}
CLIENT = {
    "AccessTokenValidity": 30,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid"],
    "AuthSessionValidity": 5,
    "CallbackURLs": ["https://shop.example/in"],
    "ClientName": "web",
    "DefaultRedirectURI": "https://shop.example/in",
    "EnableTokenRevocation": True,
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "GenerateSecret": True,
    "IdTokenValidity": 30,
    "LogoutURLs": ["https://shop.example/out"],
    "PreventUserExistenceErrors": "ENABLED",
    "ReadAttributes": ["email"],
    "RefreshTokenValidity": 9,
    "SupportedIdentityProviders": ["COGNITO"],
    "TokenValidityUnits": {"AccessToken": "minutes"},
    "WriteAttributes": ["email"],
}
OTHER_CLIENT = {
    "AccessTokenValidity": 60,
    "AllowedOAuthFlows": ["implicit"],
    "AllowedOAuthFlowsUserPoolClient": False,
    "AllowedOAuthScopes": ["email"],
    "AuthSessionValidity": 6,
    "CallbackURLs": ["https://till.example/in"],
    "ClientName": "app",
    "DefaultRedirectURI": "https://till.example/in",
    "EnableTokenRevocation": False,
    "ExplicitAuthFlows": ["ALLOW_USER_AUTH"],
    "IdTokenValidity": 60,
    "LogoutURLs": ["https://till.example/out"],
    "PreventUserExistenceErrors": "LEGACY",
    "ReadAttributes": ["name"],
    "RefreshTokenValidity": 8,
    "SupportedIdentityProviders": ["Google"],
    "TokenValidityUnits": {"AccessToken": "hours"},
    "WriteAttributes": ["name"],
}
EXAMPLES = [
    Example(
        "AWS::SSM::Parameter",
        {
            "AllowedPattern": ".*",
            "DataType": "text",
            "Description": "Where orders are",
            "Name": "/shop/orders",
            "Tags": {"team": "shop"},
            "Tier": "Standard",
            "Type": "String",
            "Value": "orders",
        },
        {
            "AllowedPattern": ".+",
            "DataType": "aws:ec2:image",
            "Description": "Where all orders are",
            "Tags": None,
            "Tier": "Advanced",
            "Type": "StringList",
            "Value": "orders,refunds",
        },
    ),
    Example(
        "AWS::KMS::Key",
        {
            "Description": "Of the shop",
            "EnableKeyRotation": True,
            "Enabled": False,
            "KeyPolicy": allow("*"),
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": True,
            "Origin": "AWS_KMS",
            "PendingWindowInDays": 7,
            "Tags": TAGS,
        },
        {
            "Description": None,
            "EnableKeyRotation": None,
            "Enabled": None,
            "KeyPolicy": allow({"AWS": "*"}),
            "PendingWindowInDays": 8,
            "Tags": OTHER_TAGS,
        },
        unset={"Enabled": True},
    ),
    Example(
        "AWS::KMS::Alias",
        lambda world: {"AliasName": "alias/shop", "TargetKeyId": world.make("AWS::KMS::Key")},
        lambda world: {"TargetKeyId": world.make("AWS::KMS::Key")},
    ),
    Example(
        "AWS::ECR::Repository",
        {
            "EmptyOnDelete": True,
            "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": KEY},
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "ImageTagMutability": "IMMUTABLE",
            "LifecyclePolicy": lifecycle(3),
            "RepositoryName": "shop/orders",
            "RepositoryPolicyText": allow("*"),
            "Tags": TAGS,
        },
        {
            "EmptyOnDelete": False,
            "ImageScanningConfiguration": None,
            "ImageTagMutability": None,
            "LifecyclePolicy": None,
            "RepositoryPolicyText": None,
            "Tags": OTHER_TAGS,
        },
        unset={
            "ImageScanningConfiguration": {"ScanOnPush": False},
            "ImageTagMutability": "MUTABLE",
        },
    ),
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
    Example("AWS::Cognito::UserPool", POOL, OTHER_POOL),
    Example("AWS::Cognito::UserPool", {"UsernameAttributes": ["email"]}),
    Example(
        "AWS::Cognito::UserPoolClient",
        lambda world: {**CLIENT, "UserPoolId": world.make("AWS::Cognito::UserPool")},
        OTHER_CLIENT,
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_that_keeps_data_lives(world: World, example: Example) -> None:
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
