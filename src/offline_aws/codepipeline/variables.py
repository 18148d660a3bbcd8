"""Variables of a pipeline and of its actions, put where ``#{namespace.name}`` stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from offline_aws.codepipeline.execution import Execution
from offline_aws.codepipeline.store import Shape

# Names as in AWS's models of namespaces, of variables and of output variables.
_REFERENCE = re.compile(r"#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)\}")
LARGEST_OUTPUT = 122_880


class UnresolvedError(Exception):
    """Variables that have no value; its text names them."""


def resolved(configuration: Mapping[str, str], execution: Execution) -> dict[str, str]:
    """Return a configuration with its variables replaced. Raises ``UnresolvedError``."""
    missing: list[str] = []
    known = _known(execution)

    def value(match: re.Match[str]) -> str:
        namespace, name = match.groups()
        found = known.get(namespace, {}).get(name)
        if found is None:
            missing.append(match.group())
        return match.group() if found is None else found

    result = {key: _REFERENCE.sub(value, text) for key, text in configuration.items()}
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise UnresolvedError(f"The following variables could not be resolved: {names}")
    return result


def with_commands_resolved(declaration: Shape, execution: Execution) -> Shape:
    """Return an action or a rule with the variables in its commands and environment replaced.

    Raises ``UnresolvedError``.
    """
    commands = declaration.get("commands") or []
    environment = declaration.get("environmentVariables") or []
    texts = [*commands, *(each["value"] for each in environment)]
    found = list(resolved({str(i): text for i, text in enumerate(texts)}, execution).values())
    if not found:
        return declaration
    values = found[len(commands) :]
    return {
        **declaration,
        "commands": found[: len(commands)],
        "environmentVariables": [
            {**each, "value": value} for each, value in zip(environment, values, strict=True)
        ],
    }


def _known(execution: Execution) -> dict[str, Mapping[str, str]]:
    return {
        **execution.namespaces,
        "codepipeline": {"PipelineExecutionId": execution.id},
        "variables": execution.variables,
    }
