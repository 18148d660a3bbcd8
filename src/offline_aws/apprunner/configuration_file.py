"""apprunner.yaml, the configuration file in a repository of source code, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

#: The runtimes by their names in the file (App Runner Developer Guide, "Managed runtimes").
RUNTIMES = frozenset(
    [
        *("python3", "python311", "nodejs12", "nodejs14", "nodejs16", "nodejs18", "nodejs22"),
        *("corretto8", "corretto11", "go1", "dotnet6", "php81", "ruby31"),
    ]
)
_TOP = {"version", "runtime", "build", "run"}
_BUILD = {"commands", "env"}
_COMMANDS = {"pre-build", "build", "post-build"}
_RUN = {"runtime-version", "pre-run", "command", "post-run", "network", "env", "secrets"}
_VERSION = re.compile(r"\d+(\.\d+){0,2}")
_HIGHEST_PORT = 65535
_DEFAULT_PORT = 8080


class FileMistakeError(Exception):
    """What is wrong with the file, in a sentence."""


@dataclass(frozen=True)
class RunSettings:
    """What an application from source code runs with. ``secrets`` are ARNs or names by variable."""

    command: str
    port: int = _DEFAULT_PORT
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


def read(text: str) -> RunSettings:
    """Return what the file says of the run. Raises ``FileMistakeError``."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise FileMistakeError(f"apprunner.yaml is not valid YAML, at line {line}.") from error
    top = _mapping(content, "the file", _TOP)
    if str(_needed(top, "version", "the file")) not in ("1.0", "1"):
        raise FileMistakeError("version has to be 1.0.")
    runtime = _needed(top, "runtime", "the file")
    if str(runtime) not in RUNTIMES:
        raise FileMistakeError(
            f"runtime {runtime} is none of App Runner's: {', '.join(sorted(RUNTIMES))}."
        )
    _check_build(_mapping(_needed(top, "build", "the file"), "build", _BUILD))
    return _run(_mapping(_needed(top, "run", "the file"), "run", _RUN))


def _check_build(build: dict[str, Any]) -> None:
    commands = _mapping(_needed(build, "commands", "build"), "build.commands", _COMMANDS)
    _needed(commands, "build", "build.commands")
    for phase, lines in commands.items():
        _lines(lines, f"build.commands.{phase}")
    _pairs(build.get("env"), "build.env", "value")


def _run(run: dict[str, Any]) -> RunSettings:
    command = _needed(run, "command", "run")
    if not isinstance(command, str):
        raise FileMistakeError("run.command has to be one line of text.")
    version = run.get("runtime-version")
    if version is not None and not _VERSION.fullmatch(str(version)):
        raise FileMistakeError(f"run.runtime-version {version} is no version.")
    for phase in ("pre-run", "post-run"):
        if phase in run:
            _lines(run[phase], f"run.{phase}")
    network = _mapping(run.get("network") or {}, "run.network", {"port", "env"})
    port = network.get("port", _DEFAULT_PORT)
    if not str(port).isdigit() or not 1 <= int(port) <= _HIGHEST_PORT:
        raise FileMistakeError(f"run.network.port {port} is no port.")
    environment = _pairs(run.get("env"), "run.env", "value")
    if "env" in network:
        environment[str(network["env"])] = str(port)
    secrets = _pairs(run.get("secrets"), "run.secrets", "value-from")
    return RunSettings(command, int(port), environment, secrets)


def _mapping(value: object, where: str, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise FileMistakeError(f"{where} has to be a mapping.")
    for key in value:
        if key not in known:
            raise FileMistakeError(
                f"{where} has no key {key}: there are {', '.join(sorted(known))}."
            )
    return value


def _needed(mapping: dict[str, Any], key: str, where: str) -> Any:
    if mapping.get(key) in (None, "", [], {}):
        raise FileMistakeError(f"{key} is required in {where}.")
    return mapping[key]


def _lines(value: object, where: str) -> None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise FileMistakeError(f"{where} has to be a list of commands.")


def _pairs(value: object, where: str, second: str) -> dict[str, str]:
    """Return a list of names and values as a dict."""
    made: dict[str, str] = {}
    if value is None:
        return made
    if not isinstance(value, list):
        raise FileMistakeError(f"{where} has to be a list.")
    for each in value:
        pair = _mapping(each, where, {"name", second})
        content = _needed(pair, second, where) if second == "value-from" else pair.get(second)
        made[str(_needed(pair, "name", where))] = "" if content is None else str(content)
    return made
