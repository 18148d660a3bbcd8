"""Where a build's sources and buildspec come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from offline_aws.codebuild.codecommit_source import download_from_codecommit
from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.codebuild.s3_source import ARN, bucket_and_key, download_from_s3, read_object
from offline_aws.codebuild.shell import ShellSession
from offline_aws.codebuild.store import Build, Shape

_DEFAULT_BUILDSPEC = "buildspec.yml"

#: Source types that a build can be started with.
SIMULATED = ("CODECOMMIT", "S3", "NO_SOURCE")


@dataclass
class Sources:
    """The variables that say where the sources are and came from, and the commit if there is one.

    ``resolved_version`` is AWS's: the commit id of the primary source, empty for S3.
    """

    variables: dict[str, str] = field(default_factory=dict)
    resolved_version: str = ""


def download_sources(build: Build, session: ShellSession, region: str) -> Sources:
    """Put the sources into the scratch directory. Raises ``PhaseError`` for one there is not."""
    settings, version = build.settings, build.source_version
    found = Sources()
    commit = _download(settings["source"], version, session.source, region)
    found.resolved_version = commit or build.resolved_version
    found.variables = _variables(settings["source"], version or commit, session.source, "")
    if found.resolved_version:
        found.variables["CODEBUILD_RESOLVED_SOURCE_VERSION"] = found.resolved_version
    versions = {
        each["sourceIdentifier"]: each["sourceVersion"]
        for each in settings.get("secondarySourceVersions", ())
    }
    for source in settings.get("secondarySources", ()):
        identifier = source["sourceIdentifier"]
        folder = session.scratch / f"src_{identifier}"
        folder.mkdir()
        given = versions.get(identifier, "")
        if build.from_pipeline:
            given = ARN + "/".join(bucket_and_key(source["location"]))
        commit = _download(source, given, folder, region)
        found.variables |= _variables(source, given or commit, folder, f"_{identifier}")
    return found


def buildspec_text(source: Shape, session: ShellSession, region: str) -> str:
    """Return the text of the buildspec: written in the project, in the source, or in S3."""
    given = source.get("buildspec") or _DEFAULT_BUILDSPEC
    if "\n" in given or given.lstrip().startswith(("{", "version:")):
        return str(given)
    if given.startswith(ARN):
        data = read_object(*bucket_and_key(given), "", region)
    else:
        path = session.source / given
        if not path.is_file():
            shown = session.shown(str(path))
            raise PhaseError("YAML_FILE_ERROR", f"stat {shown}: no such file or directory")
        data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PhaseError("YAML_FILE_ERROR", f"{given} is not text in UTF-8") from error


def _download(source: Shape, version: str, folder: Path, region: str) -> str:
    """Download one source; return its commit id, empty where it has none."""
    if source["type"] == "NO_SOURCE":
        return ""
    try:
        if source["type"] == "CODECOMMIT":
            return download_from_codecommit(source["location"], version, folder)
        download_from_s3(source["location"], version, folder, region)
    except PhaseError as error:
        which = source.get("sourceIdentifier")
        about = f" for {f'secondary source {which}' if which else 'primary source'}"
        about += f" and source version {version}" if version else ""
        raise PhaseError(error.code, error.message + about) from error
    return ""


def _variables(source: Shape, version: str, folder: Path, ending: str) -> dict[str, str]:
    location = source.get("location", "")
    # A pipeline's input artifact is no repository.
    if version.startswith(ARN):
        location = ""
    elif source["type"] == "S3":
        location = f"s3://{'/'.join(bucket_and_key(location))}"
    return {
        f"CODEBUILD_SRC_DIR{ending}": str(folder),
        f"CODEBUILD_SOURCE_REPO_URL{ending}": location,
        f"CODEBUILD_SOURCE_VERSION{ending}": version,
    }
