"""AWS::SSM::Parameter."""

from __future__ import annotations

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID

_SETTINGS = "AllowedPattern DataType Description Tier Type Value"
register(
    Declared(
        "AWS::SSM::Parameter",
        service="ssm",
        properties=f"{_SETTINGS} Name Tags",
        named=Named("Name", 1011),
        make=Call("put_parameter"),
        look=Look("get_parameter", {"Name": ID}, "Parameter"),
        change=(Call("put_parameter", {"Name": ID, "Overwrite": True}, _SETTINGS),),
        remove=Call("delete_parameter", {"Name": ID}),
        parts=(
            Tags(
                extra={"ResourceType": "Parameter"},
                tag="add_tags_to_resource",
                untag="remove_tags_from_resource",
            ),
        ),
        unread="AllowedPattern Description Tier",
        accepted="Policies",
    )
)
