"""Declarations of pipelines to break."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/pipeline"
Shape = dict[str, Any]
#: Returns the code and the message with which a declaration is refused.
Refused = Callable[[Shape], tuple[str, str]]


def action(category: str, provider: str, name: str = "", **more: Any) -> Shape:
    """Return an action without a configuration."""
    owner = more.pop("owner", "AWS")
    version = more.pop("version", "1")
    kind = {"category": category, "owner": owner, "provider": provider, "version": version}
    return {"name": name or provider, "actionTypeId": kind, **more}


def s3_source(name: str = "Source", output: str = "App", **more: Any) -> Shape:
    settings = {"S3Bucket": "sources", "S3ObjectKey": "shop.zip"}
    outputs = [{"name": output}]
    return action("Source", "S3", name, configuration=settings, outputArtifacts=outputs, **more)


def connection(name: str = "Git", output: str = "Git", **more: Any) -> Shape:
    settings = {
        "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/1",
        "FullRepositoryId": "team/shop",
        "BranchName": "main",
    }
    outputs = [{"name": output}]
    kind = ("Source", "CodeStarSourceConnection", name)
    return action(*kind, configuration=settings, outputArtifacts=outputs, **more)


def approval(name: str = "Approve", **more: Any) -> Shape:
    return action("Approval", "Manual", name, **more)


def build(name: str = "Build", *inputs: str, **more: Any) -> Shape:
    more.setdefault("configuration", {"ProjectName": "shop"})
    artifacts = [{"name": one} for one in inputs or ("App",)]
    return action("Build", "CodeBuild", name, inputArtifacts=artifacts, **more)


def deploy(name: str = "Deploy", **more: Any) -> Shape:
    settings = {"BucketName": "site", "Extract": "true"}
    artifacts = [{"name": "App"}]
    more.setdefault("inputArtifacts", artifacts)
    return action("Deploy", "S3", name, configuration=settings, **more)


def stage(name: str, *actions: Shape, **more: Any) -> Shape:
    return {"name": name, "actions": list(actions), **more}


def pipeline(*stages: Shape, name: str = "shop", **more: Any) -> Shape:
    """Return a pipeline of a source stage and those given, or of an approval."""
    later = list(stages) or [stage("Beta", approval())]
    return {
        "name": name,
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [stage("Source", s3_source()), *later],
        **more,
    }


def of_stages(*stages: Shape, **more: Any) -> Shape:
    """Return a pipeline of these stages and no others."""
    return {**pipeline(), "stages": list(stages), **more}


def rule(provider: str = "VariableCheck", name: str = "Check", **configuration: str) -> Shape:
    settings = configuration or {"Variable": "a", "Operator": "EQ", "Value": "a"}
    kind = {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "ruleTypeId": kind, "configuration": settings}


def when(result: str, *rules: Shape) -> Shape:
    """Return what a stage has under beforeEntry, onSuccess or onFailure."""
    return {"conditions": [{"result": result, "rules": list(rules) or [rule()]}]}
