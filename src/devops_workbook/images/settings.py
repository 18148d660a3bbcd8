"""The instructions that make no layer: what a container starts with, and build arguments."""

from __future__ import annotations

import re
from typing import Any

from devops_workbook.images.dockerfile import Instruction, as_list
from devops_workbook.images.stage import Stage

_UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+")
_TIMES = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "start-interval": "StartInterval",
}


class SettingError(Exception):
    """What is wrong with an instruction, to be said with its line."""


def set_up(stage: Stage, step: Instruction) -> None:
    """Change the settings of a stage. Raises ``SettingError``."""
    SETTINGS[step.word](stage, step)


def _env(stage: Stage, step: Instruction) -> None:
    said = Instruction(step.line, step.word, stage.replaced(step.text)).pairs()
    known = {**stage.environment, **said}
    stage.settings["Env"] = [f"{key}={value}" for key, value in known.items()]


def _label(stage: Stage, step: Instruction) -> None:
    said = Instruction(step.line, step.word, stage.replaced(step.text)).pairs()
    stage.settings.setdefault("Labels", {}).update(said)


def _arg(stage: Stage, step: Instruction) -> None:
    name, has_default, default = step.text.partition("=")
    value = stage.given.get(name, stage.replaced(default.strip("\"'")) if has_default else None)
    if value is not None:
        stage.args[name] = value


def _user(stage: Stage, step: Instruction) -> None:
    stage.settings["User"] = stage.replaced(step.text)


def _expose(stage: Stage, step: Instruction) -> None:
    for word in stage.replaced(step.text).split():
        port, _, protocol = word.partition("/")
        if not port.isdecimal():
            raise SettingError(f"needs a port, found {word}")
        ports = stage.settings.setdefault("ExposedPorts", {})
        ports[f"{port}/{protocol or 'tcp'}"] = {}


def _volume(stage: Stage, step: Instruction) -> None:
    for word in Instruction(step.line, step.word, stage.replaced(step.text)).words():
        stage.settings.setdefault("Volumes", {})[word] = {}


def _command(text: str, shell: list[str]) -> list[str]:
    """Return the JSON form as it is, and a text for the shell to run."""
    listed = as_list(text)
    return listed if listed is not None else [*shell, text]


def _shell(stage: Stage) -> list[str]:
    return list(stage.settings.get("Shell", ["/bin/sh", "-c"]))


def _cmd(stage: Stage, step: Instruction) -> None:
    stage.settings["Cmd"] = _command(step.text, _shell(stage))


def _entrypoint(stage: Stage, step: Instruction) -> None:
    stage.settings["Entrypoint"] = _command(step.text, _shell(stage))
    stage.settings.pop("Cmd", None)  # that of the base was meant for another program


def _healthcheck(stage: Stage, step: Instruction) -> None:
    flags, rest = step.flags()
    word, _, command = rest.partition(" ")
    if word.upper() == "NONE":
        stage.settings["Healthcheck"] = {"Test": ["NONE"]}
        return
    if word.upper() != "CMD" or not command.strip():
        raise SettingError("needs NONE, or CMD and a command")
    listed = as_list(command.strip())
    test = ["CMD", *listed] if listed is not None else ["CMD-SHELL", command.strip()]
    said: dict[str, Any] = {"Test": test}
    for flag, value in flags.items():
        if flag == "retries" and value.isdecimal():
            said["Retries"] = int(value)
        elif flag in _TIMES and _DURATION.fullmatch(value):
            said[_TIMES[flag]] = _nanoseconds(value)
        else:
            raise SettingError(f"does not know --{flag}={value}")
    stage.settings["Healthcheck"] = said


def _nanoseconds(text: str) -> int:
    parts = re.findall(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)", text)
    return int(sum(float(number) * _UNITS[unit] for number, unit in parts))


def _stopsignal(stage: Stage, step: Instruction) -> None:
    stage.settings["StopSignal"] = stage.replaced(step.text)


def _set_shell(stage: Stage, step: Instruction) -> None:
    listed = as_list(step.text)
    if not listed:
        raise SettingError("needs a list in JSON")
    stage.settings["Shell"] = listed


def _maintainer(stage: Stage, step: Instruction) -> None:
    stage.settings.setdefault("Labels", {})["maintainer"] = step.text


SETTINGS = {
    "ARG": _arg,
    "CMD": _cmd,
    "ENTRYPOINT": _entrypoint,
    "ENV": _env,
    "EXPOSE": _expose,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _label,
    "MAINTAINER": _maintainer,
    "SHELL": _set_shell,
    "STOPSIGNAL": _stopsignal,
    "USER": _user,
    "VOLUME": _volume,
}
