"""What an action of a pipeline does: the contract between the engine and the providers.

The engine starts an action, then asks again at every poll on the clock until it has ended. A
provider does the work of one kind of action through boto3, as the service role would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from offline_aws.codepipeline.store import Shape
from offline_aws.image_builds import ImageBuilds

#: The category, the owner and the name of a provider, as in AWS's ``ActionTypeId``.
ProviderKey = tuple[str, str, str]


@dataclass(frozen=True)
class Artifact:
    """Where an artifact of an execution is: an object in offline S3, a zip file."""

    name: str
    bucket: str
    key: str


@dataclass(frozen=True)
class Revision:
    """The revision that a source action found: AWS's ``SourceRevision``."""

    id: str
    summary: str = ""
    url: str = ""
    created: datetime | None = None
    #: AWS's ``revisionType`` where the revision can be overridden at a start: COMMIT_ID, S3_...
    kind: str = ""
    #: AWS's ``revisionChangeIdentifier``: what set the source to this revision.
    change: str = ""


@dataclass(frozen=True)
class Job:
    """One execution of an action, as its provider sees it.

    ``configuration`` has its variables resolved. ``inputs`` and ``outputs`` hold artifacts by
    name, in the order of the declaration. ``external_id`` is what ``start`` returned.
    """

    pipeline: str
    execution_id: str
    stage: str
    action: str
    action_execution_id: str
    region: str
    account: str
    configuration: Mapping[str, str]
    inputs: Mapping[str, Artifact]
    outputs: Mapping[str, Artifact]
    now: datetime
    external_id: str = ""
    #: A source action's revision that was asked for at the start of the execution.
    revision: Revision | None = None
    #: The same by AWS's ``revisionType``: S3_OBJECT_KEY and S3_OBJECT_VERSION_ID go together.
    overrides: Mapping[str, str] = field(default_factory=dict)
    #: The declaration of the action: commands, outputVariables, timeoutInMinutes, roleArn.
    declaration: Shape = field(default_factory=dict)
    #: What AWS sends a function as ``{"CodePipeline.job": ...}``: id, accountId, data. An Invoke
    #: action's alone: its result is what PutJobSuccessResult and PutJobFailureResult say, not what
    #: ``poll`` does. With a continuation token ``start`` is called again, with a new id.
    event: Shape = field(default_factory=dict)
    #: When the action began; None is now.
    started: datetime | None = None
    #: Who builds container images in this environment.
    image_builds: ImageBuilds = field(default_factory=ImageBuilds)


@dataclass(frozen=True)
class Status:
    """How an action stands. ``state`` is InProgress, Succeeded or Failed.

    ``error_code`` is one of AWS's codes of an action's error, such as JobFailed,
    ConfigurationError, PermissionError or ActionExecutionError.
    """

    state: str
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    percent: int | None = None
    error_code: str = ""
    error_message: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    revision: Revision | None = None
    #: Where an action of commands writes its log.
    log_stream_arn: str = ""


class Provider(Protocol):
    """One kind of action. Neither method raises for what a learner got wrong: it is a Status."""

    def start(self, job: Job) -> Status:
        """Begin the work; return how it stands, with the id of what was begun."""

    def poll(self, job: Job) -> Status:
        """Return how the work stands that ``job.external_id`` names."""


#: The providers that are simulated. Each module of ``providers`` adds its own.
PROVIDERS: dict[ProviderKey, Provider] = {}


def provides(category: str, name: str, owner: str = "AWS") -> Callable[[type[Provider]], type]:
    """Register the decorated class as the provider of a kind of action."""

    def register(kind: type[Provider]) -> type[Provider]:
        PROVIDERS[category, owner, name] = kind()
        return kind

    return register


def failed(code: str, message: str) -> Status:
    """Return the status of an action that failed."""
    return Status("Failed", error_code=code, error_message=message)
