"""The ECS service of an Express service, and its scaling."""

from __future__ import annotations

from typing import Any

from offline_aws import clients
from offline_aws.ecs.express_settings import MAIN
from offline_aws.ecs.express_store import Express, Infrastructure
from offline_aws.ecs.names import ecs
from offline_aws.ecs.store import Shape
from offline_aws.operations import Call

_METRICS = {
    "AVERAGE_CPU": "ECSServiceAverageCPUUtilization",
    "AVERAGE_MEMORY": "ECSServiceAverageMemoryUtilization",
    "REQUEST_COUNT_PER_TARGET": "ALBRequestCountPerTarget",
}
#: A canary of 5 % for 3 minutes, and 3 more minutes with all of the traffic.
_DEPLOYMENT: Shape = {
    "strategy": "CANARY",
    "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 3},
    "bakeTimeInMinutes": 3,
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
}
_GRACE = 60


def create_service(
    call: Call,
    cluster: str,
    name: str,
    settings: Shape,
    definition: str,
    port: int,
    of: Infrastructure,
    role: str,
    parameters: Shape,
) -> str:
    """Make the service and return its ARN."""
    alarms = {"alarmNames": [of.alarm], "enable": True, "rollback": True}
    made = ecs(call).create_service(
        cluster=cluster,
        serviceName=name,
        taskDefinition=definition,
        desiredCount=settings["scalingTarget"]["minTaskCount"],
        launchType="FARGATE",
        networkConfiguration=network_of(of),
        loadBalancers=balancers_of(of, port, role),
        deploymentConfiguration={**_DEPLOYMENT, "alarms": alarms},
        healthCheckGracePeriodSeconds=_GRACE,
        propagateTags="SERVICE",
        tags=parameters.get("tags", []),
    )["service"]
    return str(made["serviceArn"])


def network_of(of: Infrastructure) -> Shape:
    """Return the network configuration of the service."""
    return {
        "awsvpcConfiguration": {
            "subnets": of.subnets,
            "securityGroups": of.security_groups,
            "assignPublicIp": "ENABLED" if of.public else "DISABLED",
        }
    }


def balancers_of(of: Infrastructure, port: int, role: str) -> list[Shape]:
    """Return the load balancers of the service: two target groups and the rule between them."""
    first, second = of.target_groups
    return [
        {
            "targetGroupArn": first,
            "containerName": MAIN,
            "containerPort": port,
            "advancedConfiguration": {
                "alternateTargetGroupArn": second,
                "productionListenerRule": of.rule,
                "roleArn": role,
            },
        }
    ]


def scale(call: Call, express: Express, target: Shape) -> None:
    """Have the service scaled as its scaling target says."""
    scaling: Any = clients.client("application-autoscaling", call.region, call.account)
    of = express.infrastructure
    place = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{express.cluster}/{express.name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    metric = {"PredefinedMetricType": _METRICS[target["autoScalingMetric"]]}
    if target["autoScalingMetric"] == "REQUEST_COUNT_PER_TARGET":
        balancer = of.balancer.partition(":loadbalancer/")[2]
        metric["ResourceLabel"] = f"{balancer}/{of.target_groups[0].split(':')[-1]}"
    scaling.register_scalable_target(
        **place, MinCapacity=target["minTaskCount"], MaxCapacity=target["maxTaskCount"]
    )
    scaling.put_scaling_policy(
        **place,
        PolicyName=f"{express.name}-express",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": float(target["autoScalingTargetValue"]),
            "PredefinedMetricSpecification": metric,
        },
    )


def check_health_at(call: Call, of: Infrastructure, path: str) -> None:
    """Have the targets asked for another path."""
    elb: Any = clients.client("elbv2", call.region, call.account)
    for arn in of.target_groups:
        elb.modify_target_group(TargetGroupArn=arn, HealthCheckPath=path)
