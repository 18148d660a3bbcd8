"""AWS::S3::Bucket and AWS::S3::BucketPolicy."""

from __future__ import annotations

import re
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._s3_lifecycle import rules_of_s3, rules_of_schema
from offline_aws.cloudformation.resources._s3_notification import of_s3, of_schema
from offline_aws.cloudformation.resources._tags import as_map, own_tags, stack_tags
from offline_aws.cloudformation.resources._values import ID, VALUE, prop

_ENCRYPTION = {
    "ServerSideEncryptionConfiguration": "Rules",
    "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
}
_CORS = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
_WEBSITE = {"RedirectRule": "Redirect", "RoutingRuleCondition": "Condition"}
_LOGGING = {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}
_BUCKET = {"Bucket": ID}


def _website_of_schema(value: Properties) -> Properties:
    found = dict(value)
    if "IndexDocument" in found:
        found["IndexDocument"] = {"Suffix": found["IndexDocument"]}
    if "ErrorDocument" in found:
        found["ErrorDocument"] = {"Key": found["ErrorDocument"]}
    return found


def _website_of_s3(value: Properties) -> Properties:
    found = dict(value)
    if "IndexDocument" in found:
        found["IndexDocument"] = found["IndexDocument"]["Suffix"]
    if "ErrorDocument" in found:
        found["ErrorDocument"] = found["ErrorDocument"]["Key"]
    return found


def _own(property: str, subject: str, parameter: str = "", path: str = "@", **more: Any) -> Own:
    """Return a property with the calls put, get and, but for ``unset``, delete of a subject."""
    parameter = parameter or property
    return Own(
        property,
        put=Call(f"put_bucket_{subject}", {**_BUCKET, parameter: VALUE}),
        look=Look(f"get_bucket_{subject}", _BUCKET, path),
        **{"unset": Call(f"delete_bucket_{subject}", _BUCKET), **more},
    )


def _tag(it: Resource, old: Properties) -> None:
    tags = {**stack_tags(it), **as_map(it["Tags"])}
    if tags:
        named = [{"Key": key, "Value": each} for key, each in tags.items()]
        it.ask("put_bucket_tagging", Bucket=it.id, Tagging={"TagSet": named})
    else:
        it.ask("delete_bucket_tagging", Bucket=it.id)


def _tags(it: Resource) -> Properties:
    found = Look("get_bucket_tagging", _BUCKET, "TagSet").run(it) or []
    own = own_tags(it, found)
    return {"Tags": [{"Key": key, "Value": own[key]} for key in own]} if own else {}


def _place(it: Resource) -> Any:
    # The region that S3 has no word for.
    home = it.context.region == "us-east-1"
    return None if home else {"LocationConstraint": it.context.region}


def _website_url(it: Resource) -> str:
    return f"http://{it.id}.s3-website-{it.context.region}.amazonaws.com"


