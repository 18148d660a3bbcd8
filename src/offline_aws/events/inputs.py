"""What a target is given of an event: all of it, a constant, a part, or what a template makes."""

from __future__ import annotations

import json
import re
from typing import Any

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['([^']+)'\]")
_VARIABLE = re.compile(r"<([A-Za-z0-9_.\-]+)>")


def input_of(target: dict[str, Any], rule: dict[str, Any], event: dict[str, Any]) -> str:
    """Return the JSON (or the text) that a target of a rule gets of an event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(event, target["InputPath"]))
    if "InputTransformer" in target:
        return _transformed(target["InputTransformer"], rule, event)
    return json.dumps(event)


def _transformed(transformer: dict[str, Any], rule: dict[str, Any], event: dict[str, Any]) -> str:
    template: str = transformer["InputTemplate"]
    values: dict[str, Any] = {
        "aws.events.rule-arn": rule["Arn"],
        "aws.events.rule-name": rule["Name"],
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {name: part for name, part in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }
    paths = transformer.get("InputPathsMap", {})
    values |= {name: _at(event, path) for name, path in paths.items()}

    def put(variable: re.Match[str]) -> str:
        if variable[1] not in values:
            return variable[0]
        text = json.dumps(values[variable[1]])
        within_text = len(re.findall(r'(?<!\\)"', template[: variable.start()])) % 2
        if not within_text:
            return text
        return text[1:-1] if text.startswith('"') else json.dumps(text)[1:-1]

    return _VARIABLE.sub(put, template)


def _at(event: Any, path: str) -> Any:
    """Return what a JSON path such as ``$.detail.parts[0]`` leads to; None where it is not."""
    for name, index, quoted in _STEP.findall(path.removeprefix("$")):
        if index:
            event = (
                event[int(index)] if isinstance(event, list) and int(index) < len(event) else None
            )
        else:
            event = event.get(name or quoted) if isinstance(event, dict) else None
    return event
