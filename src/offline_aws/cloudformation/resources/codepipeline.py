"""AWS::CodePipeline::Pipeline."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, by
from offline_aws.cloudformation.resources._resource import Resource, keyed
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live


def _stores(_: Resource, stores: list[Properties]) -> dict[str, Any]:
    """Return artifact stores by their region, as CodePipeline has them."""
    return {each["Region"]: each["ArtifactStore"] for each in stores}


def _stores_back(it: Resource) -> list[Properties] | None:
    stores = it.live["pipeline"].get("artifactStores")
    if not stores:
        return None
    return [{"Region": region, "ArtifactStore": store} for region, store in stores.items()]


def _disable(it: Resource, old: Properties) -> None:
    """Disable and enable the transitions into stages."""
    before = keyed(old.get("DisableInboundStageTransitions") or (), by("StageName"))
    now = keyed(it["DisableInboundStageTransitions"] or (), by("StageName"))
    place = {"pipelineName": it.id, "transitionType": "Inbound"}
    for stage in before.keys() - now.keys():
        it.ask("enable_stage_transition", **place, stageName=stage)
    for stage, each in now.items():
        it.ask("disable_stage_transition", **place, stageName=stage, reason=each["Reason"])


def _disabled(it: Resource) -> dict[str, Any]:
    states = it.found("get_pipeline_state:stageStates", name=it.id)
    off = [
        {
            "StageName": each["stageName"],
            "Reason": each["inboundTransitionState"].get("disabledReason", ""),
        }
        for each in states
        if not each.get("inboundTransitionState", {}).get("enabled", True)
    ]
    return {"DisableInboundStageTransitions": off}


def _change(it: Resource) -> None:
    Call("update_pipeline", {"pipeline": {"name": ID}}, _SETTINGS, "pipeline").run(it)
    if str(it["RestartExecutionOnUpdate"]).lower() == "true":
        it.ask("start_pipeline_execution", name=it.id)


_SETTINGS = """
    ArtifactStore ArtifactStores ExecutionMode PipelineType RoleArn Stages Triggers Variables
"""
register(
    Declared(
        "AWS::CodePipeline::Pipeline",
        service="codepipeline",
        properties=f"""
            {_SETTINGS} DisableInboundStageTransitions Name RestartExecutionOnUpdate Tags
        """,
        named=Named("Name", 100),
        make=Call("create_pipeline", told=f"{_SETTINGS} Name", under="pipeline"),
        send={"ArtifactStores": _stores},
        look=Look("get_pipeline", {"name": ID}),
        change=(By(_change, _SETTINGS),),
        remove=Call("delete_pipeline", {"name": ID}),
        parts=(
            Do("DisableInboundStageTransitions", _disable, _disabled),
            Do("RestartExecutionOnUpdate", lambda it, old: None),
            Tags(resource=live("metadata.pipelineArn"), aws_tags=False),
        ),
        show={
            "Arn": "metadata.pipelineArn",
            "ArtifactStore": "pipeline.artifactStore",
            "ArtifactStores": _stores_back,
            "ExecutionMode": "pipeline.executionMode",
            "Name": "pipeline.name",
            "PipelineType": "pipeline.pipelineType",
            "RoleArn": "pipeline.roleArn",
            "Stages": "pipeline.stages",
            "Triggers": "pipeline.triggers",
            "Variables": "pipeline.variables",
            "Version": "pipeline.version",
        },
        unread="RestartExecutionOnUpdate",
    )
)
