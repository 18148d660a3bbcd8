"""Run a build for real, once: its source, its commands, and what they leave behind.

All of it happens at one moment of lab time, when the build leaves PROVISIONING. What came of it
is then shown phase by phase as the lab's clock moves (``course.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from offline_aws.codebuild import artifacts, durations
from offline_aws.codebuild.build_log import BuildLog
from offline_aws.codebuild.buildspec import Artifact, Buildspec, BuildspecError, read_buildspec
from offline_aws.codebuild.cache import BuildCache, SavedCache
from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.codebuild.report_files import READ_FORMATS, ReadReport, read_report
from offline_aws.codebuild.runner import PhaseOutcome, PhaseRunner
from offline_aws.codebuild.shell import ShellSession
from offline_aws.codebuild.sources import buildspec_text, download_sources
from offline_aws.codebuild.store import Build, Shape
from offline_aws.codebuild.variables import Variables, resolve

#: What a build's commands may take together, in seconds of the real clock.
REAL_SECONDS = 120.0


@dataclass
class Execution:
    """What came of a run: its phases from DOWNLOAD_SOURCE on, and what is to be uploaded."""

    log: BuildLog
    phases: list[PhaseOutcome] = field(default_factory=list)
    uploads: list[artifacts.Upload] = field(default_factory=list)
    reports: list[ReadReport] = field(default_factory=list)
    cache: SavedCache | None = None
    exported: list[Shape] = field(default_factory=list)
    resolved_version: str = ""


def execute(build: Build, log: BuildLog, region: str, local: dict[str, bytes]) -> Execution:
    """Run a build. ``local`` are the LOCAL caches, by project."""
    limit = min(REAL_SECONDS, build.settings["timeoutInMinutes"] * 60)
    with ShellSession(limit) as session:
        return _Run(build, log, session, region, local).run()


class _Run:
    def __init__(
        self,
        build: Build,
        log: BuildLog,
        session: ShellSession,
        region: str,
        local: dict[str, bytes],
    ) -> None:
        self._build, self._log, self._session = build, log, session
        self._region, self._local = region, local
        self._cache: BuildCache | None = None
        self._done = Execution(log)
        limit = build.settings["timeoutInMinutes"] * 60.0
        self._runner = PhaseRunner(session, self._write, 0.0, limit)

    def run(self) -> Execution:
        spec, variables = self._download()
        if spec is not None:
            self._done.phases += self._runner.run(spec)
            if self._runner.goes_on:
                self._upload(spec)
            self._export(spec, variables)
        final = PhaseOutcome("FINALIZING", self._runner.now)
        final.end = final.begin + durations.FINALIZING
        self._done.phases.append(final)
        return self._done

    def _write(self, seconds: float, line: str) -> None:
        self._log.write(seconds, self._session.shown(line))

    def _download(self) -> tuple[Buildspec | None, Variables]:
        """Run DOWNLOAD_SOURCE: the source, the buildspec, the variables, the shell."""
        outcome = PhaseOutcome("DOWNLOAD_SOURCE", 0.0)
        spec, variables = None, Variables()
        self._runner.say("Running on CodeBuild On-demand")
        self._runner.say("Phase is DOWNLOAD_SOURCE")
        self._runner.now += durations.DOWNLOAD_SOURCE
        try:
            spec, variables = self._prepare()
        except PhaseError as error:
            _fail(outcome, error)
        except BuildspecError as error:
            _fail(outcome, PhaseError("YAML_FILE_ERROR", str(error)))
        self._runner.complete(outcome)
        self._done.phases.append(outcome)
        return spec, variables

    def _prepare(self) -> tuple[Buildspec, Variables]:
        session, settings = self._session, self._build.settings
        sources = download_sources(self._build, session, self._region)
        self._done.resolved_version = sources.resolved_version
        self._runner.say(f"CODEBUILD_SRC_DIR={session.source}")
        spec = read_buildspec(buildspec_text(settings["source"], session, self._region))
        _refuse(spec)
        self._runner.say("Processing environment variables")
        given = settings["environment"].get("environmentVariables", [])
        variables = resolve(spec, given, self._region)
        self._log.hidden = variables.secrets
        if any(phase.runtime_versions for phase in spec.phases.values()):
            self._runner.say(
                "Skipping install of runtimes. "
                "Runtime version selection is not supported by this build image"
            )
        try:
            session.start(
                {**variables.values, **self._own_variables(), **sources.variables},
                spec.shell,
                lasting=spec.version != "0.1",
                now=lambda: self._log.time(self._runner.now),
            )
        except (OSError, ValueError) as error:
            raise PhaseError("CLIENT_ERROR", str(error)) from error
        if spec.cache and settings["cache"]["type"] != "NO_CACHE":
            self._cache = BuildCache(settings, spec.cache, self._region, self._local)
            self._cache.restore(session, self._runner.say)
        return spec, variables

    def _own_variables(self) -> dict[str, str]:
        build, settings = self._build, self._build.settings
        return {
            "AWS_DEFAULT_REGION": self._region,
            "AWS_REGION": self._region,
            "CODEBUILD_BUILD_ARN": build.arn,
            "CODEBUILD_BUILD_ID": build.id,
            "CODEBUILD_BUILD_IMAGE": settings["environment"]["image"],
            "CODEBUILD_BUILD_NUMBER": str(build.number),
            "CODEBUILD_INITIATOR": build.initiator,
            "CODEBUILD_KMS_KEY_ID": settings["encryptionKey"],
            "CODEBUILD_LOG_PATH": build.logs.get("streamName", ""),
            "CODEBUILD_PROJECT_ARN": settings["arn"],
            "CODEBUILD_START_TIME": str(int(build.start.timestamp() * 1000)),
        }

    def _upload(self, spec: Buildspec) -> None:
        """Run UPLOAD_ARTIFACTS as far as it can be run now: find and pack the files."""
        outcome = PhaseOutcome("UPLOAD_ARTIFACTS", self._runner.now)
        settings = self._build.settings
        if self._cache and self._session.succeeding:
            self._done.cache = self._cache.save(self._session, self._log.time(self._runner.now))
        for report in spec.reports:
            self._done.reports.append(read_report(report, self._session, self._runner.say))
        try:
            self._pack(spec.artifact, settings["artifacts"])
            for second in settings.get("secondaryArtifacts", ()):
                self._pack(spec.secondary_artifacts.get(second["artifactIdentifier"]), second)
        except PhaseError as error:
            self._done.uploads.clear()
            _fail(outcome, error)
        if self._done.uploads:
            self._runner.now += durations.UPLOAD_ARTIFACTS
        self._runner.complete(outcome)
        self._done.phases.append(outcome)

    def _pack(self, artifact: Artifact | None, settings: Shape) -> None:
        if artifact is None or settings["type"] != "S3":
            return
        artifact = self._expanded(artifact)
        files = artifacts.collect(artifact, self._session, self._runner.say)
        name = settings["name"]
        if settings.get("overrideArtifactName") and artifact.name:
            name = self._session.expand(artifact.name)
        # A pipeline looks for its artifacts where it said, whatever the buildspec says.
        prefix = "" if self._build.from_pipeline else artifact.s3_prefix
        key = artifacts.object_key(settings, name, prefix, self._build.uuid) or self._build.project
        when = self._log.time(self._runner.now)
        self._done.uploads.append(artifacts.pack(files, settings, artifact, key, when))

    def _expanded(self, artifact: Artifact) -> Artifact:
        """Return an artifact with the variables in its paths put in."""

        def expand(text: str) -> str:
            return self._session.expand(text) if "$" in text else text

        return replace(
            artifact,
            files=tuple(expand(each) for each in artifact.files),
            base_directory=expand(artifact.base_directory),
            exclude_paths=tuple(expand(each) for each in artifact.exclude_paths),
        )

    def _export(self, spec: Buildspec, variables: Variables) -> None:
        names = tuple(name for name in spec.exported_variables if name not in variables.secret)
        if self._done.phases[-1].status != "TIMED_OUT":
            values = self._session.values(names)
            self._done.exported = [{"name": n, "value": v} for n, v in values.items()]


def _fail(outcome: PhaseOutcome, error: PhaseError) -> None:
    outcome.status = "FAILED"
    outcome.contexts.append((error.code, error.message))


def _refuse(spec: Buildspec) -> None:
    """Refuse what the buildspec asks for and the runner has not."""
    if spec.shell.endswith(".exe"):
        raise PhaseError("CLIENT_ERROR", f"The shell {spec.shell} is not simulated offline.")
    if spec.run_as or any(phase.run_as for phase in spec.phases.values()):
        raise PhaseError("CLIENT_ERROR", "run-as is not simulated offline: commands run as you.")
    for report in spec.reports:
        if report.file_format not in READ_FORMATS:
            message = f"The report format {report.file_format} is not simulated offline."
            raise PhaseError("CLIENT_ERROR", message)
