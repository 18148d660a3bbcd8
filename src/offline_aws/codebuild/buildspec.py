"""Read and check a buildspec, version 0.2 or 0.1.

Source of the keys: AWS CodeBuild User Guide, "Build specification reference for CodeBuild".
Stricter than AWS in one point: a key that CodeBuild would not look at is a mistake here, since it
nearly always is one of indentation or spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from offline_aws.codebuild.buildspec_model import Artifact, Buildspec, Cache, Phase, Report
from offline_aws.codebuild.on_failure import OnFailure, read_on_failure
from offline_aws.codebuild.yaml_nodes import BuildspecError, Value, read_document

__all__ = ["Artifact", "Buildspec", "BuildspecError", "Cache", "Phase", "Report", "read_buildspec"]

PHASES = ("install", "pre_build", "build", "post_build")
SHELLS = ("bash", "/bin/sh", "powershell.exe", "cmd.exe")
TEST_FORMATS = (
    *("JUNITXML", "CUCUMBERJSON", "NUNITXML"),
    *("NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"),
)
COVERAGE_FORMATS = ("CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV")
_MOST_REPORTS = 5
_MOST_FALLBACK_KEYS = 5
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOP = (
    *("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"),
    "eb_codebuild_settings",  # what the EB CLI reads, and CodeBuild looks past
)
_ENV = (
    *("shell", "variables", "parameter-store", "secrets-manager"),
    *("exported-variables", "git-credential-helper"),
)
_PHASE = ("run-as", "on-failure", "runtime-versions", "commands", "finally")
_REPORT = ("files", "base-directory", "discard-paths", "file-format")
_ARTIFACT = (
    *("files", "name", "discard-paths", "base-directory"),
    *("exclude-paths", "enable-symlinks", "s3-prefix"),
)
_CACHE = ("key", "fallback-keys", "action", "paths")


def read_buildspec(text: str) -> Buildspec:
    """Read a buildspec. Raises ``BuildspecError``, which names the line, for a mistake."""
    document = read_document(text)
    version = _version(document)
    environment = "env" if version == "0.2" else "environment_variables"
    top = document.mapping([environment if name == "env" else name for name in _TOP])
    if "phases" not in top:
        raise document.error("The buildspec has no phases")
    env = _environment(top[environment], version) if environment in top else {}
    main, secondary = _artifacts(top["artifacts"]) if "artifacts" in top else (None, {})
    return Buildspec(
        version=version,
        phases=_phases(top["phases"]),
        run_as=_text(top, "run-as"),
        shell=env["shell"].choice(SHELLS) if "shell" in env else "/bin/sh",
        variables=_variables(env, "variables"),
        parameter_store=_variables(env, "parameter-store"),
        secrets_manager=_variables(env, "secrets-manager"),
        exported_variables=_exported(env),
        reports=_reports(top["reports"]) if "reports" in top else (),
        artifact=main,
        secondary_artifacts=secondary,
        cache=_cache(top["cache"]) if "cache" in top else None,
    )


def _version(document: Value) -> str:
    top = document.mapping()
    if "version" not in top:
        raise document.error("The buildspec has no version, such as version: 0.2,")
    return top["version"].choice(("0.2", "0.1"))


def _environment(value: Value, version: str) -> dict[str, Value]:
    if version == "0.2":
        return value.mapping(_ENV)
    return {
        {"plaintext": "variables"}.get(name, name): found
        for name, found in value.mapping(("plaintext", "parameter-store")).items()
    }


def _variables(env: dict[str, Value], kind: str) -> dict[str, str]:
    found = env[kind].mapping() if kind in env else {}
    for name, value in found.items():
        if not _NAME.fullmatch(name):
            raise value.error(f"{name} is not the name of an environment variable")
        if name.startswith("CODEBUILD_"):
            raise value.error(f"{name} begins with CODEBUILD_, which is reserved")
    return {name: value.text() for name, value in found.items()}


def _exported(env: dict[str, Value]) -> tuple[str, ...]:
    values = env["exported-variables"].values() if "exported-variables" in env else []
    for value in values:
        if not _NAME.fullmatch(value.text()) or value.text().startswith("AWS_"):
            raise value.error(f"{value.text()} cannot be exported")
    return tuple(value.text() for value in values)


def _phases(value: Value) -> dict[str, Phase]:
    for key in value.keys():  # noqa: SIM118 - not a dict's
        if key.text() not in PHASES:
            raise key.error(
                f"Invalid buildspec phase name: {key.text()}. Expecting: {','.join(sorted(PHASES))}"
            )
    found = value.mapping()
    return {name: _phase(found[name]) for name in PHASES if name in found}


def _phase(value: Value) -> Phase:
    found = value.mapping(_PHASE)
    if "runtime-versions" in found and value.name != "install":
        raise found["runtime-versions"].error("runtime-versions belongs to the install phase")
    on_failure = found.get("on-failure")
    return Phase(
        commands=_commands(found, "commands"),
        finally_commands=_commands(found, "finally"),
        on_failure=read_on_failure(on_failure) if on_failure else OnFailure(),
        run_as=_text(found, "run-as"),
        runtime_versions=found["runtime-versions"].strings() if "runtime-versions" in found else {},
    )


def _commands(found: dict[str, Value], kind: str) -> tuple[str, ...]:
    if kind not in found:
        return ()
    # AWS calls the list Commands in its messages, whichever block it is.
    return Value(found[kind].node, "Commands").texts()


def _text(found: dict[str, Value], key: str) -> str:
    return found[key].text() if key in found else ""


def _texts(found: dict[str, Value], key: str) -> tuple[str, ...]:
    return found[key].texts() if key in found else ()


def _flag(found: dict[str, Value], key: str) -> bool:
    return found[key].flag() if key in found else False


def _files(value: Value, found: dict[str, Value]) -> tuple[str, ...]:
    files = _texts(found, "files")
    if not files:
        raise value.error(f"{value.name} names no files")
    return files


def _reports(value: Value) -> tuple[Report, ...]:
    found = value.mapping()
    if len(found) > _MOST_REPORTS:
        raise value.error(f"A build has at most {_MOST_REPORTS} report groups, not {len(found)}")
    return tuple(_report(name, report) for name, report in found.items())


def _report(name: str, value: Value) -> Report:
    found = value.mapping(_REPORT)
    form = _text(found, "file-format").upper() or "JUNITXML"
    if form not in TEST_FORMATS + COVERAGE_FORMATS:
        raise found["file-format"].error(f"CodeBuild knows no report format {form}")
    return Report(
        group=name,
        files=_files(value, found),
        base_directory=_text(found, "base-directory") or ".",
        discard_paths=_flag(found, "discard-paths"),
        file_format=form,
    )


def _artifacts(value: Value) -> tuple[Artifact, dict[str, Artifact]]:
    found = value.mapping((*_ARTIFACT, "secondary-artifacts"))
    second = found["secondary-artifacts"].mapping() if "secondary-artifacts" in found else {}
    parts = {name: _artifact(part, part.mapping(_ARTIFACT)) for name, part in second.items()}
    return _artifact(value, found), parts


def _artifact(value: Value, found: dict[str, Value]) -> Artifact:
    text: Callable[[str], str] = partial(_text, found)
    return Artifact(
        files=_files(value, found),
        name=text("name"),
        discard_paths=_flag(found, "discard-paths"),
        base_directory=text("base-directory") or ".",
        exclude_paths=_texts(found, "exclude-paths"),
        enable_symlinks=_flag(found, "enable-symlinks"),
        s3_prefix=text("s3-prefix"),
    )


def _cache(value: Value) -> Cache:
    found = value.mapping(_CACHE)
    paths, fallback = _texts(found, "paths"), _texts(found, "fallback-keys")
    if not paths:
        raise value.error("cache names no paths")
    if len(fallback) > _MOST_FALLBACK_KEYS:
        raise found["fallback-keys"].error(f"There are at most {_MOST_FALLBACK_KEYS} fallback-keys")
    return Cache(
        paths=paths,
        key=_text(found, "key"),
        fallback_keys=fallback,
        action=found["action"].choice(("restore", "save")) if "action" in found else "",
    )
