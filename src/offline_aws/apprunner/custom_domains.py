"""Custom domains: a certificate whose records have to be in the DNS before the domain is active."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from hashlib import sha256

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.apprunner import durations
from offline_aws.apprunner.checks import (
    INVALID,
    NOT_FOUND,
    apprunner_operation,
    invalid,
    wrong_state,
)
from offline_aws.apprunner.names import find_service, page
from offline_aws.apprunner.store import Domain, Service, Shape
from offline_aws.apprunner.vpc_ingress import dns_targets
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST = 5
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(\*\.)?({_LABEL}\.)+[A-Za-z]{{2,63}}")
_PENDING = "PENDING_CERTIFICATE_DNS_VALIDATION"


def _answer(call: Call, service: Service, domain: Domain) -> Shape:
    return {
        "DNSTarget": service.url,
        "ServiceArn": service.arn,
        "CustomDomain": _shape(domain),
        "VpcDNSTargets": dns_targets(call, service.arn),
    }


def _shape(domain: Domain) -> Shape:
    return {
        "DomainName": domain.name,
        "EnableWWWSubdomain": domain.www,
        "CertificateValidationRecords": [dict(each) for each in domain.records],
        "Status": domain.status,
    }


@apprunner_operation("AssociateCustomDomain")
def associate_custom_domain(call: Call, parameters: Shape) -> Shape:
    """Give a service a domain; the records that prove its owner are in the description."""
    service = find_service(call, parameters["ServiceArn"], INVALID)
    _require_running(service)
    name = parameters["DomainName"].lower()
    wildcard = name.startswith("*.")
    www = parameters.get("EnableWWWSubdomain", not wildcard)
    if not _DOMAIN.fullmatch(name):
        raise invalid(f"Domain name {name} is not valid.")
    if wildcard and (www or name.count(".") > 2):
        raise invalid("A wildcard is for the subdomains of a root domain, and without www.")
    if name in service.domains:
        raise invalid(f"Domain {name} is already associated with the service.")
    if len(service.domains) >= _MOST:
        raise invalid(f"A service has at most {_MOST} custom domains.")
    proved = [name.removeprefix("*."), *([f"www.{name}"] if www else [])]
    domain = Domain(name, www, [_record(service, each) for each in proved])
    service.domains[name] = domain
    until = call.clock.now() + durations.VALID_WITHIN
    step = partial(_look_at_dns, call, service, domain, until)
    call.clock.call_later(durations.CERTIFYING, step)
    return _answer(call, service, domain)


def _record(service: Service, name: str) -> Shape:
    digest = sha256(f"{service.id}/{name}".encode()).hexdigest()
    return {
        "Name": f"_{digest[:32]}.{name}.",
        "Type": "CNAME",
        "Value": f"_{digest[32:]}.acm-validations.aws.",
        "Status": "PENDING_VALIDATION",
    }


def _require_running(service: Service) -> None:
    if service.status != "RUNNING":
        raise wrong_state(
            f"Custom domains cannot be changed in the current state: {service.status}."
        )


def _look_at_dns(call: Call, service: Service, domain: Domain, until: datetime) -> None:
    """Look for the records in the DNS, which is Route 53's; look again later if one is missing."""
    if service.domains.get(domain.name) is not domain or domain.status == "DELETING":
        return
    domain.status = _PENDING
    there = set(_cnames(call))
    for record in domain.records:
        if (record["Name"].lower(), record["Value"].lower()) in there:
            record["Status"] = "SUCCESS"
    if all(record["Status"] == "SUCCESS" for record in domain.records):
        domain.status = "BINDING_CERTIFICATE"
        call.clock.call_later(durations.BINDING, partial(_bound, domain))
    elif call.clock.now() >= until:
        domain.status = "CREATE_FAILED"
        for record in domain.records:
            if record["Status"] != "SUCCESS":
                record["Status"] = "FAILED"
    else:
        again = partial(_look_at_dns, call, service, domain, until)
        call.clock.call_later(durations.LOOKING_AT_DNS, again)


def _bound(domain: Domain) -> None:
    if domain.status == "BINDING_CERTIFICATE":
        domain.status = "ACTIVE"


def _cnames(call: Call) -> Iterator[tuple[str, str]]:
    """Yield name and value of every CNAME record in the account's zones, with a dot at the end."""
    route53 = clients.client("route53", call.region, call.account)
    for zone in route53.list_hosted_zones()["HostedZones"]:
        try:
            sets = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        except ClientError:
            continue  # the zone was taken away in the meantime
        for each in sets:
            if each["Type"] == "CNAME":
                for record in each.get("ResourceRecords", []):
                    yield _dotted(each["Name"]), _dotted(record["Value"])


def _dotted(name: str) -> str:
    return f"{name.lower().rstrip('.')}."


@apprunner_operation("DisassociateCustomDomain")
def disassociate_custom_domain(call: Call, parameters: Shape) -> Shape:
    """Take a domain from a service."""
    service = find_service(call, parameters["ServiceArn"])
    _require_running(service)
    domain = service.domains.get(parameters["DomainName"].lower())
    if domain is None:
        text = f"Domain {parameters['DomainName']} is not associated with the service."
        raise AwsError(NOT_FOUND, text)
    domain.status = "DELETING"
    call.clock.call_later(durations.CERTIFYING, partial(_deleted, service, domain))
    return _answer(call, service, domain)


def _deleted(service: Service, domain: Domain) -> None:
    if service.domains.get(domain.name) is domain:
        del service.domains[domain.name]


@apprunner_operation("DescribeCustomDomains")
def describe_custom_domains(call: Call, parameters: Shape) -> Shape:
    """Return the domains of a service."""
    service = find_service(call, parameters["ServiceArn"])
    found = [_shape(each) for each in service.domains.values()]
    return {
        "DNSTarget": service.url,
        "ServiceArn": service.arn,
        "VpcDNSTargets": dns_targets(call, service.arn),
        **page("CustomDomains", found, parameters),
    }
