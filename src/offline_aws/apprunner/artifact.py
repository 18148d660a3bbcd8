"""What a deployment takes from the source of a service: an image, or the code of a commit."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.apprunner import configuration_file
from offline_aws.apprunner.configuration_file import FileMistakeError, RunSettings
from offline_aws.apprunner.source import ecr_image
from offline_aws.apprunner.store import Artifact, Service, Shape
from offline_aws.code_hosts import CodeHosts, Commit
from offline_aws.operations import Call
from offline_aws.workloads import Container, workloads_of

NOT_PULLED = (
    "Failed to pull your application image. Be sure you configure your service with a valid "
    "access role to your ECR repository."
)
_FILE = "apprunner.yaml"


class NotFetchedError(Exception):
    """Why there is nothing to deploy, in a sentence for the log of the deployment."""


def newest(call: Call, service: Service) -> str:
    """Return the newest version of a service's source: a digest or a commit's id, "" for none."""
    source = service.settings["SourceConfiguration"]
    if "CodeRepository" in source:
        commit = _commit(call, source["CodeRepository"])
        return commit.id if commit else ""
    return _digest_and_tags(source["ImageRepository"]["ImageIdentifier"])[0]


def fetch(call: Call, service: Service) -> Artifact:
    """Return the newest version of a service's source. Raises ``NotFetchedError``."""
    source = service.settings["SourceConfiguration"]
    if "CodeRepository" in source:
        return _from_code(call, service, source["CodeRepository"])
    return _from_image(call, service, source["ImageRepository"])


def _from_image(call: Call, service: Service, image: Shape) -> Artifact:
    identifier = image["ImageIdentifier"]
    digest, tags = _digest_and_tags(identifier)
    if not digest:
        raise NotFetchedError(NOT_PULLED)
    run = image["ImageConfiguration"]
    settings = RunSettings(
        run.get("StartCommand", ""),
        int(run["Port"]),
        run.get("RuntimeEnvironmentVariables", {}),
        run.get("RuntimeEnvironmentSecrets", {}),
    )
    return _artifact(call, service, digest, Container(identifier, tags=tags), settings)


def _from_code(call: Call, service: Service, code: Shape) -> Artifact:
    commit = _commit(call, code)
    if commit is None:
        raise NotFetchedError("Failed to pull your source code. Check the repository and branch.")
    configuration = code["CodeConfiguration"]
    if configuration["ConfigurationSource"] == "REPOSITORY":
        settings = _from_file(commit, code["SourceDirectory"])
    else:
        values = configuration["CodeConfigurationValues"]
        settings = RunSettings(
            values["StartCommand"],
            int(values["Port"]),
            values.get("RuntimeEnvironmentVariables", {}),
            values.get("RuntimeEnvironmentSecrets", {}),
        )
    place = code["RepositoryUrl"].partition("://")[2].removesuffix(".git")
    return _artifact(call, service, commit.id, Container(f"{place}:{commit.id}"), settings)


def _from_file(commit: Commit, directory: str) -> RunSettings:
    path = f"{directory.strip('/')}/{_FILE}".lstrip("/")
    if path not in commit.files:
        raise NotFetchedError(f"Failed to read {_FILE}: there is no file {path} in the repository.")
    try:
        return configuration_file.read(commit.files[path])
    except FileMistakeError as error:
        raise NotFetchedError(f"Failed to validate configuration file. {error}") from error


def _artifact(
    call: Call, service: Service, version: str, of: Container, settings: RunSettings
) -> Artifact:
    container = Container(
        image=of.image,
        environment={"PORT": str(settings.port), **settings.environment},
        name=service.name,
        command=_words(settings.command),
        tags=of.tags,
    )
    _check_secrets(call, settings.secrets)
    return Artifact(version, settings.port, workloads_of(call).behaviour_of(container))


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return (command,)


def _commit(call: Call, code: Shape) -> Commit | None:
    branch = code["SourceCodeVersion"]["Value"]
    return call.shared(CodeHosts).newest(code["RepositoryUrl"], branch)


def _digest_and_tags(identifier: str) -> tuple[str, tuple[str, ...]]:
    """Return the digest of an image, "" where it is not, and its tags.

    What ECR Public holds is not known: its images are there, each the same for ever.
    """
    found = ecr_image(identifier)
    if found is None:
        return identifier, ()
    digest, tag = found["digest"], found["tag"] or "latest"
    key = {"imageDigest": digest} if digest else {"imageTag": tag}
    try:
        ecr = clients.client("ecr", str(found["region"]), str(found["account"]))
        (image,) = ecr.describe_images(
            registryId=found["account"], repositoryName=found["name"], imageIds=[key]
        )["imageDetails"]
    except (BotoCoreError, ClientError):
        return "", ()
    return image["imageDigest"], tuple(image.get("imageTags", ()))


def _check_secrets(call: Call, secrets: Mapping[str, str]) -> None:
    """Refuse a secret that Secrets Manager or Parameter Store has not."""
    for name, source in secrets.items():
        try:
            if ":secretsmanager:" in source:
                client = clients.client("secretsmanager", call.region, call.account)
                client.describe_secret(SecretId=":".join(source.split(":")[:7]))
            else:
                client = clients.client("ssm", call.region, call.account)
                client.get_parameter(Name=source.partition(":parameter")[2] or source)
        except (BotoCoreError, ClientError) as error:
            text = f"Failed to resolve the secret of the environment variable {name}: {source}."
            raise NotFetchedError(text) from error
