"""Chapter 12 in another design than the course's: CodeDeploy with a canary, instead of rolling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.capstone import (
    REGISTRY,
    bad_release,
    database_of,
    deploy,
    fire_drill,
    ground_plan,
    newest_image,
    reference,
)
from devops_workbook.chapters.capstone.reference.delivery import action, project
from devops_workbook.lab import Lab

Template = dict[str, Any]

_COLLECTOR = "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"
_DEFINITION = {
    "family": "orders",
    "requiresCompatibilities": ["FARGATE"],
    "networkMode": "awsvpc",
    "cpu": "512",
    "memory": "1024",
    "executionRoleArn": "arn:aws:iam::123456789012:role/shop-balancer",
    "containerDefinitions": [
        {"name": "orders", "image": "<IMAGE>", "portMappings": [{"containerPort": 8080}]},
        {"name": "collector", "image": _COLLECTOR, "essential": False},
    ],
}
_TARGET = {
    "Type": "AWS::ECS::Service",
    "Properties": {
        "TaskDefinition": "<TASK_DEFINITION>",
        "LoadBalancerInfo": {"ContainerName": "orders", "ContainerPort": 8080},
    },
}
_NAMES = [f"{group}{kind}Alarm" for group in ("Blue", "Green") for kind in ("Errors", "Latency")]


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = open_lab("capstone")
    reference.build_pipeline(lab)
    yield lab
    lab.close()


def service() -> Template:
    """Return the service, whose deployments are CodeDeploy's."""
    parts = reference.service(reference.Design(rollback=False), newest_image())
    properties = parts["Service"]["Properties"]
    del properties["DeploymentConfiguration"]
    properties |= {"DeploymentController": {"Type": "CODE_DEPLOY"}}
    return parts


def groups(*events: str) -> Template:
    """Return CodeDeploy's application, its canary and its deployment group."""
    guard = {
        "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": {"Ref": n}} for n in _NAMES]},
        "AutoRollbackConfiguration": {"Enabled": True, "Events": list(events)},
    }
    listener = {"ListenerArns": [{"Ref": "Listener"}]}
    names = [{"Name": "orders-blue"}, {"Name": "orders-green"}]
    pair = {"ProdTrafficRoute": listener, "TargetGroups": names}
    ready = {"ActionOnTimeout": "CONTINUE_DEPLOYMENT"}
    ends = {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": 5}
    group = {
        "ApplicationName": {"Ref": "Application"},
        "DeploymentGroupName": "production",
        "ServiceRoleArn": {"Fn::GetAtt": "BalancerRole.Arn"},
        "DeploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        "DeploymentStyle": {
            "DeploymentType": "BLUE_GREEN",
            "DeploymentOption": "WITH_TRAFFIC_CONTROL",
        },
        "ECSServices": [{"ClusterName": "shop", "ServiceName": "orders"}],
        "BlueGreenDeploymentConfiguration": {
            "DeploymentReadyOption": ready,
            "TerminateBlueInstancesOnDeploymentSuccess": ends,
        },
        "LoadBalancerInfo": {"TargetGroupPairInfoList": [pair]},
        **(guard if events else {}),
    }
    application = {"ApplicationName": "orders", "ComputePlatform": "ECS"}
    return {
        "Application": {"Type": "AWS::CodeDeploy::Application", "Properties": application},
        "Group": {
            "Type": "AWS::CodeDeploy::DeploymentGroup",
            "DependsOn": ["Service", *(_NAMES if events else [])],
            "Properties": group,
        },
    }


def pipeline(lab: Lab) -> Template:
    """Return the pipeline, with the files for CodeDeploy, and what migrates the database."""
    spec = json.dumps({"version": 0.0, "Resources": [{"TargetService": _TARGET}]})
    image = f'{{"ImageURI":"{REGISTRY}:$CODEBUILD_RESOLVED_SOURCE_VERSION"}}'
    commands = [
        "cd orders",
        "python -m pytest -q -p no:cacheprovider",
        f"echo '{json.dumps(_DEFINITION)}' > taskdef.json",
        f"echo '{spec}' > appspec.yaml",
        f"echo {json.dumps(image)} > imageDetail.json",
    ]
    migrate, [production] = reference.release(lab)
    settings = dict.fromkeys(
        ("TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact", "Image1ArtifactName"),
        "Tested",
    )
    production["Actions"][1] = action(
        "Shift",
        "Deploy",
        "CodeDeployToECS",
        inputs=("Tested",),
        order=2,
        ApplicationName="orders",
        DeploymentGroupName="production",
        Image1ContainerName="IMAGE",
        **settings,
    )
    found = reference.pipeline(release=(production,))
    found["Test"] = project(commands, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert database_of(lab).name in str(migrate)
    return {**found, **migrate}


def build(lab: Lab, *parts: Template) -> None:
    """Deploy the parts with the ground plan and the foundation."""
    resources = dict(reference.foundation())
    for each in parts:
        resources |= each
    deploy(lab, reference.with_resources(ground_plan(), resources))


def test_codedeploy_with_a_canary_passes_every_check(lab: Lab) -> None:
    build(lab, reference.pipeline(), service())
    lab.clock.advance(minutes=2)
    assert lab.check("service").passed
    whole = (pipeline(lab), service())
    build(lab, *whole, groups())
    boto3.client("codepipeline").start_pipeline_execution(name="orders")
    lab.clock.advance(minutes=25)
    assert lab.check("release").passed
    build(lab, *whole, groups(), reference.alarms_of_groups())
    fire_drill(lab)
    assert lab.check("alarms").passed
    assert lab.check("rollback").message.startswith("No deployment of orders watches an alarm")
    build(lab, *whole, groups("DEPLOYMENT_FAILURE"), reference.alarms_of_groups())
    assert "does not go back: a bad version" in lab.check("rollback").message
    events = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM")
    build(lab, *whole, groups(*events), reference.alarms_of_groups())
    bad_release(lab)
    assert lab.check("rollback").passed