def _acl(value: str) -> str:
    """Return S3's word for an AccessControl: ``PublicRead`` is ``public-read``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", value).lower()


def _without_zeros(value: Properties) -> Properties:
    """Leave out of a retention the years, or the days, that there are none of."""
    retention = value.get("Rule", {}).get("DefaultRetention", {})
    kept = {name: each for name, each in retention.items() if each != 0}
    return {**value, "Rule": {"DefaultRetention": kept}} if kept else value


def _is_locked(it: Resource) -> Any:
    found = Look("get_object_lock_configuration", _BUCKET, "ObjectLockConfiguration").run(it)
    return None if found is None else True


register(
    Declared(
        "AWS::S3::Bucket",
        service="s3",
        properties="""
            AccelerateConfiguration AccessControl BucketEncryption BucketName CorsConfiguration
            LifecycleConfiguration LoggingConfiguration NotificationConfiguration
            ObjectLockConfiguration ObjectLockEnabled OwnershipControls
            PublicAccessBlockConfiguration Tags VersioningConfiguration WebsiteConfiguration
        """,
        named=Named("BucketName", 63, lower=True),
        words={"ObjectLockEnabled": "ObjectLockEnabledForBucket"},
        make=Call(
            "create_bucket",
            {"Bucket": prop("BucketName"), "CreateBucketConfiguration": _place},
            told="ObjectLockEnabled",
        ),
        look=Look("head_bucket", _BUCKET, "@"),
        remove=Call("delete_bucket", _BUCKET),
        taken=Look("head_bucket", _BUCKET),
        parts=(
            _own("OwnershipControls", "ownership_controls", path="OwnershipControls"),
            Own(
                "PublicAccessBlockConfiguration",
                put=Call(
                    "put_public_access_block", {**_BUCKET, "PublicAccessBlockConfiguration": VALUE}
                ),
                unset=Call("delete_public_access_block", _BUCKET),
                look=Look("get_public_access_block", _BUCKET, "PublicAccessBlockConfiguration"),
            ),
            Own(
                "VersioningConfiguration",
                put=Call("put_bucket_versioning", {**_BUCKET, "VersioningConfiguration": VALUE}),
                look=Look("get_bucket_versioning", _BUCKET, "Status && {Status: Status}"),
                default={"Status": "Suspended"},
            ),
            _own(
                "BucketEncryption",
                "encryption",
                "ServerSideEncryptionConfiguration",
                "ServerSideEncryptionConfiguration",
                words=_ENCRYPTION,
            ),
            _own(
                "LifecycleConfiguration",
                "lifecycle_configuration",
                path="Rules",
                unset=Call("delete_bucket_lifecycle", _BUCKET),
                send=rules_of_schema,
                back=rules_of_s3,
            ),
            _own("CorsConfiguration", "cors", "CORSConfiguration", words=_CORS),
            _own(
                "WebsiteConfiguration",
                "website",
                send=_website_of_schema,
                back=_website_of_s3,
                words=_WEBSITE,
            ),
            _own(
                "LoggingConfiguration",
                "logging",
                "BucketLoggingStatus",
                "LoggingEnabled",
                send=lambda value: {"LoggingEnabled": {"TargetPrefix": "", **value}},
                words=_LOGGING,
                unset=Call("put_bucket_logging", {**_BUCKET, "BucketLoggingStatus": {}}),
            ),
            _own(
                "NotificationConfiguration",
                "notification_configuration",
                send=of_schema,
                back=of_s3,
                unset=Call(
                    "put_bucket_notification_configuration",
                    {**_BUCKET, "NotificationConfiguration": {}},
                ),
            ),
            Own(
                "ObjectLockConfiguration",
                put=Call(
                    "put_object_lock_configuration", {**_BUCKET, "ObjectLockConfiguration": VALUE}
                ),
                look=Look("get_object_lock_configuration", _BUCKET, "ObjectLockConfiguration"),
                back=_without_zeros,
                words={},
            ),
            _own(
                "AccelerateConfiguration",
                "accelerate_configuration",
                path="Status && @",
                words={"AccelerationStatus": "Status"},
                unset=None,
                default={"AccelerationStatus": "Suspended"},
            ),
            Own(
                "AccessControl",
                put=Call("put_bucket_acl", {**_BUCKET, "ACL": VALUE}),
                send=_acl,
                default="Private",
            ),
            Do("Tags", _tag, _tags, always=True),
        ),
        show={
            "Arn": lambda it: f"arn:aws:s3:::{it.id}",
            "BucketName": lambda it: it.id,
            "DomainName": lambda it: f"{it.id}.s3.amazonaws.com",
            "RegionalDomainName": lambda it: f"{it.id}.s3.{it.context.region}.amazonaws.com",
            "DualStackDomainName": lambda it: (
                f"{it.id}.s3.dualstack.{it.context.region}.amazonaws.com"
            ),
            "WebsiteURL": _website_url,
            "ObjectLockEnabled": _is_locked,
        },
        fixed="ObjectLockEnabled",
        unread="AccessControl NotificationConfiguration/EventBridgeConfiguration",
    )
)

register(
    Declared(
        "AWS::S3::BucketPolicy",
        service="s3",
        properties="Bucket PolicyDocument",
        words={"PolicyDocument": "Policy"},
        id=lambda it: str(it["Bucket"]),
        make=Call("put_bucket_policy"),
        look=Look("get_bucket_policy", _BUCKET),
        change=(Call("put_bucket_policy", _BUCKET, told="PolicyDocument"),),
        remove=Call("delete_bucket_policy", _BUCKET),
        show={"Bucket": lambda it: it.id},
    )
)
