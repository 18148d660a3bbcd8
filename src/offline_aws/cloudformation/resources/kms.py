"""AWS::KMS::Key and AWS::KMS::Alias."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Find, Look, one
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE, prop, same_as

_KEY = {"KeyId": ID}
_DEFAULT = {**_KEY, "PolicyName": "default"}


def _key(it: Resource) -> Any:
    """Return what KMS says of a key; one that waits to be deleted is gone for CloudFormation."""
    found = it.found("describe_key:KeyMetadata", KeyId=it.id)
    return None if found["KeyState"] == "PendingDeletion" else found


def _rotate(it: Resource, _: Properties) -> None:
    wanted = str(it["EnableKeyRotation"]).lower() == "true"
    it.ask("enable_key_rotation" if wanted else "disable_key_rotation", KeyId=it.id)


def _enable(it: Resource, _: Properties) -> None:
    wanted = str(it["Enabled"]).lower() != "false"
    it.ask("enable_key" if wanted else "disable_key", KeyId=it.id)


register(
    Declared(
        "AWS::KMS::Key",
        service="kms",
        properties="""
            Description EnableKeyRotation Enabled KeyPolicy KeySpec KeyUsage MultiRegion Origin
            PendingWindowInDays Tags
        """,
        id="KeyMetadata.KeyId",
        words={"KeyPolicy": "Policy"},
        make=Call(
            "create_key",
            {"Policy": prop("KeyPolicy")},
            "Description KeySpec KeyUsage MultiRegion Origin",
        ),
        look=Find(_key),
        change=(Call("update_key_description", _KEY, "Description"),),
        remove=Call(
            "schedule_key_deletion", {**_KEY, "PendingWindowInDays": prop("PendingWindowInDays")}
        ),
        parts=(
            Own(
                "KeyPolicy",
                put=Call("put_key_policy", {**_DEFAULT, "Policy": VALUE}),
                look=Look("get_key_policy", _DEFAULT, "Policy"),
            ),
            Do(
                "EnableKeyRotation",
                _rotate,
                lambda it: {
                    "EnableKeyRotation": it.found(
                        "get_key_rotation_status:KeyRotationEnabled", KeyId=it.id
                    )
                },
            ),
            Do("Enabled", _enable),
            Do("PendingWindowInDays", lambda it, old: None),
            Tags(listed="list_resource_tags"),
        ),
        defaults={"Description": ""},
        fixed="KeySpec KeyUsage MultiRegion Origin",
        unread="PendingWindowInDays",
        accepted="BypassPolicyLockoutSafetyCheck RotationPeriodInDays",
    )
)

_ALIAS = {"AliasName": ID}
register(
    Declared(
        "AWS::KMS::Alias",
        service="kms",
        properties="AliasName TargetKeyId",
        named=Named("AliasName", 256),
        make=Call("create_alias"),
        look=one("list_aliases", "Aliases[?AliasName=='{id}'] | [0]"),
        change=(Call("update_alias", _ALIAS, "TargetKeyId"),),
        remove=Call("delete_alias", _ALIAS),
        show={"TargetKeyId": same_as("TargetKeyId", "TargetKeyId")},
    )
)
