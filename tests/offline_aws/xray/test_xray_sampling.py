"""Sampling rules, targets and statistics."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from xray_lab import MONDAY, XrayLab

RULE: dict[str, Any] = {
    "RuleName": "orders",
    "ResourceARN": "*",
    "Priority": 10,
    "FixedRate": 0.1,
    "ReservoirSize": 5,
    "ServiceName": "orders",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "GET",
    "URLPath": "/api/*",
    "Version": 1,
}
A, B = "a" * 24, "b" * 24


def report(client: str = A, **more: Any) -> dict[str, Any]:
    """Return the guide's example of a report: ten borrowed, and ten of the hundred others."""
    counts = {"RequestCount": 110, "SampledCount": 20, "BorrowCount": 10}
    return {"RuleName": "orders", "ClientID": client, "Timestamp": MONDAY, **counts, **more}


@pytest.fixture
def rule(lab: XrayLab) -> dict[str, Any]:
    record: dict[str, Any] = lab.xray.create_sampling_rule(SamplingRule=RULE)["SamplingRuleRecord"]
    return record


def test_the_default_rule_is_there_and_comes_last(lab: XrayLab) -> None:
    (record,) = lab.xray.get_sampling_rules()["SamplingRuleRecords"]
    default = record["SamplingRule"]
    assert (default["RuleName"], default["Priority"]) == ("Default", 10000)
    assert (default["ReservoirSize"], default["FixedRate"]) == (1, 0.05)
    changed = {"RuleName": "Default", "FixedRate": 0.5, "ReservoirSize": 3}
    lab.xray.update_sampling_rule(SamplingRuleUpdate=changed)
    (record,) = lab.xray.get_sampling_rules()["SamplingRuleRecords"]
    assert (record["SamplingRule"]["FixedRate"], record["ModifiedAt"]) == (0.5, MONDAY)
    update = {"SamplingRuleUpdate": {"RuleName": "Default", "Host": "x"}}
    assert "only FixedRate" in lab.error("update_sampling_rule", **update)[1]
    assert "cannot be deleted" in lab.error("delete_sampling_rule", RuleName="Default")[1]


def test_a_rule_is_made_changed_and_deleted(lab: XrayLab, rule: dict[str, Any]) -> None:
    made = rule["SamplingRule"]
    assert made == {**RULE, "Attributes": {}, "RuleARN": made["RuleARN"]}
    assert rule["CreatedAt"] == rule["ModifiedAt"] == MONDAY
    lab.aws.clock.advance(minutes=1)
    update = {"RuleARN": made["RuleARN"], "Priority": 20}
    changed = lab.xray.update_sampling_rule(SamplingRuleUpdate=update)["SamplingRuleRecord"]
    assert changed["SamplingRule"] == {**made, "Priority": 20}
    assert changed["ModifiedAt"] == MONDAY + timedelta(minutes=1)
    lab.xray.delete_sampling_rule(RuleName="orders")
    assert len(lab.xray.get_sampling_rules()["SamplingRuleRecords"]) == 1
    assert "no sampling rule" in lab.error("delete_sampling_rule", RuleName="orders")[1]


def test_rules_that_cannot_be(lab: XrayLab, rule: dict[str, Any]) -> None:
    def refused(**more: Any) -> str:
        made = {**RULE, "RuleName": "other", **more}
        return lab.error("create_sampling_rule", SamplingRule=made)[1]

    assert "exists already" in refused(RuleName="orders")
    assert "no RuleARN" in refused(RuleARN="arn")
    assert "9999" in refused(Priority=10000)
    assert "less than or equal to 1" in refused(FixedRate=1.5)
    update = {"SamplingRuleUpdate": {"RuleName": "orders", "FixedRate": 1.5}}
    assert "from 0 to 1" in lab.error("update_sampling_rule", **update)[1]
    both = {"RuleName": "orders", "RuleARN": rule["SamplingRule"]["RuleARN"]}
    assert "not both" in lab.error("delete_sampling_rule", **both)[1]
    for i in range(24):
        lab.xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": f"r{i}"})
    code, _ = lab.error("create_sampling_rule", SamplingRule={**RULE, "RuleName": "last"})
    assert code == "RuleLimitExceededException"


