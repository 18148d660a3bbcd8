"""Who may record how much: quotas of the reservoirs, and the statistics that clients report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, moment, page, seconds, xray_operation
from offline_aws.xray.sampling_rules import Rule, Rules, rules_of

#: Seconds between two reports of a client, and the width of a window of the statistics.
INTERVAL = 10
#: How long a quota is good, and how old a report may be.
TIME_TO_LIVE = timedelta(minutes=5)
_KEPT = timedelta(hours=3)
_PAGE = 100
_BOOST = timedelta(minutes=1)


@dataclass
class Reports:
    """What clients reported: who uses a rule, the counts of each window, and the boosts."""

    clients: dict[str, dict[str, datetime]] = field(default_factory=dict)
    windows: dict[tuple[float, str], list[int]] = field(default_factory=dict)
    boosted: dict[str, datetime] = field(default_factory=dict)

    def sharing(self, rule: str, client: str, now: datetime) -> tuple[int, int]:
        """Return the client's place among those that share a rule's reservoir, and their number.

        A client shares it from its report on, as long as a quota is good.
        """
        users = self.clients.setdefault(rule, {})
        users[client] = now
        for old in [each for each, when in users.items() if when + TIME_TO_LIVE <= now]:
            del users[old]
        return sorted(users).index(client), len(users)


@xray_operation("GetSamplingTargets")
def get_sampling_targets(call: Call, parameters: Shape) -> Shape:
    """Take the clients' statistics; return their quotas until the next report."""
    targets, unprocessed = [], []
    boosts, unboosted = _boosts(call, parameters.get("SamplingBoostStatisticsDocuments", []))
    for document in parameters["SamplingStatisticsDocuments"]:
        rule, wrong = _rule_of(call, document)
        if rule is None:
            unprocessed.append(wrong)
            continue
        _count(call, document)
        targets.append({**_target(call, rule, document["ClientID"]), **boosts.get(rule.name, {})})
    return {
        "SamplingTargetDocuments": targets,
        "LastRuleModification": call.state(Rules).modified,
        "UnprocessedStatistics": unprocessed,
        "UnprocessedBoostStatistics": unboosted,
    }


@xray_operation("GetSamplingStatisticSummaries")
def get_sampling_statistic_summaries(call: Call, parameters: Shape) -> Shape:
    """Return what clients reported lately, added up for each rule and ten seconds."""
    return page("SamplingStatisticSummaries", list(_summaries(call)), parameters, _PAGE)


def _summaries(call: Call) -> Iterator[Shape]:
    oldest = (call.clock.now() - _KEPT).timestamp()
    for (window, rule), counts in sorted(call.state(Reports).windows.items()):
        if window >= oldest:
            yield {
                "RuleName": rule,
                "Timestamp": moment(window),
                "RequestCount": counts[0],
                "BorrowCount": counts[1],
                "SampledCount": counts[2],
            }


def _rule_of(call: Call, document: Shape) -> tuple[Rule | None, Shape]:
    """Return the rule of a report; without one what is wrong with the report."""
    name = document["RuleName"]
    rule = rules_of(call).get(name)
    age = call.clock.now().timestamp() - seconds(document["Timestamp"])
    if rule is None:
        message = f"The sampling rule {name} does not exist."
    elif age > TIME_TO_LIVE.total_seconds():
        rule, message = None, "The statistics document is too old."
    else:
        return rule, {}
    return rule, {"RuleName": name, "ErrorCode": "400", "Message": message}


def _count(call: Call, document: Shape) -> None:
    time = seconds(document["Timestamp"])
    window = (time - time % INTERVAL, document["RuleName"])
    counts = call.state(Reports).windows.setdefault(window, [0, 0, 0])
    for place, name in enumerate(("RequestCount", "BorrowCount", "SampledCount")):
        counts[place] += document.get(name, 0)


def _target(call: Call, rule: Rule, client: str) -> Shape:
    """Return a client's share of a reservoir; what cannot be shared out goes to the first."""
    now = call.clock.now()
    place, number = call.state(Reports).sharing(rule.name, client, now)
    share, left = divmod(rule.settings["ReservoirSize"], number)
    return {
        "RuleName": rule.name,
        "FixedRate": float(rule.settings["FixedRate"]),
        "ReservoirQuota": share + (place < left),
        "ReservoirQuotaTTL": now + TIME_TO_LIVE,
        "Interval": INTERVAL,
    }


def _boosts(call: Call, documents: list[Shape]) -> tuple[dict[str, Shape], list[Shape]]:
    """Return the boosts of rules for which anomalies were reported, and what was not processed."""
    boosts: dict[str, Shape] = {}
    unprocessed, now, until = [], call.clock.now(), call.state(Reports).boosted
    for document in documents:
        rule, wrong = _rule_of(call, document)
        if rule is None:
            unprocessed.append(wrong)
            continue
        boost = rule.settings.get("SamplingRateBoost")
        if not boost or not document["AnomalyCount"] or until.get(rule.name, now) > now:
            continue
        ends = now + _BOOST
        until[rule.name] = ends + timedelta(minutes=boost["CooldownWindowMinutes"])
        rate = float(max(boost["MaxRate"], rule.settings["FixedRate"]))
        boosts[rule.name] = {"SamplingBoost": {"BoostRate": rate, "BoostRateTTL": ends}}
    return boosts, unprocessed
