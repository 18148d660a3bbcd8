"""The shop's customers: what they are answered follows the weights, the health and the seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from devops_workbook.shop import Load, LoadBalancerTraffic, Look, RequestLog, Running, Share
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


@dataclass
class Fixed:
    """A way to the service that is what a test says."""

    found: Look = field(default_factory=lambda: Look((Share("1.4.0", 1.0, "1"),)))
    namespace: str = "AWS/Lambda"
    dimensions: Mapping[str, str] = field(default_factory=lambda: {"FunctionName": "orders"})

    def look(self) -> Look:
        return self.found


class Shop:
    """A load balancer with two target groups of an address each, 1.4.0 and 1.5.0."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        ec2: Any = boto3.client("ec2")
        self.client: Any = boto3.client("elbv2")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
        self.running: dict[str, Running] = {}
        self.groups = []
        for name, version, address in (
            ("blue", "1.4.0", "172.31.0.4"),
            ("green", "1.5.0", "172.31.0.5"),
        ):
            group = self.client.create_target_group(
                Name=f"orders-{name}", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
            )["TargetGroups"][0]["TargetGroupArn"]
            self.client.register_targets(TargetGroupArn=group, Targets=[{"Id": address}])
            self.running[address] = Running(version)
            self.groups.append(group)
        balancer = self.client.create_load_balancer(Name="shop", Subnets=subnets)
        self.balancer = balancer["LoadBalancers"][0]["LoadBalancerArn"]
        self.listener = self.client.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=self.forward(100, 0),
        )["Listeners"][0]["ListenerArn"]
        self.traffic = LoadBalancerTraffic(self.listener, self.running.get)
        aws.clock.advance(minutes=5)

    def forward(self, *weights: int) -> list[dict[str, Any]]:
        pairs = [
            {"TargetGroupArn": group, "Weight": weight}
            for group, weight in zip(self.groups, weights, strict=True)
        ]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": pairs}}]

    def shift(self, *weights: int) -> None:
        self.client.modify_listener(
            ListenerArn=self.listener, DefaultActions=self.forward(*weights)
        )

    def load(self, **settings: Any) -> Load:
        return Load(self.aws, self.traffic, **settings).start()


@pytest.fixture
def shop(aws: OfflineAWS) -> Shop:
    return Shop(aws)


def test_who_has_no_weight_gets_no_requests(shop: Shop) -> None:
    load = shop.load()
    shop.aws.clock.advance(minutes=3)
    table = load.table()
    assert list(table.version) == ["1.4.0"] * 3
    assert list(table.weight) == [1.0] * 3
    assert table.requests.between(500, 700).all()


def test_weights_share_the_requests_out(shop: Shop) -> None:
    load = shop.load(rate=2000)
    shop.shift(90, 10)
    shop.aws.clock.advance(minutes=20)
    requests = load.table().groupby("version").requests.sum()
    assert requests["1.5.0"] / requests.sum() == pytest.approx(0.1, abs=0.01)
    errors = load.table().groupby("version").errors.sum() / requests
    assert errors["1.4.0"] < 0.01 < 0.03 < errors["1.5.0"]


TWO = Look((Share("1.4.0", 0.9, "1"), Share("1.5.0", 0.1, "2", MONDAY)))


def test_how_the_clock_is_moved_changes_nothing(aws: OfflineAWS) -> None:
    steps = Load(aws, Fixed(TWO), seed=3).start()
    for _ in range(10):
        aws.clock.advance(seconds=30)
    aws.reset()
    strides = Load(aws, Fixed(TWO), seed=3).start()
    aws.clock.advance(minutes=5)
    assert len(steps.table()) == 10
    assert steps.table().equals(strides.table())


def test_another_seed_draws_other_requests(aws: OfflineAWS) -> None:
    one, other = (Load(aws, Fixed(), seed=seed).start() for seed in (1, 2))
    aws.clock.advance(minutes=5)
    assert list(one.table().requests) != list(other.table().requests)


def test_a_load_that_is_stopped_lets_nobody_in(aws: OfflineAWS) -> None:
    load = Load(aws, Fixed()).start()
    aws.clock.advance(minutes=2)
    load.stop()
    aws.clock.advance(minutes=10)
    assert len(load.table()) == 2


def test_a_load_begins_with_a_whole_minute(aws: OfflineAWS) -> None:
    aws.clock.advance(seconds=17)
    load = Load(aws, Fixed()).start()
    aws.clock.advance(minutes=2)
    assert list(load.table().minute) == [MONDAY + timedelta(minutes=1)]


def test_a_version_that_has_just_started_is_not_ready(aws: OfflineAWS) -> None:
    started = MONDAY + timedelta(minutes=2, seconds=15)
    load = Load(aws, Fixed(Look((Share("1.4.0", 1.0, "1", started),)))).start()
    aws.clock.advance(minutes=4)
    rates = list(load.table().errors / load.table().requests)
    assert min(rates[:3]) == 1
    assert rates[3] < 0.05


def test_a_fault_lasts_as_long_as_it_is_told_to(aws: OfflineAWS) -> None:
    load = Load(aws, Fixed()).start()
    load.fault("bad-dependency", minutes=3)
    aws.clock.advance(minutes=6)
    rates = load.table().errors / load.table().requests
    assert (rates[:3] > 0.2).all()
    assert (rates[3:] < 0.05).all()


def test_what_is_mended_is_over(aws: OfflineAWS) -> None:
    load = Load(aws, Fixed()).start()
    load.fault("slow-query")
    aws.clock.advance(minutes=2)
    load.mend()
    aws.clock.advance(minutes=2)
    slow = list(load.table().slow)
    assert min(slow[:2]) > 30
    assert max(slow[2:]) < 10


def test_a_load_without_a_namespace_reports_the_load_balancers_metrics_alone(
    aws: OfflineAWS,
) -> None:
    Load(aws, Fixed(), namespace=None).start()
    aws.clock.advance(minutes=2)
    metrics = boto3.client("cloudwatch").list_metrics()["Metrics"]
    assert {each["Namespace"] for each in metrics} == {"AWS/Lambda"}


def test_without_a_target_the_load_balancer_answers_with_errors(shop: Shop) -> None:
    load = shop.load()
    shop.client.deregister_targets(
        TargetGroupArn=shop.groups[0], Targets=[{"Id": next(iter(shop.running))}]
    )
    shop.aws.clock.advance(minutes=10)
    last = load.table().iloc[-1]
    assert (last.version, last.errors) == ("", last.requests)


def test_without_a_listener_nobody_answers(shop: Shop) -> None:
    load = shop.load()
    shop.client.delete_listener(ListenerArn=shop.listener)
    shop.aws.clock.advance(minutes=1)
    assert list(load.table().version) == [""]


def test_the_log_holds_a_bounded_sample(shop: Shop) -> None:
    shop.load(log=RequestLog(seed=1, most=10))
    shop.shift(50, 50)
    shop.aws.clock.advance(minutes=3)
    logs: Any = boto3.client("logs")
    events = logs.filter_log_events(logGroupName="/shop/orders")["events"]
    assert 24 <= len(events) <= 33
    assert {each["logStreamName"] for each in events} == {"orders/1.4.0", "orders/1.5.0"}
    begin, end = MONDAY + timedelta(minutes=5), MONDAY + timedelta(minutes=8)
    times = [datetime.fromtimestamp(each["timestamp"] / 1000, UTC) for each in events]
    assert all(begin <= time < end for time in times)
