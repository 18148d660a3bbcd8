"""Whole templates, with the features of AWS's samples: deployed, updated, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stack_lab import StackLab, aws_client

FOLDER = Path(__file__).parent / "templates"
IAM = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}


def deploy(lab: StackLab, template: str, **values: str) -> str:
    """Make or update a stack by the name of its template; return its status."""
    text = (FOLDER / f"{template}.yaml").read_text()
    parameters = [{"ParameterKey": key, "ParameterValue": each} for key, each in values.items()]
    names = {each["StackName"] for each in lab.client.describe_stacks()["Stacks"]}
    act: Any = lab.update if template in names else lab.create
    stack = act(text, template, Parameters=parameters, **IAM)
    status = str(stack["StackStatus"])
    assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), lab.events(template)
    return status


def drift(lab: StackLab, name: str) -> list[Any]:
    """Return what has drifted in a stack."""
    lab.client.detect_stack_drift(StackName=name)
    lab.aws.clock.advance(minutes=5)
    found = lab.client.describe_stack_resource_drifts(
        StackName=name, StackResourceDriftStatusFilters=["MODIFIED", "DELETED", "UNKNOWN"]
    )
    return [
        (each["LogicalResourceId"], each.get("PropertyDifferences"), each.get("DriftStatusReason"))
        for each in found["StackResourceDrifts"]
    ]


def replacements(lab: StackLab, template: str, **values: str) -> dict[str, str]:
    """Return what a change set says of an update, by the logical ids."""
    lab.client.create_change_set(
        StackName=template,
        ChangeSetName="look",
        TemplateBody=(FOLDER / f"{template}.yaml").read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": each} for key, each in values.items()],
        **IAM,
    )
    lab.aws.clock.advance(seconds=10)
    found = lab.client.describe_change_set(StackName=template, ChangeSetName="look")
    assert found["Status"] == "CREATE_COMPLETE", found
    return {
        each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"].get("Replacement", "")
        for each in found["Changes"]
    }


def test_a_network(lab: StackLab) -> None:
    before = len(aws_client("ec2").describe_vpcs()["Vpcs"])
    assert deploy(lab, "network") == "CREATE_COMPLETE"
    assert drift(lab, "network") == []
    assert deploy(lab, "network", WithNat="true") == "UPDATE_COMPLETE"
    states = {each["State"] for each in aws_client("ec2").describe_nat_gateways()["NatGateways"]}
    assert "available" in states
    assert replacements(lab, "network", Block="10.30.0.0/16")["Vpc"] == "True"
    assert deploy(lab, "network", WithNat="false") == "UPDATE_COMPLETE"
    assert lab.delete("network")["StackStatus"] == "DELETE_COMPLETE"
    assert len(aws_client("ec2").describe_vpcs()["Vpcs"]) == before


def test_a_database_in_the_network(lab: StackLab) -> None:
    deploy(lab, "network")
    deploy(lab, "database", Network="network")
    assert drift(lab, "database") == []
    assert lab.outputs("database")["Address"].endswith("rds.amazonaws.com")
    assert lab.client.list_imports(ExportName="network-Private")["Imports"] == ["database"]
    more = {"Network": "network", "Storage": "40"}
    assert replacements(lab, "database", **more) == {"Database": "False"}
    assert deploy(lab, "database", **more) == "UPDATE_COMPLETE"
    assert lab.delete("database")["StackStatus"] == "DELETE_COMPLETE"
    rds = aws_client("rds")
    assert rds.describe_db_instances()["DBInstances"] == []
    assert len(rds.describe_db_snapshots()["DBSnapshots"]) == 1
    assert lab.delete("network")["StackStatus"] == "DELETE_COMPLETE"


def test_a_worker(lab: StackLab) -> None:
    deploy(lab, "worker")
    assert drift(lab, "worker") == []
    assert "Live" not in lab.outputs("worker")
    events = str(lab.client.describe_stack_events(StackName="worker"))
    assert "hush-hush" not in events
    found = replacements(lab, "worker", Stage="live")
    assert found["Log"] == "False"
    deploy(lab, "worker", Stage="live")
    assert lab.outputs("worker")["Live"] == "yes"
    group = aws_client("logs").describe_log_groups()["logGroups"][0]
    assert group["retentionInDays"] == 90
    assert lab.delete("worker")["StackStatus"] == "DELETE_COMPLETE"
    assert aws_client("lambda").list_functions()["Functions"] == []
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_service_behind_a_load_balancer(lab: StackLab) -> None:
    deploy(lab, "network")
    deploy(lab, "service", Network="network")
    assert drift(lab, "service") == []
    newer = {"Network": "network", "Image": "public.ecr.aws/nginx/nginx:1.28"}
    found = replacements(lab, "service", **newer)
    assert (found["Task"], found["Service"]) == ("True", "False")
    assert deploy(lab, "service", **newer) == "UPDATE_COMPLETE"
    ecs, cluster = aws_client("ecs"), lab.physical("Cluster", "service")
    arn = ecs.list_services(cluster=cluster)["serviceArns"][0]
    service = ecs.describe_services(cluster=cluster, services=[arn])["services"][0]
    assert service["taskDefinition"].endswith("service-web:2")
    assert lab.delete("service")["StackStatus"] == "DELETE_COMPLETE"
    assert lab.delete("network")["StackStatus"] == "DELETE_COMPLETE"


@pytest.mark.parametrize("template", sorted(each.stem for each in FOLDER.glob("*.yaml")))
def test_a_template_is_valid_and_summarised(lab: StackLab, template: str) -> None:
    text = (FOLDER / f"{template}.yaml").read_text()
    valid = lab.client.validate_template(TemplateBody=text)
    summary = lab.client.get_template_summary(TemplateBody=text)
    assert valid["Description"] == summary["Description"]
    assert [each["ParameterKey"] for each in valid["Parameters"]] == [
        each["ParameterKey"] for each in summary["Parameters"]
    ]
    named = [
        name
        for each in summary["ResourceIdentifierSummaries"]
        for name in each["LogicalResourceIds"]
    ]
    assert len(set(named)) == len(named)
