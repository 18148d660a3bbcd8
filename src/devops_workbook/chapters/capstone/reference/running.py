"""What runs: the task definition, the service, and how it is deployed."""

from __future__ import annotations

from devops_workbook.chapters.capstone.account import ACCOUNT, SERVICE, Template
from devops_workbook.chapters.capstone.reference.design import Design
from devops_workbook.chapters.capstone.reference.watching import names_of, watching


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
                    *([dict(_COLLECTOR)] if design.traces else []),
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
