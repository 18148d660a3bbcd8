"""The chapter, and the account it begins with: a load balancer in front of two versions."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from devops_workbook.chapters.monitoring import last_week
from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop import Load, LoadBalancerTraffic, RequestLog, Running
from offline_aws import clients

chapter = Chapter(
    "monitoring",
    "Monitoring",
    minutes=85,
    leave_out=("burn-rate", "usual-band", "dashboard", "log-query"),
)

NAMESPACE = "AWS/ApplicationELB"
TOPIC = "on-call"
GROUP = "/shop/orders"
#: The versions behind the load balancer's two target groups.
BLUE, GREEN = "1.4.1", "1.5.0"
# An address of the servers that run each version.
_ADDRESSES = {"10.0.0.11": Running(BLUE), "10.0.0.12": Running(GREEN)}
_SEED = 10
_RATE = 486.0  # requests a minute, as last week at nine in the morning
_LOGGED = 40  # requests in a minute that are written to the log
_loads: WeakKeyDictionary[Lab, Load] = WeakKeyDictionary()


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put a load balancer, the metrics of last week, a topic, and customers into the account."""
    listener = _create_balancer()
    last_week.record(lab.aws, {"LoadBalancer": balancer()})
    client_of("sns").create_topic(Name=TOPIC)
    traffic = LoadBalancerTraffic(listener, running=_ADDRESSES.get)
    log = RequestLog(_SEED, most=_LOGGED, group=GROUP)
    _loads[lab] = Load(lab.aws, traffic, rate=_RATE, seed=_SEED, log=log).start()


def client_of(service: str) -> Any:
    """Return a client that is kept: to make one takes longer than most calls."""
    return clients.client(service, REGION)


def load_of(lab: Lab) -> Load:
    """Return the customers of the shop."""
    return _loads[lab]


def topic_arn() -> str:
    """Return the ARN of the topic that wakes whoever is on call."""
    topics = client_of("sns").list_topics()["Topics"]
    return next(str(each["TopicArn"]) for each in topics if each["TopicArn"].endswith(TOPIC))


def tells(alarm: Any) -> bool:
    """Return whether an alarm, metric or composite, sends what it has to say to the topic."""
    return bool(alarm.get("ActionsEnabled", True)) and topic_arn() in alarm["AlarmActions"]


def why_silent(alarm: Any) -> str:
    """Return why an alarm does not tell the topic, as the end of a sentence."""
    if topic_arn() in alarm["AlarmActions"]:
        return "its actions are switched off (ActionsEnabled)."
    return f"its AlarmActions do not name the topic {TOPIC}."


def balancer() -> str:
    """Return the load balancer's name as it stands in its metrics' dimension."""
    [found] = client_of("elbv2").describe_load_balancers(Names=["shop"])["LoadBalancers"]
    return str(found["LoadBalancerArn"]).split(":loadbalancer/")[1]


def shift_to(version: str, weight: int = 100) -> None:
    """Send a share of the customers, in percent, to a version, and the others to the other one."""
    client = client_of("elbv2")
    groups = {
        each["TargetGroupName"]: each["TargetGroupArn"]
        for each in client.describe_target_groups()["TargetGroups"]
    }
    mine, other = ("orders-blue", "orders-green")[:: 1 if version == BLUE else -1]
    targets = [
        {"TargetGroupArn": groups[mine], "Weight": weight},
        {"TargetGroupArn": groups[other], "Weight": 100 - weight},
    ]
    client.modify_listener(ListenerArn=listener_arn(), DefaultActions=[_forward(targets)])


def weight_of(version: str) -> int:
    """Return the share of the customers, in percent, that are sent to a version."""
    client = client_of("elbv2")
    name = "orders-blue" if version == BLUE else "orders-green"
    [group] = client.describe_target_groups(Names=[name])["TargetGroups"]
    [listener] = client.describe_listeners(ListenerArns=[listener_arn()])["Listeners"]
    targets = listener["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    return sum(
        each["Weight"] for each in targets if each["TargetGroupArn"] == group["TargetGroupArn"]
    )


def listener_arn() -> str:
    """Return the ARN of the load balancer's listener."""
    client = client_of("elbv2")
    [found] = client.describe_load_balancers(Names=["shop"])["LoadBalancers"]
    [listener] = client.describe_listeners(LoadBalancerArn=found["LoadBalancerArn"])["Listeners"]
    return str(listener["ListenerArn"])


def error_rate(period: int = 60) -> list[dict[str, Any]]:
    """Return the Metrics of an alarm on the percentage of requests that failed."""
    return [
        _sum("errors", "HTTPCode_Target_5XX_Count", period),
        _sum("requests", "RequestCount", period),
        {
            "Id": "rate",
            "Expression": "100 * FILL(errors, 0) / requests",
            "Label": "errors, percent",
            "ReturnData": True,
        },
    ]


def _sum(name: str, metric: str, period: int) -> dict[str, Any]:
    dimensions = [{"Name": "LoadBalancer", "Value": balancer()}]
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {"Namespace": NAMESPACE, "MetricName": metric, "Dimensions": dimensions},
            "Period": period,
            "Stat": "Sum",
        },
        "ReturnData": False,
    }


def _create_balancer() -> str:
    subnets = client_of("ec2").describe_subnets()["Subnets"][:2]
    client = client_of("elbv2")
    [made] = client.create_load_balancer(
        Name="shop", Subnets=[each["SubnetId"] for each in subnets]
    )["LoadBalancers"]
    arns = []
    for name, address in zip(("orders-blue", "orders-green"), _ADDRESSES, strict=True):
        [group] = client.create_target_group(
            Name=name, Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"], TargetType="ip"
        )["TargetGroups"]
        arns.append(group["TargetGroupArn"])
        client.register_targets(TargetGroupArn=arns[-1], Targets=[{"Id": address}])
    targets = [{"TargetGroupArn": arn, "Weight": w} for arn, w in zip(arns, (100, 0), strict=True)]
    [listener] = client.create_listener(
        LoadBalancerArn=made["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[_forward(targets)],
    )["Listeners"]
    return str(listener["ListenerArn"])


def _forward(targets: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": targets}}
