"""AWS::IAM::Role, User, Group and InstanceProfile. Policies are in ``iam_policies.py``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Each, Own, by
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE

_TAKES = timedelta(seconds=15)
_BOUNDARY = "PermissionsBoundary.PermissionsBoundaryArn"


def _value(name: str) -> Callable[[Resource], Any]:
    return lambda it: it.value[name]


def _managed(kind: str) -> Each:
    """Return the managed policies that are attached to a role, user or group."""
    identity = {f"{kind.title()}Name": ID, "PolicyArn": VALUE}

    def attached(it: Resource) -> list[str]:
        found = it.found(
            f"list_attached_{kind}_policies:AttachedPolicies[].PolicyArn",
            **{f"{kind.title()}Name": it.id},
        )
        return list(found)

    return Each(
        "ManagedPolicyArns",
        add=Call(f"attach_{kind}_policy", identity),
        remove=Call(f"detach_{kind}_policy", identity),
        look=attached,
        clear=True,
    )


def _inline(kind: str) -> Each:
    """Return the policies that are written into a role, user or group."""
    name = f"{kind.title()}Name"
    identity = {name: ID, "PolicyName": _value("PolicyName")}

    def written(it: Resource) -> list[Properties]:
        names = it.ask(f"list_{kind}_policies", **{name: it.id})["PolicyNames"]
        found = [
            it.ask(f"get_{kind}_policy", **{name: it.id, "PolicyName": each}) for each in names
        ]
        return [
            {"PolicyName": each["PolicyName"], "PolicyDocument": each["PolicyDocument"]}
            for each in found
        ]

    return Each(
        "Policies",
        add=Call(f"put_{kind}_policy", {**identity, "PolicyDocument": _value("PolicyDocument")}),
        remove=Call(f"delete_{kind}_policy", identity),
        look=written,
        key=by("PolicyName"),
        clear=True,
    )


_ROLE = {"RoleName": ID}
register(
    Declared(
        "AWS::IAM::Role",
        service="iam",
        properties="""
            AssumeRolePolicyDocument Description ManagedPolicyArns MaxSessionDuration Path
            PermissionsBoundary Policies RoleName Tags
        """,
        takes=_TAKES,
        named=Named("RoleName", 64),
        make=Call(
            "create_role",
            told="""
                AssumeRolePolicyDocument Description MaxSessionDuration Path PermissionsBoundary
                RoleName
            """,
        ),
        look=Look("get_role", _ROLE, "Role"),
        change=(Call("update_role", _ROLE, "Description MaxSessionDuration"),),
        remove=Call("delete_role", _ROLE),
        parts=(
            Own(
                "AssumeRolePolicyDocument",
                put=Call("update_assume_role_policy", {**_ROLE, "PolicyDocument": VALUE}),
            ),
            Own(
                "PermissionsBoundary",
                put=Call("put_role_permissions_boundary", {**_ROLE, "PermissionsBoundary": VALUE}),
                unset=Call("delete_role_permissions_boundary", _ROLE),
            ),
            _managed("role"),
            _inline("role"),
            Tags(tag="tag_role", untag="untag_role", listed="list_role_tags"),
        ),
        show={"PermissionsBoundary": _BOUNDARY},
        defaults={"Description": "", "MaxSessionDuration": 3600},
    )
)

_USER = {"UserName": ID}
_MEMBER = {**_USER, "GroupName": VALUE}


def _login(it: Resource, old: Properties) -> None:
    if it["LoginProfile"] is None:
        it.ask("delete_login_profile", UserName=it.id)
    else:
        operation = "update" if old.get("LoginProfile") else "create"
        it.ask(f"{operation}_login_profile", UserName=it.id, **it["LoginProfile"])


register(
    Declared(
        "AWS::IAM::User",
        service="iam",
        properties="""
            Groups LoginProfile ManagedPolicyArns Path Policies Tags UserName
        """,
        takes=_TAKES,
        named=Named("UserName", 64),
        make=Call("create_user", told="Path UserName"),
        look=Look("get_user", _USER, "User"),
        remove=Call("delete_user", _USER),
        parts=(
            Each(
                "Groups",
                add=Call("add_user_to_group", _MEMBER),
                remove=Call("remove_user_from_group", _MEMBER),
                look=lambda it: it.found("list_groups_for_user:Groups[].GroupName", UserName=it.id),
                clear=True,
            ),
            Do("LoginProfile", _login, clear=True),
            _managed("user"),
            _inline("user"),
            Tags(tag="tag_user", untag="untag_user", listed="list_user_tags"),
        ),
        fixed="Path",
        accepted="PermissionsBoundary",
        unread="LoginProfile",
    )
)

_GROUP = {"GroupName": ID}
register(
    Declared(
        "AWS::IAM::Group",
        service="iam",
        properties="GroupName ManagedPolicyArns Path Policies",
        takes=_TAKES,
        named=Named("GroupName", 128),
        make=Call("create_group"),
        look=Look("get_group", _GROUP, "Group"),
        remove=Call("delete_group", _GROUP),
        parts=(_managed("group"), _inline("group")),
        fixed="Path",
    )
)

_PROFILE = {"InstanceProfileName": ID}
register(
    Declared(
        "AWS::IAM::InstanceProfile",
        service="iam",
        properties="InstanceProfileName Path Roles",
        takes=timedelta(minutes=2),
        named=Named("InstanceProfileName", 128),
        make=Call("create_instance_profile"),
        look=Look("get_instance_profile", _PROFILE, "InstanceProfile"),
        remove=Call("delete_instance_profile", _PROFILE),
        parts=(
            Each(
                "Roles",
                add=Call("add_role_to_instance_profile", {**_PROFILE, "RoleName": VALUE}),
                remove=Call("remove_role_from_instance_profile", {**_PROFILE, "RoleName": VALUE}),
                look=lambda it: [role["RoleName"] for role in it.live["Roles"]],
                clear=True,
            ),
        ),
    )
)
