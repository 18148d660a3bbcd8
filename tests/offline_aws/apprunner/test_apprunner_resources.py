"""Configurations, connectors, domains and tags beside the services."""

from __future__ import annotations

from typing import Any

from apprunner_lab import ACCOUNT, REGION, Lab, refused

from offline_aws.clients import client

DEFAULT = (
    f"arn:aws:apprunner:{REGION}:{ACCOUNT}:autoscalingconfiguration/DefaultConfiguration/1/{1:032}"
)


def scaling(lab: Lab, name: str = "wide", **sizes: int) -> dict[str, Any]:
    made = lab.api.create_auto_scaling_configuration(AutoScalingConfigurationName=name, **sizes)
    return dict(made["AutoScalingConfiguration"])


def described(lab: Lab, arn: str) -> dict[str, Any]:
    found = lab.api.describe_auto_scaling_configuration(AutoScalingConfigurationArn=arn)
    return dict(found["AutoScalingConfiguration"])


def test_auto_scaling_configurations_have_immutable_revisions(lab: Lab) -> None:
    first = scaling(lab, MinSize=2, MaxConcurrency=50)
    second = scaling(lab)
    assert (first["AutoScalingConfigurationRevision"], first["MaxSize"]) == (1, 25)
    assert (second["AutoScalingConfigurationRevision"], second["MaxConcurrency"]) == (2, 100)
    arn = second["AutoScalingConfigurationArn"]
    by_name = arn.rsplit("/", 2)[0]
    assert described(lab, by_name) == described(lab, arn)
    assert described(lab, f"{by_name}/1")["Latest"] is False
    listed = lab.api.list_auto_scaling_configurations()["AutoScalingConfigurationSummaryList"]
    assert [each["AutoScalingConfigurationRevision"] for each in listed] == [1, 2]
    every = lab.api.list_auto_scaling_configurations(
        AutoScalingConfigurationName="wide", LatestOnly=False
    )["AutoScalingConfigurationSummaryList"]
    assert len(every) == 2
    gone = lab.api.delete_auto_scaling_configuration(AutoScalingConfigurationArn=by_name)
    assert gone["AutoScalingConfiguration"]["AutoScalingConfigurationRevision"] == 2
    assert gone["AutoScalingConfiguration"]["Status"] == "INACTIVE"
    assert described(lab, by_name)["AutoScalingConfigurationRevision"] == 1
    assert scaling(lab)["AutoScalingConfigurationRevision"] == 3
    with refused("ResourceNotFoundException"):
        described(lab, arn)
    with refused("InvalidRequestException", "MinSize"):
        scaling(lab, MinSize=3, MaxSize=2)
    for _ in range(3):
        scaling(lab)
    with refused("ServiceQuotaExceededException"):
        scaling(lab)
    lab.api.delete_auto_scaling_configuration(
        AutoScalingConfigurationArn=by_name, DeleteAllRevisions=True
    )
    with refused("ResourceNotFoundException"):
        described(lab, by_name)


def test_a_service_has_the_revision_that_was_the_newest_at_its_last_update(lab: Lab) -> None:
    lab.push("1")
    first = scaling(lab)
    by_name = first["AutoScalingConfigurationArn"].rsplit("/", 2)[0]
    arn = lab.running(AutoScalingConfigurationArn=by_name)
    second = scaling(lab)["AutoScalingConfigurationArn"]

    def revision() -> int:
        summary = lab.service(arn)["AutoScalingConfigurationSummary"]
        return int(summary["AutoScalingConfigurationRevision"])

    def users(of: str) -> list[str]:
        found = lab.api.list_services_for_auto_scaling_configuration(AutoScalingConfigurationArn=of)
        return list(found["ServiceArnList"])

    assert (revision(), users(first["AutoScalingConfigurationArn"])) == (1, [arn])
    lab.api.update_service(ServiceArn=arn)
    lab.end(arn)
    assert (revision(), users(second)) == (2, [arn])
    with refused("InvalidRequestException", "used by a service"):
        lab.api.delete_auto_scaling_configuration(AutoScalingConfigurationArn=second)


def test_there_is_one_default_configuration_and_it_cannot_be_deleted(lab: Lab) -> None:
    assert described(lab, DEFAULT)["IsDefault"] is True
    with refused("InvalidRequestException", "default"):
        lab.api.delete_auto_scaling_configuration(AutoScalingConfigurationArn=DEFAULT)
    other = scaling(lab)["AutoScalingConfigurationArn"]
    lab.api.update_default_auto_scaling_configuration(AutoScalingConfigurationArn=other)
    assert described(lab, DEFAULT)["IsDefault"] is False
    arn = lab.create()
    summary = lab.service(arn)["AutoScalingConfigurationSummary"]
    assert (summary["AutoScalingConfigurationArn"], summary["IsDefault"]) == (other, True)
    assert described(lab, other)["HasAssociatedService"] is True


