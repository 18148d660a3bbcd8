"""Sampling rules: at most 25 of an account's own, and Default, which comes last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, invalid, page, xray_operation
from offline_aws.xray.tag_rules import given_tags

DEFAULT = "Default"
_MOST, _PAGE = 25, 100
_FIRST, _LAST = 1, 9999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: AWS's own: one request a second, and five percent of the others.
_DEFAULT_RULE: Shape = {
    "RuleName": DEFAULT,
    "ResourceARN": "*",
    "Priority": 10000,
    "FixedRate": 0.05,
    "ReservoirSize": 1,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
    "Attributes": {},
}
#: What of Default may be changed.
_CHANGEABLE = {"RuleName", "RuleARN", "FixedRate", "ReservoirSize"}


@dataclass
class Rule:
    """One sampling rule, in the shape in which it is given and shown."""

    settings: Shape
    created: datetime = _EPOCH
    modified: datetime = _EPOCH
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.settings["RuleName"])

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.settings["RuleARN"])

    def record(self) -> Shape:
        """Return the rule as it is shown."""
        return {
            "SamplingRule": self.settings,
            "CreatedAt": self.created,
            "ModifiedAt": self.modified,
        }


@dataclass
class Rules:
    """The sampling rules of an account and region by name, and when they last changed."""

    by_name: dict[str, Rule] = field(default_factory=dict)
    modified: datetime = _EPOCH


def rules_of(call: Call) -> dict[str, Rule]:
    """Return the rules of the caller's account and region by name, Default first."""
    rules = call.state(Rules).by_name
    if DEFAULT not in rules:
        rules[DEFAULT] = Rule({**_DEFAULT_RULE, "RuleARN": _arn(call, DEFAULT)})
    return rules


@xray_operation("CreateSamplingRule")
def create_sampling_rule(call: Call, parameters: Shape) -> Shape:
    """Make a rule for the requests that match it."""
    rules, given = rules_of(call), parameters["SamplingRule"]
    if given.get("RuleARN"):
        raise invalid("A new sampling rule has a RuleName and no RuleARN.")
    name = given.get("RuleName")
    if not name:
        raise invalid("A sampling rule needs a RuleName.")
    if name in rules:
        raise invalid(f"A sampling rule with the name {name} exists already.")
    if len(rules) > _MOST:
        message = f"There are at most {_MOST} sampling rules."
        raise AwsError("RuleLimitExceededException", message)
    settings = {"Attributes": {}, **given, "RuleARN": _arn(call, name)}
    _check(settings)
    tags, now = given_tags(parameters.get("Tags", [])), call.clock.now()
    rules[name] = Rule(settings, now, now, tags)
    call.state(Rules).modified = now
    return {"SamplingRuleRecord": rules[name].record()}


@xray_operation("UpdateSamplingRule")
def update_sampling_rule(call: Call, parameters: Shape) -> Shape:
    """Change a rule."""
    given = parameters["SamplingRuleUpdate"]
    rule = _find(call, given)
    if rule.name == DEFAULT and set(given) - _CHANGEABLE:
        raise invalid("Of the rule Default only FixedRate and ReservoirSize can be changed.")
    settings = {**rule.settings, **given, "RuleName": rule.name, "RuleARN": rule.arn}
    _check(settings, default=rule.name == DEFAULT)
    rule.settings, rule.modified = settings, call.clock.now()
    call.state(Rules).modified = rule.modified
    return {"SamplingRuleRecord": rule.record()}


@xray_operation("DeleteSamplingRule")
def delete_sampling_rule(call: Call, parameters: Shape) -> Shape:
    """Delete a rule."""
    rule = _find(call, parameters)
    if rule.name == DEFAULT:
        raise invalid("The rule Default cannot be deleted.")
    del rules_of(call)[rule.name]
    call.state(Rules).modified = call.clock.now()
    return {"SamplingRuleRecord": rule.record()}


@xray_operation("GetSamplingRules")
def get_sampling_rules(call: Call, parameters: Shape) -> Shape:
    """Return every rule, a page at a time."""
    records = [rule.record() for rule in rules_of(call).values()]
    return page("SamplingRuleRecords", records, parameters, _PAGE)


def _find(call: Call, parameters: Shape) -> Rule:
    name, arn = parameters.get("RuleName"), parameters.get("RuleARN")
    if bool(name) == bool(arn):
        raise invalid("Specify a rule by either name or ARN, but not both.")
    for rule in rules_of(call).values():
        if name == rule.name or arn == rule.arn:
            return rule
    raise invalid(f"There is no sampling rule {(name or arn or '')[:100]}.")


def _check(settings: dict[str, Any], default: bool = False) -> None:
    """Refuse what a rule cannot have; an update's model has no limits of its own."""
    if not default and not _FIRST <= settings["Priority"] <= _LAST:
        raise invalid(f"Priority is a number from {_FIRST} to {_LAST}.")
    if not 0 <= settings["FixedRate"] <= 1:
        raise invalid("FixedRate is a number from 0 to 1.")
    if settings["ReservoirSize"] < 0:
        raise invalid("ReservoirSize is a number from 0 on.")
    if settings["Version"] != 1:
        raise invalid("Version is 1.")


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:xray:{call.region}:{call.account}:sampling-rule/{name}"
