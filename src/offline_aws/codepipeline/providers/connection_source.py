"""Source CodeStarSourceConnection: a repository of GitHub, GitLab or Bitbucket, as a lesson has it.

There is no such service offline. The files, commits and branches are those of the CodeCommit
repository of the same name, without its owner: ``team/shop`` is read from ``shop``. What the action
says of them is what it says of a connection to GitHub.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.providers.codecommit_source import (
    commit_to_take,
    output_of,
    revision_of,
    variables_of,
)

_MISSING = ("BranchDoesNotExistException", "RepositoryDoesNotExistException")


@provides("Source", "CodeStarSourceConnection")
class ConnectionSource:
    """Take the commit at the tip of a branch, or the one that the execution was started with."""

    @reported("AWSCodeStarConnections")
    def start(self, job: Job) -> Status:
        """Put the commit's files into the output artifact."""
        full_name, branch = job.configuration["FullRepositoryId"], job.configuration["BranchName"]
        client = clients.client("codecommit", job.region)
        name = full_name.rpartition("/")[2]
        try:
            commit = commit_to_take(client, name, branch, job.revision)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                raise ActionError(
                    "ConfigurationError",
                    f"[GitHub] No Branch [{branch}] found for FullRepositoryName [{full_name}]",
                ) from error
            raise
        data = output_of(client, job, name, commit)
        for artifact in job.outputs.values():
            artifacts.write(artifact, data, job.region)
        summary = json.dumps({"ProviderType": "GitHub", "CommitMessage": commit["message"]})
        revision = revision_of(commit, summary, _url(job, commit["commitId"]))
        found = variables_of(commit, branch)
        del found["CommitterDate"]
        return Status(
            "Succeeded",
            summary=revision.summary,
            external_id=revision.id,
            external_url=revision.url,
            variables={
                **found,
                "ConnectionArn": job.configuration["ConnectionArn"],
                "FullRepositoryName": full_name,
                "ProviderType": "GitHub",
            },
            revision=revision,
        )

    def poll(self, job: Job) -> Status:
        """Return the same again: the action ends where it starts."""
        return self.start(job)


def _url(job: Job, commit: str) -> str:
    connection = quote(job.configuration["ConnectionArn"], safe=":/")
    return (
        f"https://{job.region}.console.aws.amazon.com/codesuite/settings/connections/redirect"
        f"?connectionArn={connection}&referenceType=COMMIT"
        f"&FullRepositoryId={job.configuration['FullRepositoryId']}&Commit={commit}"
    )
