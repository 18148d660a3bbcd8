"""What a buildspec says, once it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_aws.codebuild.on_failure import OnFailure


@dataclass(frozen=True)
class Phase:
    """The commands of one phase, and of its ``finally`` block."""

    commands: tuple[str, ...] = ()
    finally_commands: tuple[str, ...] = ()
    on_failure: OnFailure = field(default_factory=OnFailure)
    run_as: str = ""
    runtime_versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Artifact:
    """Which files make an artifact; patterns are relative to the base directories."""

    files: tuple[str, ...]
    name: str = ""
    discard_paths: bool = False
    base_directory: str = "."
    exclude_paths: tuple[str, ...] = ()
    enable_symlinks: bool = False
    s3_prefix: str = ""


@dataclass(frozen=True)
class Report:
    """Which files are a report group's raw data, and their format in capitals."""

    group: str
    files: tuple[str, ...]
    base_directory: str = "."
    discard_paths: bool = False
    file_format: str = "JUNITXML"


@dataclass(frozen=True)
class Cache:
    """What is kept from build to build."""

    paths: tuple[str, ...]
    key: str = ""
    fallback_keys: tuple[str, ...] = ()
    action: str = ""


@dataclass(frozen=True)
class Buildspec:
    """A whole buildspec, checked."""

    version: str
    phases: dict[str, Phase]
    run_as: str = ""
    shell: str = "/bin/sh"
    variables: dict[str, str] = field(default_factory=dict)
    parameter_store: dict[str, str] = field(default_factory=dict)
    secrets_manager: dict[str, str] = field(default_factory=dict)
    exported_variables: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    artifact: Artifact | None = None
    secondary_artifacts: dict[str, Artifact] = field(default_factory=dict)
    cache: Cache | None = None
