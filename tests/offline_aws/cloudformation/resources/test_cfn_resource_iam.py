from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from cfn_examples import Example, World, client, known, lives

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TAGS = [{"Key": "team", "Value": "shop"}]


def allow(action: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def assumed_by(service: str) -> dict[str, object]:
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return {"Version": "2012-10-17", "Statement": [statement]}


def inline(name: str, action: str) -> dict[str, object]:
    return {"PolicyName": name, "PolicyDocument": allow(action)}


def role(world: World) -> str:
    return world.make("AWS::IAM::Role", AssumeRolePolicyDocument=assumed_by("ec2"))


def role_with_all(world: World) -> dict[str, object]:
    return {
        "AssumeRolePolicyDocument": assumed_by("lambda"),
        "Description": "Runs orders",
        "ManagedPolicyArns": [READ_ONLY, BASIC],
        "MaxSessionDuration": 7200,
        "Path": "/shop/",
        "PermissionsBoundary": world.make(
            "AWS::IAM::ManagedPolicy", PolicyDocument=allow("s3:GetObject")
        ),
        "Policies": [inline("read", "s3:GetObject"), inline("write", "s3:PutObject")],
        "RoleName": "orders",
        "Tags": TAGS,
    }


def user_with_all(world: World) -> dict[str, object]:
    return {
        "Groups": [world.make("AWS::IAM::Group")],
        "LoginProfile": {"Password": "Not-a-secret-1"},
        "ManagedPolicyArns": [READ_ONLY],
        "Path": "/shop/",
        "Policies": [inline("read", "s3:GetObject")],
        "Tags": TAGS,
        "UserName": "ana",
    }


def attached(world: World) -> dict[str, object]:
    return {
        "Groups": [world.make("AWS::IAM::Group")],
        "PolicyDocument": allow("s3:GetObject"),
        "Roles": [role(world)],
        "Users": [world.make("AWS::IAM::User")],
    }


EXAMPLES = [
    Example(
        "AWS::IAM::Role",
        role_with_all,
        {
            "AssumeRolePolicyDocument": assumed_by("ecs-tasks"),
            "Description": None,
            "ManagedPolicyArns": [BASIC],
            "MaxSessionDuration": None,
            "PermissionsBoundary": None,
            "Policies": [inline("read", "s3:ListBucket"), inline("logs", "logs:*")],
            "Tags": [{"Key": "team", "Value": "till"}, {"Key": "cost", "Value": "1"}],
        },
        unset={"MaxSessionDuration": 3600},
    ),
    Example(
        "AWS::IAM::User",
        user_with_all,
        {
            "Groups": None,
            "LoginProfile": {"Password": "Not-a-secret-2"},
            "ManagedPolicyArns": None,
            "Policies": None,
            "Tags": None,
        },
    ),
    Example(
        "AWS::IAM::Group",
        {
            "GroupName": "developers",
            "ManagedPolicyArns": [READ_ONLY],
            "Path": "/shop/",
            "Policies": [inline("read", "s3:GetObject")],
        },
        {"ManagedPolicyArns": None, "Policies": [inline("read", "s3:ListBucket")]},
    ),
    Example(
        "AWS::IAM::InstanceProfile",
        lambda world: {
            "InstanceProfileName": "orders",
            "Path": "/shop/",
            "Roles": [role(world)],
        },
        lambda world: {"Roles": [role(world)]},
    ),
    Example(
        "AWS::IAM::Policy",
        lambda world: {**attached(world), "PolicyName": "read"},
        lambda world: {
            "Groups": None,
            "PolicyDocument": allow("s3:ListBucket"),
            "PolicyName": "list",
            "Roles": None,
            "Users": [world.made[2][1], world.make("AWS::IAM::User")],
        },
    ),
    Example(
        "AWS::IAM::ManagedPolicy",
        lambda world: {
            **attached(world),
            "Description": "Reads",
            "ManagedPolicyName": "read",
            "Path": "/shop/",
        },
        {"Groups": None, "PolicyDocument": allow("s3:ListBucket"), "Roles": [], "Users": None},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_iam_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_policy_is_changed_more_often_than_iam_keeps_versions(world: World) -> None:
    kind, context = known("AWS::IAM::ManagedPolicy"), world.context()
    old = {"PolicyDocument": allow("s3:Get0")}
    arn = kind.create(context, old)
    for number in range(1, 8):
        new = {"PolicyDocument": allow(f"s3:Get{number}")}
        kind.update(context, arn, old, new)
        old = new
    live = kind.read(context, arn)
    assert live is not None
    assert live["PolicyDocument"] == old["PolicyDocument"]


def test_a_role_that_was_given_a_policy_by_hand_is_not_deleted(world: World) -> None:
    name = role(world)
    client("iam").attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    with pytest.raises(ClientError, match="DeleteConflict"):
        known("AWS::IAM::Role").delete(world.made[0][2], name)


def test_policies_that_the_template_gave_a_role_go_with_it(world: World) -> None:
    properties = role_with_all(world)
    kind, context = known("AWS::IAM::Role"), world.context()
    name = kind.create(context, properties)
    kind.delete(replace(context, properties=properties), name)
    assert kind.read(context, name) is None
