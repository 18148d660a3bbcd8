"""The text of a lifecycle policy, read and refused as ECR does it.

What a rule may have: "Lifecycle policy properties" in the ECR user guide. ECR checks the text by a
JSON schema and passes on what that says; the sentences that AWS shows nowhere are our own.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from offline_aws.ecr.checks import Shape
from offline_aws.ecr.durations import LEAST_DAYS_IN_ARCHIVE
from offline_aws.ecr.lifecycle_rules import (
    ANY,
    ARCHIVE,
    EXPIRE,
    MORE_THAN,
    PULLED,
    PUSHED,
    STANDARD,
    TAGGED,
    TRANSITION,
    TRANSITIONED,
    UNTAGGED,
    Rule,
)
from offline_aws.errors import AwsError

#: ECR's quotas: rules of a policy, and stars in a pattern.
MOST_RULES, MOST_STARS = 50, 4
_RULE = ({"rulePriority", "selection", "action"}, {"description"})
_SELECTION = (
    {"tagStatus", "countType", "countNumber"},
    {"tagPatternList", "tagPrefixList", "countUnit", "storageClass"},
)
_ACTION = ({"type"}, {"targetStorageClass"})


def read(text: str) -> list[Rule]:
    """Return the rules of a policy's text. Raises InvalidParameterException."""
    try:
        document = json.loads(text)
    except ValueError:
        raise _wrong("Could not map policyString into LifecyclePolicy.") from None
    if not isinstance(document, dict):
        raise _wrong("Could not map policyString into LifecyclePolicy.")
    _require_keys(document, ({"rules"}, set()))
    rules = _of_type(document["rules"], list, "array")
    if not 1 <= len(rules) <= MOST_RULES:
        raise _wrong(f"a policy has 1 to {MOST_RULES} rules, found {len(rules)}")
    read_rules = [_rule(each) for each in rules]
    _require_together(read_rules)
    return read_rules


def _rule(document: Any) -> Rule:
    _require_keys(_of_type(document, dict, "object"), _RULE)
    selection = _of_type(document["selection"], dict, "object")
    action = _of_type(document["action"], dict, "object")
    _require_keys(selection, _SELECTION)
    _require_keys(action, _ACTION)
    rule = Rule(
        priority=_positive(document["rulePriority"]),
        tag_status=_one_of(selection["tagStatus"], (ANY, TAGGED, UNTAGGED)),
        count_type=_one_of(selection["countType"], (MORE_THAN, PULLED, PUSHED, TRANSITIONED)),
        count=_positive(selection["countNumber"]),
        patterns=_texts(selection.get("tagPatternList", [])),
        prefixes=_texts(selection.get("tagPrefixList", [])),
        storage_class=_one_of(selection.get("storageClass", STANDARD), (ARCHIVE, STANDARD)),
        action=_one_of(action["type"], (EXPIRE, TRANSITION)),
        description=_of_type(document.get("description", ""), str, "string"),
    )
    _check_tags(rule)
    _check_count(rule, selection)
    _check_action(rule, action)
    return rule


def _check_tags(rule: Rule) -> None:
    if rule.patterns and rule.prefixes:
        raise _wrong("only one of tagPatternList and tagPrefixList is allowed in a rule")
    if rule.tag_status == TAGGED and not (rule.patterns or rule.prefixes):
        raise _wrong("tagStatus tagged requires a tagPatternList or a tagPrefixList")
    if rule.tag_status != TAGGED and (rule.patterns or rule.prefixes):
        raise _wrong(
            f"tagStatus {rule.tag_status} does not allow a tagPatternList or a tagPrefixList"
        )
    for pattern in rule.patterns:
        if pattern.count("*") > MOST_STARS:
            raise _wrong(f"a tag pattern has at most {MOST_STARS} wildcards, found '{pattern}'")