def test_observability_configurations(lab: Lab) -> None:
    def make(name: str) -> dict[str, Any]:
        made = lab.api.create_observability_configuration(
            ObservabilityConfigurationName=name, TraceConfiguration={"Vendor": "AWSXRAY"}
        )
        return dict(made["ObservabilityConfiguration"])

    first, second = make("tracing"), make("tracing")
    assert (first["Latest"], second["ObservabilityConfigurationRevision"]) == (True, 2)
    by_name = second["ObservabilityConfigurationArn"].rsplit("/", 2)[0]
    on = {"ObservabilityEnabled": True, "ObservabilityConfigurationArn": by_name}
    arn = lab.create(ObservabilityConfiguration=on)
    used = lab.service(arn)["ObservabilityConfiguration"]["ObservabilityConfigurationArn"]
    assert used == second["ObservabilityConfigurationArn"]
    with refused("InvalidRequestException", "used by a service"):
        lab.api.delete_observability_configuration(ObservabilityConfigurationArn=used)
    gone = first["ObservabilityConfigurationArn"]
    lab.api.delete_observability_configuration(ObservabilityConfigurationArn=gone)
    listed = lab.api.list_observability_configurations(LatestOnly=False)
    assert [
        each["ObservabilityConfigurationArn"]
        for each in listed["ObservabilityConfigurationSummaryList"]
    ] == [used]
    with refused("InvalidRequestException", "reserved"):
        make("DefaultConfiguration")


def test_a_service_is_reached_from_a_vpc_and_reaches_it(lab: Lab) -> None:
    ec2: Any = client("ec2", REGION)
    subnets = ec2.describe_subnets()["Subnets"][:2]
    vpc = subnets[0]["VpcId"]
    ids = [each["SubnetId"] for each in subnets]
    with refused("InvalidRequestException", "does not exist"):
        lab.api.create_vpc_connector(VpcConnectorName="to-vpc", Subnets=["subnet-1"])
    connector = lab.api.create_vpc_connector(VpcConnectorName="to-vpc", Subnets=ids)["VpcConnector"]
    assert len(connector["SecurityGroups"]) == 1
    lab.push("1")
    egress = {"EgressType": "VPC", "VpcConnectorArn": connector["VpcConnectorArn"]}
    private = {
        "EgressConfiguration": egress,
        "IngressConfiguration": {"IsPubliclyAccessible": False},
    }
    arn = lab.running(NetworkConfiguration=private)
    with refused("InvalidRequestException", "is used"):
        lab.api.delete_vpc_connector(VpcConnectorArn=connector["VpcConnectorArn"])
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.apprunner.requests",
        VpcEndpointType="Interface",
        SubnetIds=ids,
    )["VpcEndpoint"]["VpcEndpointId"]
    made = lab.api.create_vpc_ingress_connection(
        ServiceArn=arn,
        VpcIngressConnectionName="from-vpc",
        IngressVpcConfiguration={"VpcId": vpc, "VpcEndpointId": endpoint},
    )["VpcIngressConnection"]
    assert made["Status"] == "PENDING_CREATION"
    ingress = made["VpcIngressConnectionArn"]
    with refused("InvalidStateException"):
        lab.api.delete_vpc_ingress_connection(VpcIngressConnectionArn=ingress)
    lab.aws.clock.advance(minutes=2)
    listed = lab.api.list_vpc_ingress_connections(Filter={"VpcEndpointId": endpoint})
    assert len(listed["VpcIngressConnectionSummaryList"]) == 1
    with refused("InvalidStateException", "active VPC ingress"):
        lab.api.delete_service(ServiceArn=arn)
    lab.api.delete_vpc_ingress_connection(VpcIngressConnectionArn=ingress)
    lab.aws.clock.advance(minutes=2)
    found = lab.api.describe_vpc_ingress_connection(VpcIngressConnectionArn=ingress)
    assert found["VpcIngressConnection"]["Status"] == "DELETED"
    lab.api.delete_service(ServiceArn=arn)
    lab.end(arn)
    lab.api.delete_vpc_connector(VpcConnectorArn=connector["VpcConnectorArn"])
    assert lab.api.list_vpc_connectors()["VpcConnectors"] == []


