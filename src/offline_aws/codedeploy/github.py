"""Connections to GitHub accounts: there are none offline, and none can be made through the API."""

from __future__ import annotations

from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@codedeploy_operation("ListGitHubAccountTokenNames")
def list_git_hub_account_token_names(call: Call, parameters: Shape) -> Shape:
    """Return the names of the connections: none, since only AWS's console can make one."""
    return page("tokenNameList", [], parameters)


@codedeploy_operation("DeleteGitHubAccountToken")
def delete_git_hub_account_token(call: Call, parameters: Shape) -> Shape:
    """Refuse to delete a connection, of which there are none."""
    raise AwsError(
        "GitHubAccountTokenDoesNotExistException",
        f"No GitHub account connection exists with the name {parameters['tokenName']}",
    )


@codedeploy_operation("DeleteResourcesByExternalId")
def delete_resources_by_external_id(call: Call, parameters: Shape) -> Shape:
    """Delete what CloudFormation's blue/green hook made: nothing is made that way offline."""
    return {}
