"""AWS::ServiceDiscovery::PrivateDnsNamespace, HttpNamespace and Service."""

from __future__ import annotations

from datetime import timedelta

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import By, Call, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live


def _made(it: Resource) -> str:
    """Return the namespace that an operation has made."""
    found = it.found(
        "get_operation:Operation.Targets.NAMESPACE", OperationId=it.answer["OperationId"]
    )
    return str(found)


_TAGS = Tags(resource=live("Arn"))

register(
    Declared(
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        service="servicediscovery",
        properties="Description Name Properties Tags Vpc",
        takes=timedelta(seconds=45),
        id=_made,
        make=Call("create_private_dns_namespace"),
        look=Look("get_namespace", {"Id": ID}, "Namespace"),
        remove=Call("delete_namespace", {"Id": ID}),
        parts=(_TAGS,),
        show={"HostedZoneId": "Properties.DnsProperties.HostedZoneId"},
        fixed="Description Properties",
        unread="Vpc",
    )
)

register(
    Declared(
        "AWS::ServiceDiscovery::HttpNamespace",
        service="servicediscovery",
        properties="Description Name Tags",
        id=_made,
        make=Call("create_http_namespace"),
        look=Look("get_namespace", {"Id": ID}, "Namespace"),
        remove=Call("delete_namespace", {"Id": ID}),
        parts=(_TAGS,),
        fixed="Description",
    )
)

_CHANGES = "Description DnsConfig HealthCheckConfig"


def _change(it: Resource) -> None:
    """Change a service; of its DNS, the records alone can be changed."""
    wanted = {name: it[name] for name in _CHANGES.split() if it[name] is not None}
    if "DnsConfig" in wanted:
        wanted["DnsConfig"] = {"DnsRecords": wanted["DnsConfig"]["DnsRecords"]}
    Call("update_service", {"Id": ID, "Service": wanted}, "").run(it)


register(
    Declared(
        "AWS::ServiceDiscovery::Service",
        service="servicediscovery",
        properties=f"{_CHANGES} HealthCheckCustomConfig Name NamespaceId Tags Type",
        id="Service.Id",
        make=Call("create_service"),
        look=Look("get_service", {"Id": ID}, "Service"),
        change=(By(_change, _CHANGES),),
        remove=Call("delete_service", {"Id": ID}),
        parts=(_TAGS,),
        accepted="ServiceAttributes",
    )
)
