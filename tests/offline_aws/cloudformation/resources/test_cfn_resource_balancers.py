from __future__ import annotations

import pytest
from cfn_examples import Example, World, client, lives
from cfn_needed import OTHER_TAGS, TAGS, forward, group, some_balancer, subnets, target_group, vpc


def balancer(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "IpAddressType": "ipv4",
        "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "30"}],
        "Name": "shop",
        "Scheme": "internet-facing",
        "SecurityGroups": [group(world, network)],
        "Subnets": subnets(world, network)[:2],
        "Tags": TAGS,
        "Type": "application",
    }


def changed_balancer(world: World) -> dict[str, object]:
    network = world.made[0][1]
    return {
        "IpAddressType": "dualstack",
        "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "90"}],
        "SecurityGroups": [group(world, network)],
        "Subnets": subnets(world, network),
        "Tags": OTHER_TAGS,
    }


def certificate() -> list[dict[str, str]]:
    made = client("acm").request_certificate(DomainName="shop.example")
    return [{"CertificateArn": made["CertificateArn"]}]


FIXED = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain"},
}


REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"StatusCode": "HTTP_301", "Port": "443", "Protocol": "HTTPS"},
}


def listener(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "AlpnPolicy": ["HTTP2Preferred"],
        "Certificates": certificate(),
        "DefaultActions": forward(target_group(world, network)),
        "LoadBalancerArn": some_balancer(world, network),
        "Port": 443,
        "Protocol": "HTTPS",
        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "Tags": TAGS,
    }


def rule(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "Actions": forward(target_group(world, network)),
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*"]}}],
        "ListenerArn": world.make(
            "AWS::ElasticLoadBalancingV2::Listener",
            DefaultActions=[FIXED],
            LoadBalancerArn=some_balancer(world, network),
            Port=80,
            Protocol="HTTP",
        ),
        "Priority": 5,
        "Tags": TAGS,
    }


HEALTH = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 10,
    "HealthCheckPath": "/health",
    "HealthCheckPort": "8080",
    "HealthCheckProtocol": "HTTP",
    "HealthCheckTimeoutSeconds": 3,
    "HealthyThresholdCount": 2,
    "Matcher": {"HttpCode": "200-299"},
    "UnhealthyThresholdCount": 3,
}


OTHER_HEALTH = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 20,
    "HealthCheckPath": "/",
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "HTTPS",
    "HealthCheckTimeoutSeconds": 4,
    "HealthyThresholdCount": 3,
    "Matcher": {"HttpCode": "200"},
    "UnhealthyThresholdCount": 4,
}


DELAY = "deregistration_delay.timeout_seconds"


EXAMPLES = [
    Example("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer, changed_balancer),
    Example(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        lambda world: {
            "SubnetMappings": [{"SubnetId": each} for each in subnets(world, vpc(world))[:2]],
            "Type": "network",
        },
    ),
    Example(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        lambda world: {
            **HEALTH,
            "IpAddressType": "ipv4",
            "Name": "orders",
            "Port": 80,
            "Protocol": "HTTP",
            "ProtocolVersion": "HTTP1",
            "Tags": TAGS,
            "TargetGroupAttributes": [{"Key": DELAY, "Value": "5"}],
            "TargetType": "ip",
            "Targets": [{"Id": "10.0.0.9", "Port": 80}],
            "VpcId": vpc(world),
        },
        {
            **OTHER_HEALTH,
            "Tags": OTHER_TAGS,
            "TargetGroupAttributes": [{"Key": DELAY, "Value": "6"}],
            "Targets": [{"Id": "10.0.0.8", "Port": 80}],
        },
    ),
    Example(
        "AWS::ElasticLoadBalancingV2::Listener",
        listener,
        lambda _: {
            "Certificates": certificate(),
            "DefaultActions": [FIXED],
            "Port": 444,
            "Protocol": "HTTPS",
            "SslPolicy": "ELBSecurityPolicy-2016-08",
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        rule,
        {
            "Actions": [REDIRECT],
            "Conditions": [
                {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}
            ],
            "Priority": 6,
            "Tags": OTHER_TAGS,
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_load_balancers_lives(world: World, example: Example) -> None:
    lives(world, example)
