"""The shop's workload: what its deployed versions answer to customers, as metrics and logs.

::

    load = Load(lab.aws, LoadBalancerTraffic(listener_arn), rate=600, seed=1)
    load.start()
    lab.clock.advance(minutes=10)
    load.fault("slow-query", minutes=5)
    load.table()          # a row a minute and version: requests, errors, slow, harmed, p50, p99

Beside it ``shop.traces`` draws requests as X-Ray traces, and ``shop.orders_service`` is an orders
service that really runs.

Faithful:
    it reads the weights of the listener or of the alias, the health of the targets and the tasks'
    images, through boto3: whatever moves the traffic, a deployment or a hand, moves the load. It
    writes the metrics that a load balancer, Lambda or App Runner reports (``metrics``), those of
    the ECS services whose tasks answer, so that they scale with the load, the service's own in
    ``Shop/Orders``, and with ``log=RequestLog(seed)`` a sample of the requests in CloudWatch Logs,
    whose fields ``request_logs`` lists.

Simplified:
    all requests are alike but for their duration and fate; a retry or a double click adds none;
    nobody waits for a connection. Who answers is looked up once a minute.

Absent: containers. No request is sent anywhere: how many fail and how long they take is drawn at
    random, from a seed, by what the version's error rate and durations are.
"""

from __future__ import annotations

from devops_workbook.shop.answers import PATIENCE, Answers
from devops_workbook.shop.app_runner import AppRunnerTraffic
from devops_workbook.shop.load import Load
from devops_workbook.shop.metrics import SHOP
from devops_workbook.shop.request_logs import RequestLog
from devops_workbook.shop.traffic import (
    AliasTraffic,
    LoadBalancerTraffic,
    Look,
    Running,
    Share,
    TasksByAddress,
    Traffic,
    version_of,
)
from devops_workbook.shop.versions import VERSIONS, Fault, Version

__all__ = [
    "PATIENCE",
    "SHOP",
    "VERSIONS",
    "AliasTraffic",
    "Answers",
    "AppRunnerTraffic",
    "Fault",
    "Load",
    "LoadBalancerTraffic",
    "Look",
    "RequestLog",
    "Running",
    "Share",
    "TasksByAddress",
    "Traffic",
    "Version",
    "version_of",
]
