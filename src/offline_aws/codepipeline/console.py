"""Addresses of AWS's console, as CodePipeline shows them with an action."""

from __future__ import annotations

from offline_aws.codepipeline import custom_actions
from offline_aws.codepipeline.execution import key_of
from offline_aws.codepipeline.store import Shape
from offline_aws.operations import Call

# What the fields of an action's configuration are put into; ``region`` is the action's.
_ENTITIES = {
    "CodeBuild": "https://{region}.console.aws.amazon.com/codebuild/home?region={region}"
    "#/projects/{ProjectName}/view",
    "CodeCommit": "https://{region}.console.aws.amazon.com/codecommit/home#/repository/"
    "{RepositoryName}/browse/{BranchName}/--/",
    "CodeDeploy": "https://{region}.console.aws.amazon.com/codedeploy/home?region={region}"
    "#/applications/{ApplicationName}/deployment-groups/{DeploymentGroupName}",
    "CloudFormation": "https://{region}.console.aws.amazon.com/cloudformation/home"
    "?region={region}#/stacks",
    "Lambda": "https://{region}.console.aws.amazon.com/lambda/home?region={region}"
    "#/functions/{FunctionName}",
    "S3": "https://console.aws.amazon.com/s3/home?region={region}#",
}


def entity_url(call: Call, action: Shape) -> str:
    """Return the address of what an action works with, "" where there is none."""
    configuration = action.get("configuration") or {}
    _, owner, provider = key_of(action)
    if owner == "Custom":
        found = custom_actions.find(call, action["actionTypeId"]) or {}
        url = str((found.get("settings") or {}).get("entityUrlTemplate", ""))
        for name, value in configuration.items():
            url = url.replace(f"{{Config:{name}}}", value)
        return url
    region = action.get("region") or call.region
    try:
        return _ENTITIES.get(provider, "").format(region=region, **configuration)
    except KeyError:
        return ""
