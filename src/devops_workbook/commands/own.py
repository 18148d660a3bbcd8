"""What works on a service of one's own: its metrics, its templates, its stacks, its traces."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from devops_workbook.commands.adding import add, add_account
from devops_workbook.errors import WorkbookError


def add_dora(commands: Any, asked: list[str]) -> None:
    """Add ``dora``, with its options only when it is ``asked`` for."""
    if asked != ["dora"]:
        # Its options need not be known to list it, nor pandas to be loaded.
        commands.add_parser("dora", help="report the DORA metrics of your own repository or log")
        return
    from devops_workbook.dora import command

    command.add_parser(commands)
    commands.choices["dora"].set_defaults(run=_dora)


def _dora(options: argparse.Namespace) -> int:
    from devops_workbook.dora import command
    from devops_workbook.dora.errors import EventsError

    try:
        return int(command.run(options))
    except EventsError as error:
        # dora stands alone, so its error is not one of the workbook's.
        raise WorkbookError(str(error)) from error


def add_stack(commands: Any) -> None:
    """Add ``stack``: try a template."""
    stack = add(commands, "stack", _stack, "try a template of your own, and a change of it")
    stack.add_argument("template", type=Path, metavar="FILE", help="JSON or YAML; made offline")
    stack.add_argument("--to", type=Path, metavar="FILE", help="say what this one would change")
    stack.add_argument("--parameter", action="append", default=[], type=_pair, metavar="NAME=VALUE")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if name and equals:
        return name, value
    raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")


def _stack(options: argparse.Namespace) -> int:
    from devops_workbook import own_stack

    return own_stack.try_template(options.template, options.to, dict(options.parameter))


def add_drift(commands: Any) -> None:
    """Add ``drift``: what was changed by hand in an account."""
    drift = add(commands, "drift", _drift, "find what was changed by hand in your AWS account")
    drift.add_argument("stack", metavar="STACK", help="its name; nothing is changed in it")
    add_account(drift)


def _drift(options: argparse.Namespace) -> int:
    from devops_workbook import own_stack

    return own_stack.drift(options.stack, options.profile, options.region)


def add_traces(commands: Any, asked: list[str]) -> None:
    """Add ``traces``, with its options only when it is ``asked`` for."""
    if asked != ["traces"]:
        commands.add_parser("traces", help="find where the time goes in your own traces")
        return
    from devops_workbook.tracing import command

    command.add_parser(commands)
    commands.choices["traces"].set_defaults(run=_traces)


def _traces(options: argparse.Namespace) -> int:
    from devops_workbook.tracing import command
    from devops_workbook.tracing.errors import TracesError

    try:
        return int(command.run(options))
    except TracesError as error:
        raise WorkbookError(str(error)) from error
