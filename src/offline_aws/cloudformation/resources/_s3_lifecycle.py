"""A bucket's lifecycle rules: CloudFormation's words, which are flat, and those of S3."""

from __future__ import annotations

from typing import Any

Rule = dict[str, Any]

_SIZES = ("ObjectSizeGreaterThan", "ObjectSizeLessThan")
#: Of the older words, each for the first member of a list.
_SINGULAR = {
    "Transition": "Transitions",
    "NoncurrentVersionTransition": "NoncurrentVersionTransitions",
}
_DAYS = {"TransitionInDays": "Days", "TransitionDate": "Date"}
_NONCURRENT_DAYS = {"TransitionInDays": "NoncurrentDays"}
_EXPIRATION = {
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
    "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
}


def rules_of_schema(configuration: Rule) -> Rule:
    """Return a LifecycleConfiguration as PutBucketLifecycleConfiguration takes it."""
    return {"Rules": [_of_schema(rule) for rule in configuration["Rules"]]}


def rules_of_s3(configuration: list[Rule]) -> Rule:
    """Return what GetBucketLifecycleConfiguration gives as a LifecycleConfiguration."""
    return {"Rules": [_of_s3(rule) for rule in configuration]}


def _of_schema(rule: Rule) -> Rule:
    rest = dict(rule)
    found: Rule = {"Filter": _filter(rest)}
    expiration = {word: rest.pop(name) for name, word in _EXPIRATION.items() if name in rest}
    if expiration:
        found["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rest:
        days = rest.pop("NoncurrentVersionExpirationInDays")
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": days}
    for one, many in _SINGULAR.items():
        items = [*rest.pop(many, ()), *([rest.pop(one)] if one in rest else ())]
        if items:
            words = _DAYS if one == "Transition" else _NONCURRENT_DAYS
            found[many] = [_renamed(item, words) for item in items]
    return _renamed(rest, {"Id": "ID"}) | found


def _filter(rest: Rule) -> Rule:
    """Take out of a rule what says which objects it is about; return it as a Filter."""
    parts = {name: rest.pop(name) for name in ("Prefix", *_SIZES) if name in rest}
    tags = rest.pop("TagFilters", [])
    if len(parts) + len(tags) > 1:
        return {"And": {**parts, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else parts or {"Prefix": ""}


def _of_s3(rule: Rule) -> Rule:
    rest = dict(rule)
    chosen = rest.pop("Filter", {})
    chosen = chosen.get("And", chosen)
    tags = chosen.get("Tags") or ([chosen["Tag"]] if "Tag" in chosen else [])
    found: Rule = {name: chosen[name] for name in _SIZES if name in chosen}
    if chosen.get("Prefix"):
        found["Prefix"] = chosen["Prefix"]
    if tags:
        found["TagFilters"] = tags
    expiration = rest.pop("Expiration", {})
    found |= {name: expiration[word] for name, word in _EXPIRATION.items() if word in expiration}
    for one, many in _SINGULAR.items():
        if many in rest:
            words = _DAYS if one == "Transition" else _NONCURRENT_DAYS
            back = {word: name for name, word in words.items()}
            found[many] = [_renamed(item, back) for item in rest.pop(many)]
    return rest | found


def _renamed(item: Rule, words: dict[str, str]) -> Rule:
    return {words.get(name, name): value for name, value in item.items()}