def _check_count(rule: Rule, selection: Shape) -> None:
    unit = selection.get("countUnit")
    if rule.count_type == MORE_THAN and unit is not None:
        raise _wrong(f"countUnit is not allowed with countType {MORE_THAN}")
    if rule.count_type != MORE_THAN:
        if unit is None:
            raise _wrong('object has missing required properties (["countUnit"])')
        _one_of(unit, ("days",))
    if (rule.count_type == TRANSITIONED) != (rule.storage_class == ARCHIVE):
        raise _wrong(
            f"storageClass {ARCHIVE} goes with countType {TRANSITIONED}, and with no other"
        )


def _check_action(rule: Rule, action: Shape) -> None:
    target = action.get("targetStorageClass")
    if rule.action == EXPIRE and target is not None:
        raise _wrong(f"targetStorageClass is not allowed with action {EXPIRE}")
    if rule.action == TRANSITION:
        if target is None:
            raise _wrong('object has missing required properties (["targetStorageClass"])')
        _one_of(target, (ARCHIVE,))
    if rule.storage_class != ARCHIVE:
        return
    if rule.action != EXPIRE:
        raise _wrong(f"images of storageClass {ARCHIVE} allow action {EXPIRE} alone")
    if rule.count < LEAST_DAYS_IN_ARCHIVE:
        raise _wrong(
            f"images stay in {ARCHIVE} for at least {LEAST_DAYS_IN_ARCHIVE} days, found "
            f"countNumber {rule.count}"
        )


def _require_together(rules: list[Rule]) -> None:
    """Require what the rules of a policy have to keep among each other."""
    twice = [key for key, n in Counter(each.priority for each in rules).items() if n > 1]
    if twice:
        raise _wrong(f"rulePriority has to be unique, found {twice[0]} twice")
    for storage_class in (STANDARD, ARCHIVE):
        mine = [each for each in rules if each.storage_class == storage_class]
        for status in (ANY, UNTAGGED):
            if sum(each.tag_status == status for each in mine) > 1:
                raise _wrong(f"only one rule of a storage class may have tagStatus {status}")
        last = max((each.priority for each in mine), default=0)
        if any(each.tag_status == ANY and each.priority != last for each in mine):
            raise _wrong("a rule with tagStatus any must have the highest rulePriority")
        lists = Counter(
            frozenset([*each.patterns, *(f"{prefix}*" for prefix in each.prefixes)])
            for each in mine
            if each.tag_status == TAGGED
        )
        if any(n > 1 for n in lists.values()):
            raise _wrong("two rules of a storage class may not have the same tags")


def _require_keys(document: Shape, keys: tuple[set[str], set[str]]) -> None:
    required, optional = keys
    if absent := sorted(required - set(document)):
        raise _wrong(f"object has missing required properties ({json.dumps(absent)})")
    if unknown := sorted(set(document) - required - optional):
        raise _wrong(
            "object instance has properties which are not allowed by the schema: "
            f"({json.dumps(unknown)})"
        )


def _of_type(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong(
            f"instance type ({_json_type(value)}) does not match any allowed primitive type "
            f'(allowed: ["{name}"])'
        )
    return value


def _json_type(value: object) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}
    return names.get(type(value), "number" if isinstance(value, float) else "null")


def _positive(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return int(_of_type(None if value is None else str(value), int, "integer"))
    if value < 1:
        raise _wrong(
            f"numeric instance is lower than the required minimum (minimum: 1, found: {value})"
        )
    return value


def _one_of(value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        shown = ",".join(f'"{each}"' for each in allowed)
        raise _wrong(
            f"instance value ({json.dumps(value)}) not found in enum (possible values: [{shown}])"
        )
    return str(value)


def _texts(value: Any) -> tuple[str, ...]:
    texts = _of_type(value, list, "array")
    return tuple(str(_of_type(each, str, "string")) for each in texts)


def _wrong(what: str) -> AwsError:
    text = (
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle "
        f"policy validation failure: {what}'"
    )
    return AwsError("InvalidParameterException", text)
