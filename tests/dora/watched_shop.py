"""An account of today: a pipeline that deployed three times, and a load balancer with metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from pipeline_shop import BETA, LIVE, Shop

from offline_aws import OfflineAWS

#: Days before now on which it deployed; the second one harmed customers, CloudWatch still knows.
DEPLOYED = (20, 10, 5)


class WatchedShop:
    """The account, its executions (the oldest first), and the ARNs of two load balancers."""

    def __init__(self, aws: OfflineAWS, now: datetime) -> None:
        self.shop = Shop(aws)
        for days in DEPLOYED:
            until = now - timedelta(days=days)
            aws.clock.advance(seconds=(until - aws.clock.now()).total_seconds())
            self._deploy(aws)
        self.executions = self.shop.executions()
        self.balancer, self.network = (_balancer(kind) for kind in ("application", "network"))
        self.dimension = self.balancer.partition("loadbalancer/")[2]
        self._record(aws)
        aws.clock.advance(seconds=(now - aws.clock.now()).total_seconds())

    def _deploy(self, aws: OfflineAWS) -> None:
        self.shop.commit()
        if len(self.shop.commits) == 1:
            self.shop.create(BETA, LIVE)
        else:
            aws.clock.advance(minutes=10)

    def _record(self, aws: OfflineAWS) -> None:
        """Record minutes around the second deployment, ten of them with failures after it."""
        finished = self.shop.read().deployments["finished_at"].iloc[1].to_pydatetime()
        data = []
        for minute in range(-10, 60):
            time = finished + timedelta(minutes=minute)
            data.append(self._datum("RequestCount", 100, time))
            if 2 <= minute < 12:
                data.append(self._datum("HTTPCode_Target_5XX_Count", 20, time))
        aws.record_metrics("AWS/ApplicationELB", data)

    def _datum(self, name: str, value: float, time: datetime) -> dict[str, Any]:
        dimensions = [{"Name": "LoadBalancer", "Value": self.dimension}]
        return {"MetricName": name, "Value": value, "Timestamp": time, "Dimensions": dimensions}


@contextmanager
def watched_shop() -> Iterator[WatchedShop]:
    """Yield the account while it runs; its now is the real one, as a command's is."""
    now = datetime.now(UTC)
    with OfflineAWS(now=now - timedelta(days=DEPLOYED[0])) as aws:
        yield WatchedShop(aws, now)


def _balancer(kind: Any) -> str:
    subnets = boto3.client("ec2").describe_subnets()["Subnets"]
    made = boto3.client("elbv2").create_load_balancer(
        Name=f"{kind}-shop", Subnets=[each["SubnetId"] for each in subnets[:2]], Type=kind
    )
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])
