"""The address of what an action works on, which GetPipelineState shows as ``entityUrl``."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from offline_aws.codepipeline.provider import ProviderKey

_CONSOLE = "https://console.aws.amazon.com"
_PAGES: dict[ProviderKey, str] = {
    ("Source", "AWS", "CodeCommit"): (
        "{console}/codecommit/home?region={region}#/repository/{RepositoryName}"
        "/browse/{BranchName}/--/"
    ),
    ("Source", "AWS", "S3"): "{console}/s3/home?region={region}#",
    ("Source", "AWS", "ECR"): "{console}/ecr/repositories/{RepositoryName}/?region={region}",
    ("Source", "AWS", "CodeStarSourceConnection"): (
        "https://{region}.console.aws.amazon.com/codesuite/settings/connections/redirect"
        "?connectionArn={ConnectionArn}&referenceType=BRANCH"
        "&FullRepositoryId={FullRepositoryId}&Branch={BranchName}"
    ),
    ("Build", "AWS", "CodeBuild"): (
        "{console}/codebuild/home?region={region}#/projects/{ProjectName}/view"
    ),
    ("Build", "AWS", "ECRBuildAndPublish"): (
        "{console}/ecr/repositories/{ECRRepositoryName}/?region={region}"
    ),
    ("Test", "AWS", "CodeBuild"): (
        "{console}/codebuild/home?region={region}#/projects/{ProjectName}/view"
    ),
    ("Deploy", "AWS", "S3"): "{console}/s3/home?region={region}#",
    ("Deploy", "AWS", "CloudFormation"): "{console}/cloudformation/home?region={region}#",
    ("Deploy", "AWS", "CodeDeploy"): (
        "{console}/codedeploy/home?region={region}#/applications/{ApplicationName}"
    ),
    ("Deploy", "AWS", "CodeDeployToECS"): (
        "{console}/codedeploy/home?region={region}#/applications/{ApplicationName}"
    ),
    ("Deploy", "AWS", "ECS"): (
        "{console}/ecs/home?region={region}#/clusters/{ClusterName}/services/{ServiceName}"
    ),
    ("Invoke", "AWS", "Lambda"): "{console}/lambda/home?region={region}#/functions/{FunctionName}",
}


def entity_url(key: ProviderKey, configuration: Mapping[str, str], region: str) -> str:
    """Return the address for an action of a kind, "" where there is none.

    ``configuration`` is the action's, as it is declared.
    """
    if key not in _PAGES:
        return ""
    values = {name: quote(value, safe=":/") for name, value in configuration.items()}
    try:
        return _PAGES[key].format(console=_CONSOLE, region=region, **values)
    except KeyError:
        return ""
