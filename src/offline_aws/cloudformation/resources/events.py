"""AWS::Events::Rule and AWS::Events::EventBus."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Each, by
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE, live, prop

register(
    Declared(
        "AWS::Events::EventBus",
        service="events",
        properties="Description Name Tags",
        named=Named("Name", 256),
        make=Call("create_event_bus"),
        look=Look("describe_event_bus", {"Name": ID}),
        remove=Call("delete_event_bus", {"Name": ID}),
        parts=(Tags(resource=live("Arn")),),
        fixed="Description",
        accepted="DeadLetterConfig KmsKeyIdentifier LogConfig",
    )
)


def _id(it: Resource) -> str:
    """Return the name of a rule, after that of its bus where it is not on the default one."""
    bus, name = it["EventBusName"], str(it["Name"])
    return name if bus in (None, "default") else f"{bus}|{name}"


def _name(it: Resource) -> str:
    return it.bits[-1]


def _bus(it: Resource) -> str:
    return it.bits[0] if len(it.bits) > 1 else "default"


def _targets(it: Resource) -> list[Any]:
    found = it.found("list_targets_by_rule:Targets", Rule=_name(it), EventBusName=_bus(it))
    return list(found)


_RULE = {"Name": _name, "EventBusName": _bus}
_TARGET = {"Rule": _name, "EventBusName": _bus}
_SETTINGS = "Description EventPattern RoleArn ScheduleExpression State"
register(
    Declared(
        "AWS::Events::Rule",
        service="events",
        properties=f"{_SETTINGS} EventBusName Name Tags Targets",
        named=Named("Name", 64),
        id=_id,
        make=Call("put_rule"),
        taken=Look("describe_rule", {"Name": ID, "EventBusName": prop("EventBusName")}),
        look=Look("describe_rule", _RULE),
        change=(Call("put_rule", _RULE, _SETTINGS),),
        remove=Call("delete_rule", _RULE),
        parts=(
            Each(
                "Targets",
                add=Call("put_targets", {**_TARGET, "Targets": [VALUE]}),
                remove=Call("remove_targets", {**_TARGET, "Ids": [lambda it: it.value["Id"]]}),
                look=_targets,
                key=by("Id"),
                clear=True,
            ),
            Tags(resource=live("Arn")),
        ),
        show={"EventBusName": _bus, "RuleName": _name},
        defaults={"State": "ENABLED"},
        fixed="EventBusName",
    )
)
