"""Source CodeCommit: the files of one commit of a repository, as a zip file.

Files above GetBlob's 6 MB fail the action, where AWS reads the repository itself. With
CODEBUILD_CLONE_REF the artifact names the commit, and a build takes it from the repository: its
files, without the history that a clone has on AWS.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Job, Revision, Status, provides
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.commit_blobs import LINK, SUBMODULE, blobs_of, content_of

_LONGEST_SUMMARY = 2048
_CONSOLE = "https://console.aws.amazon.com/codecommit/home"

#: An artifact that says where to clone from, for CodeBuild alone, has this key.
CLONE_URL = "CloneUrl"


@provides("Source", "CodeCommit")
class CodeCommitSource:
    """Take the commit at the tip of a branch, or the one that the execution was started with."""

    @reported("AWSCodeCommit")
    def start(self, job: Job) -> Status:
        """Put the commit's files into the output artifact."""
        name, branch = job.configuration["RepositoryName"], job.configuration["BranchName"]
        client = clients.client("codecommit", job.region)
        try:
            commit = commit_to_take(client, name, branch, job.revision)
        except ClientError as error:
            _explain(error, name, branch)
            raise
        data = output_of(client, job, name, commit)
        for artifact in job.outputs.values():
            artifacts.write(artifact, data, job.region)
        url = f"{_CONSOLE}?region={job.region}#/repository/{name}/commit/{commit['commitId']}"
        revision = revision_of(commit, commit["message"], url)
        return Status(
            "Succeeded",
            summary=revision.summary,
            external_id=revision.id,
            external_url=url,
            variables={"RepositoryName": name, **variables_of(commit, branch)},
            revision=revision,
        )

    def poll(self, job: Job) -> Status:
        """Return the same again: the action ends where it starts."""
        return self.start(job)


def commit_to_take(
    client: Any, repository: str, branch: str, asked: Revision | None
) -> dict[str, Any]:
    """Return the commit that was asked for, or the one at the tip. Raises ``ClientError``."""
    if asked and asked.id:
        commit_id = asked.id
    else:
        found = client.get_branch(repositoryName=repository, branchName=branch)["branch"]
        commit_id = found["commitId"]
    commit = client.get_commit(repositoryName=repository, commitId=commit_id)["commit"]
    return dict(commit)


def variables_of(commit: dict[str, Any], branch: str) -> dict[str, str]:
    """Return the output variables that every source of commits has."""
    return {
        "BranchName": branch,
        "CommitId": commit["commitId"],
        "CommitMessage": commit["message"],
        "AuthorDate": _timestamp(commit["author"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "CommitterDate": _timestamp(commit["committer"]).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def revision_of(commit: dict[str, Any], summary: str, url: str) -> Revision:
    """Return AWS's revision of a commit."""
    return Revision(
        id=commit["commitId"],
        summary=summary[:_LONGEST_SUMMARY],
        url=url,
        created=_timestamp(commit["committer"]),
        kind="COMMIT_ID",
    )


def output_of(client: Any, job: Job, repository: str, commit: dict[str, Any]) -> bytes:
    """Return a commit in the action's OutputArtifactFormat. Raises ``ClientError``."""
    if job.configuration.get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF":
        return _reference(client, repository, commit)
    return _zip_of(client, repository, commit)


def _zip_of(client: Any, repository: str, commit: dict[str, Any]) -> bytes:
    """Return the files of a commit as a zip file, with modes and links and without ``.git``."""
    files: dict[str, tuple[bytes, int]] = {}
    for blob in blobs_of(client, repository, commit["commitId"]):
        if blob["mode"] != SUBMODULE:
            mode = 0o120777 if blob["mode"] == LINK else int(blob["mode"], 8)
            files[blob["path"]] = (content_of(client, repository, blob), mode)
    return artifacts.zipped(files)


def _reference(client: Any, repository: str, commit: dict[str, Any]) -> bytes:
    metadata = client.get_repository(repositoryName=repository)["repositoryMetadata"]
    reference = {CLONE_URL: metadata["cloneUrlHttp"], "CommitId": commit["commitId"]}
    return json.dumps(reference).encode()


def _timestamp(person: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(int(person["date"].split()[0]), UTC)


def _explain(error: ClientError, repository: str, branch: str) -> None:
    code = error.response["Error"]["Code"]
    if code == "BranchDoesNotExistException":
        raise ActionError(
            "ConfigurationError",
            f"The action failed because no branch named {branch} was found in the selected "
            f"AWS CodeCommit repository {repository}. Make sure you are using the correct branch "
            "name, and then try again. Error: null",
        ) from error
    if code == "RepositoryDoesNotExistException":
        raise ActionError(
            "ConfigurationError",
            f"The action failed because no AWS CodeCommit repository named {repository} was "
            "found. Make sure you are using the correct repository name, and then try again.",
        ) from error
