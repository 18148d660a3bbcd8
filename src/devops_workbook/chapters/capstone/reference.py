"""The course's own way to build it, a step for each exercise; a ``Design`` leaves things out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
import yaml

from devops_workbook.chapters.capstone.account import (
    ACCOUNT,
    CLUSTER,
    IMAGES,
    PIPELINE,
    REGISTRY,
    REPOSITORY,
    SERVICE,
    Template,
    database_of,
    deploy,
    ground_plan,
    with_resources,
)
from devops_workbook.chapters.capstone.looking import images
from devops_workbook.lab import Lab
from devops_workbook.quarter.pipeline import approve
from devops_workbook.shop.image_builds import image_files
from devops_workbook.shop_repository import commit_files, shop_files

_DELIVERY = {"Fn::GetAtt": "DeliveryRole.Arn"}
_COMMIT = "#{Commit.CommitId}"
#: The plugins of pytest that a learner has are no part of the shop's tests.
_PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@dataclass(frozen=True)
class Design:
    """What is built, and what is left out.

    ``canary`` is the share of the customers who meet a new version first, in percent; 0 is a
    rolling deployment.
    """

    tests: bool = True
    approval: bool = False
    alarms: bool = True
    rollback: bool = True
    canary: float = 0.0
    traces: bool = True


BEST = Design()


def foundation() -> Template:
    """Return the registry, the repository and the bucket of artifacts."""
    return {
        "Images": {
            "Type": "AWS::ECR::Repository",
            "Properties": {
                "RepositoryName": IMAGES,
                "ImageTagMutability": "IMMUTABLE",
                "ImageScanningConfiguration": {"ScanOnPush": True},
            },
        },
        "Code": {
            "Type": "AWS::CodeCommit::Repository",
            "Properties": {"RepositoryName": REPOSITORY},
        },
        "Artifacts": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
        },
    }


def action(
    name: str,
    category: str,
    provider: str,
    *,
    inputs: tuple[str, ...] = (),
    outputs: tuple[str, ...] = (),
    order: int = 1,
    **configuration: Any,
) -> Template:
    """Return an action of a pipeline as CloudFormation takes it."""
    return {
        "Name": name,
        "ActionTypeId": {
            "Category": category,
            "Owner": "AWS",
            "Provider": provider,
            "Version": "1",
        },
        "InputArtifacts": [{"Name": each} for each in inputs],
        "OutputArtifacts": [{"Name": each} for each in outputs],
        "RunOrder": order,
        "Configuration": configuration,
    }


def project(commands: list[str], **variables: str) -> Template:
    """Return a CodeBuild project that runs these commands and keeps the folder ``orders``."""
    spec = {
        "version": 0.2,
        "phases": {"build": {"commands": commands}},
        "artifacts": {"base-directory": "orders", "files": ["**/*"]},
    }
    return {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {
            "ServiceRole": _DELIVERY,
            "Source": {"Type": "CODEPIPELINE", "BuildSpec": yaml.safe_dump(spec)},
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Environment": {
                "Type": "LINUX_CONTAINER",
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "Image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                "EnvironmentVariables": [
                    {"Name": name, "Value": value} for name, value in variables.items()
                ],
            },
        },
    }


def pipeline(design: Design = BEST, release: tuple[Template, ...] = ()) -> Template:
    """Return the pipeline and its projects; ``release`` are further stages."""
    source = action(
        "Source",
        "Source",
        "CodeCommit",
        outputs=("Source",),
        RepositoryName=REPOSITORY,
        BranchName="main",
    )
    source["Namespace"] = "Commit"
    test = action(
        "Test",
        "Build",
        "CodeBuild",
        inputs=("Source",),
        outputs=("Tested",),
        ProjectName={"Ref": "Test"},
    )
    image = action(
        "Image",
        "Build",
        "ECRBuildAndPublish",
        inputs=("Source",),
        order=2,
        ECRRepositoryName=IMAGES,
        DockerFilePath="orders",
        ImageTags=_COMMIT,
    )
    stages = [
        {"Name": "Source", "Actions": [source]},
        {"Name": "Build", "Actions": [test, image]},
        *release,
    ]
    return {
        "Test": project(_test_commands(design), **_PLAIN, IMAGES=REGISTRY),
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "Name": PIPELINE,
                "PipelineType": "V2",
                "ExecutionMode": "QUEUED",
                "RoleArn": _DELIVERY,
                "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Artifacts"}},
                "Stages": stages,
            },
            "DependsOn": ["Code", "Images"],
        },
    }


def _test_commands(design: Design) -> list[str]:
    name = "$IMAGES:$CODEBUILD_RESOLVED_SOURCE_VERSION"
    said = '[{"name":"orders","imageUri":"%s"}]'
    tests = ["python -m pytest -q -p no:cacheprovider"] if design.tests else []
    return ["cd orders", *tests, f"""printf '{said}' "{name}" > imagedefinitions.json"""]


def service(design: Design, image: str) -> Template:
    """Return the task definition and the service, and what watches over its deployments."""
    return {
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "Family": SERVICE,
                "RequiresCompatibilities": ["FARGATE"],
                "NetworkMode": "awsvpc",
                "Cpu": "512",
                "Memory": "1024",
                "ExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/shop-balancer",
                "ContainerDefinitions": [
                    {"Name": "orders", "Image": image, "PortMappings": [{"ContainerPort": 8080}]},
                    *([_COLLECTOR] if design.traces else []),
                ],
            },
        },
        "Service": {
            "Type": "AWS::ECS::Service",
            "DependsOn": ["Task", "Customers"],
            "Properties": {
                "ServiceName": SERVICE,
                "Cluster": {"Ref": "Cluster"},
                # By its family: the pipeline registers newer revisions than the template knows.
                "TaskDefinition": SERVICE,
                "LaunchType": "FARGATE",
                "DesiredCount": 3,
                "HealthCheckGracePeriodSeconds": 60,
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": {"Ref": "Subnets"}}},
                "LoadBalancers": [_balancer(design)],
                "DeploymentConfiguration": _deployment(design),
            },
        },
    }


_COLLECTOR = {
    "Name": "collector",
    "Image": "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3",
    "Essential": False,
}


def _balancer(design: Design) -> Template:
    shifting = {
        "AlternateTargetGroupArn": {"Ref": "Green"},
        "ProductionListenerRule": {"Ref": "Customers"},
        "RoleArn": {"Fn::GetAtt": "BalancerRole.Arn"},
    }
    return {
        "TargetGroupArn": {"Ref": "Blue"},
        "ContainerName": "orders",
        "ContainerPort": 8080,
        **({"AdvancedConfiguration": shifting} if design.canary else {}),
    }


def _deployment(design: Design) -> Template:
    found: Template = {}
    if design.rollback:
        found["DeploymentCircuitBreaker"] = {"Enable": True, "Rollback": True}
        if design.alarms:
            names = names_of(watching(design))
            found["Alarms"] = {"Enable": True, "Rollback": True, "AlarmNames": names}
    if design.canary:
        found |= {
            "Strategy": "CANARY",
            "BakeTimeInMinutes": 2,
            "CanaryConfiguration": {"CanaryPercent": design.canary, "CanaryBakeTimeInMinutes": 6},
        }
    return found


def on_call() -> Template:
    """Return the topic that alarms tell, with whoever is on call."""
    return {
        "OnCall": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"Subscription": [{"Protocol": "sms", "Endpoint": "+15550100"}]},
        }
    }


def alarms() -> Template:
    """Return an alarm on requests that fail, one on slow ones, and who is called."""
    return {**on_call(), "ErrorsAlarm": _errors(2), "LatencyAlarm": _latency()}


def alarms_of_groups() -> Template:
    """Return the same alarms for each target group: what a canary does is lost in the whole."""
    found = on_call()
    for group in ("Blue", "Green"):
        found[f"{group}ErrorsAlarm"] = _errors(5, group)
        found[f"{group}LatencyAlarm"] = _latency(group)
    return found


def watching(design: Design) -> Template:
    """Return the alarms of a design."""
    if not design.alarms:
        return {}
    return alarms_of_groups() if design.canary else alarms()


def names_of(found: Template) -> list[Template]:
    """Return references to the alarms of some resources: their names, once they are made."""
    return [{"Ref": name} for name in found if name.endswith("Alarm")]


def _errors(threshold: float, group: str = "") -> Template:
    return _alarm(
        threshold,
        _metric("failed", "HTTPCode_Target_5XX_Count", "Sum", group),
        _metric("all", "RequestCount", "Sum", group),
        {"Id": "share", "Expression": "100 * FILL(failed, 0) / all", "ReturnData": True},
    )


def _latency(group: str = "") -> Template:
    return _alarm(1, {**_metric("slow", "TargetResponseTime", "p98", group), "ReturnData": True})


def _alarm(threshold: float, *metrics: Template) -> Template:
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Metrics": list(metrics),
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 3,
            "DatapointsToAlarm": 2,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "OnCall"}],
        },
    }


def _metric(name: str, metric: str, statistic: str, group: str) -> Template:
    names = {"LoadBalancer": {"Fn::GetAtt": "LoadBalancer.LoadBalancerFullName"}}
    if group:
        names["TargetGroup"] = {"Fn::GetAtt": f"{group}.TargetGroupFullName"}
    dimensions = [{"Name": key, "Value": value} for key, value in names.items()]
    of = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": dimensions}
    measured = {"Metric": of, "Period": 60, "Stat": statistic}
    return {"Id": name, "ReturnData": False, "MetricStat": measured}


def release(lab: Lab, design: Design = BEST) -> tuple[Template, tuple[Template, ...]]:
    """Return the project that migrates the database, and the stages that release."""
    code = "from service.store import connect; connect('$ORDERS_DATABASE')"
    command = f'python -c "{code}"'
    migrate = project([command], ORDERS_DATABASE=str(database_of(lab)))
    actions = [
        action("Migrate", "Build", "CodeBuild", inputs=("Tested",), ProjectName={"Ref": "Migrate"}),
        action(
            "Deploy",
            "Deploy",
            "ECS",
            inputs=("Tested",),
            order=2,
            ClusterName=CLUSTER,
            ServiceName=SERVICE,
        ),
    ]
    stages: list[Template] = [{"Name": "Production", "Actions": actions}]
    if design.approval:
        ask = action("Release", "Approval", "Manual")
        stages.insert(0, {"Name": "Approve", "Actions": [ask]})
    return {"Migrate": migrate}, tuple(stages)


# A step for each exercise.


def build_ground(lab: Lab) -> None:
    """Deploy the ground plan alone."""
    deploy(lab, ground_plan())


def build_foundation(lab: Lab) -> Template:
    """Deploy the ground plan with the foundation, and bring the code; return the template."""
    template = with_resources(ground_plan(), foundation())
    deploy(lab, template)
    commit_files("Bring the shop's code", {**shop_files("orders"), **image_files("orders")})
    return template


def build_pipeline(lab: Lab, design: Design = BEST) -> Template:
    """Also the pipeline up to the image, and let it run; return the template."""
    template = with_resources(build_foundation(lab), pipeline(design))
    deploy(lab, template)
    lab.clock.advance(minutes=15)
    return template


def newest_image() -> str:
    """Return the URI of the image of ``orders`` that was pushed last, "" where there is none."""
    tagged = [each for each in images() if each.get("imageTags")]
    newest = max(tagged, key=lambda each: each["imagePushedAt"], default=None)
    return f"{REGISTRY}:{newest['imageTags'][0]}" if newest else ""


def build_service(lab: Lab, design: Design = BEST) -> Template:
    """Also the service, without anything that watches over it; return the template."""
    template = build_pipeline(lab, design)
    bare = Design(rollback=False, alarms=False, traces=design.traces)
    template = with_resources(template, service(bare, newest_image()))
    deploy(lab, template)
    return template


def released(lab: Lab, design: Design = BEST) -> Template:
    """Return the template up to the release, for what stands in the account now."""
    bare = Design(rollback=False, alarms=False, traces=design.traces)
    migrate, stages = release(lab, design)
    parts = {**foundation(), **service(bare, newest_image()), **migrate}
    return with_resources(ground_plan(), {**parts, **pipeline(design, stages)})


def everything(lab: Lab, design: Design = BEST) -> Template:
    """Return the whole template, for what stands in the account now."""
    watched = service(design, newest_image())["Service"]
    return with_resources(released(lab, design), {**watching(design), "Service": watched})


def build_release(lab: Lab, design: Design = BEST) -> Template:
    """Also the stages that release; return the template."""
    build_pipeline(lab, design)
    return _released(lab, released(lab, design))


def build_all(lab: Lab, design: Design = BEST) -> Template:
    """Build everything that the design has; return the template."""
    build_pipeline(lab, design)
    return _released(lab, everything(lab, design))


def _released(lab: Lab, template: Template) -> Template:
    """Deploy a template and let its pipeline release what is on main; return the template."""
    deploy(lab, template)
    boto3.client("codepipeline").start_pipeline_execution(name=PIPELINE)
    lab.clock.advance(minutes=10)
    approve()
    lab.clock.advance(minutes=20)
    return template