def test_a_reservoir_is_shared_by_who_reported_lately(lab: XrayLab, rule: dict[str, Any]) -> None:
    def quota(client: str) -> int:
        now = {"Timestamp": lab.aws.clock.now()}
        answer = lab.xray.get_sampling_targets(SamplingStatisticsDocuments=[report(client, **now)])
        (target,) = answer["SamplingTargetDocuments"]
        assert target["FixedRate"] == 0.1
        assert target["Interval"] == 10
        assert target["ReservoirQuotaTTL"] == lab.aws.clock.now() + timedelta(minutes=5)
        assert answer["LastRuleModification"] == MONDAY
        return int(target["ReservoirQuota"])

    assert quota(A) == 5
    assert (quota(B), quota(A)) == (2, 3)
    lab.aws.clock.advance(minutes=5)
    assert quota(A) == 5


def test_statistics_are_added_up_for_ten_seconds(lab: XrayLab, rule: dict[str, Any]) -> None:
    at = MONDAY + timedelta(seconds=4)
    lab.aws.clock.advance(seconds=30)
    lab.xray.get_sampling_targets(
        SamplingStatisticsDocuments=[
            report(A, Timestamp=at),
            report(B, Timestamp=at),
            report(A, Timestamp=at + timedelta(seconds=10)),
        ]
    )
    answer = lab.xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    assert [(each["Timestamp"] - MONDAY).seconds for each in answer] == [0, 10]
    first = {key: each for key, each in answer[0].items() if key.endswith("Count")}
    assert first == {"RequestCount": 220, "BorrowCount": 20, "SampledCount": 40}
    lab.aws.clock.advance(hours=4)
    assert lab.xray.get_sampling_statistic_summaries()["SamplingStatisticSummaries"] == []


def test_reports_that_are_not_processed(lab: XrayLab, rule: dict[str, Any]) -> None:
    lab.aws.clock.advance(minutes=6)
    documents = [report(RuleName="none", Timestamp=lab.aws.clock.now()), report()]
    answer = lab.xray.get_sampling_targets(SamplingStatisticsDocuments=documents)
    assert answer["SamplingTargetDocuments"] == []
    messages = [each["Message"] for each in answer["UnprocessedStatistics"]]
    assert ["not exist" in messages[0], "too old" in messages[1]] == [True, True]


def test_a_rate_is_boosted_for_a_minute_after_anomalies(lab: XrayLab) -> None:
    boost = {"MaxRate": 0.8, "CooldownWindowMinutes": 10}
    lab.xray.create_sampling_rule(SamplingRule={**RULE, "SamplingRateBoost": boost})

    def target(anomalies: int) -> dict[str, Any]:
        now = lab.aws.clock.now()
        counts = {"AnomalyCount": anomalies, "TotalCount": 9, "SampledAnomalyCount": 0}
        told = {"RuleName": "orders", "ServiceName": "orders", "Timestamp": now, **counts}
        answer: dict[str, Any] = lab.xray.get_sampling_targets(
            SamplingStatisticsDocuments=[report(Timestamp=now)],
            SamplingBoostStatisticsDocuments=[told],
        )["SamplingTargetDocuments"][0]
        return answer

    assert "SamplingBoost" not in target(0)
    boosted = target(3)["SamplingBoost"]
    assert boosted == {"BoostRate": 0.8, "BoostRateTTL": MONDAY + timedelta(minutes=1)}
    assert "SamplingBoost" not in target(3)
    lab.aws.clock.advance(minutes=11)
    assert "SamplingBoost" in target(3)