def test_a_domain_is_active_once_its_records_are_in_the_dns(lab: Lab) -> None:
    lab.push("1")
    arn = lab.running()
    made = lab.api.associate_custom_domain(ServiceArn=arn, DomainName="shop.example.com")
    assert made["DNSTarget"] == lab.service(arn)["ServiceUrl"]
    assert made["CustomDomain"]["Status"] == "CREATING"
    assert made["CustomDomain"]["EnableWWWSubdomain"] is True
    records = made["CustomDomain"]["CertificateValidationRecords"]
    assert len(records) == 2

    def domain() -> dict[str, Any]:
        return dict(lab.api.describe_custom_domains(ServiceArn=arn)["CustomDomains"][0])

    lab.aws.clock.advance(hours=1)
    assert domain()["Status"] == "PENDING_CERTIFICATE_DNS_VALIDATION"
    dns: Any = client("route53", REGION)
    zone = dns.create_hosted_zone(Name="example.com", CallerReference="1")["HostedZone"]["Id"]
    changes = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {
                "Name": each["Name"],
                "Type": "CNAME",
                "TTL": 60,
                "ResourceRecords": [{"Value": each["Value"]}],
            },
        }
        for each in records
    ]
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes[:1]})
    lab.aws.clock.advance(minutes=61)
    statuses = {each["Status"] for each in domain()["CertificateValidationRecords"]}
    assert statuses == {"SUCCESS", "PENDING_VALIDATION"}
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes[1:]})
    lab.aws.clock.advance(minutes=61)
    assert domain()["Status"] in ("BINDING_CERTIFICATE", "ACTIVE")
    lab.aws.clock.advance(minutes=10)
    assert domain()["Status"] == "ACTIVE"
    for name, more, message in (
        ("shop.example.com", {}, "already"),
        ("*.example.com", {"EnableWWWSubdomain": True}, "wildcard"),
        ("*.shop.example.com", {}, "wildcard"),
        ("example", {}, "not valid"),
    ):
        with refused("InvalidRequestException", message):
            lab.api.associate_custom_domain(ServiceArn=arn, DomainName=name, **more)
    lab.api.associate_custom_domain(ServiceArn=arn, DomainName="*.example.com")
    lab.api.disassociate_custom_domain(ServiceArn=arn, DomainName="shop.example.com")
    assert domain()["Status"] == "DELETING"
    lab.aws.clock.advance(hours=100)
    assert (domain()["DomainName"], domain()["Status"]) == ("*.example.com", "CREATE_FAILED")


def test_everything_has_tags(lab: Lab) -> None:
    given = [{"Key": "team", "Value": "shop"}]
    made = lab.api.create_connection(ConnectionName="github", ProviderType="GITHUB", Tags=given)
    arn = made["Connection"]["ConnectionArn"]
    lab.api.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    lab.api.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert lab.api.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "stage", "Value": "test"}
    ]
    with refused("ResourceNotFoundException"):
        lab.api.list_tags_for_resource(ResourceArn=f"{arn}x")
    with refused("InvalidRequestException", "Duplicate"):
        lab.api.tag_resource(ResourceArn=arn, Tags=[*given, *given])


def test_instances_follow_the_requests_that_a_service_has_at_one_time(lab: Lab) -> None:
    lab.push("1")
    few = scaling(lab, MaxConcurrency=10, MaxSize=3)["AutoScalingConfigurationArn"]
    arn = lab.running(AutoScalingConfigurationArn=few)
    _, name, identifier = arn.split("/")
    dimensions = [
        {"Name": "ServiceName", "Value": name},
        {"Name": "ServiceID", "Value": identifier},
    ]
    begin = lab.aws.clock.now().replace(second=0)
    for requests, latency in ((600, 1500.0), (1200, 900.0), (6000, 1000.0), (0, 0.0)):
        for metric, value in (("Requests", requests), ("RequestLatency", latency)):
            data = {"MetricName": metric, "Dimensions": dimensions, "Value": value}
            lab.aws.record_metrics("AWS/AppRunner", [data])
        lab.aws.clock.advance(minutes=1)
    found = client("cloudwatch", REGION).get_metric_statistics(
        Namespace="AWS/AppRunner",
        MetricName="ActiveInstances",
        Dimensions=dimensions,
        StartTime=begin,
        EndTime=lab.aws.clock.now(),
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    ordered = sorted(found, key=lambda point: point["Timestamp"])
    # 600 a minute of 1.5 s are 15 at one time; 1200 of 0.9 s are 18; 6000 of 1 s are 100.
    assert [point["Maximum"] for point in ordered] == [2, 2, 3, 0]
