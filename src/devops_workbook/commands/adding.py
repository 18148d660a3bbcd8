"""How a subcommand is added."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from devops_workbook import chapters


def add(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], summary: str
) -> argparse.ArgumentParser:
    """Add a subcommand and return its parser; ``run`` returns the exit status."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
    )
    command.set_defaults(run=run)
    return command


def add_account(parser: argparse._ActionsContainer) -> None:
    """Add the options that say which AWS account of one's own is asked, and where."""
    parser.add_argument("--profile", metavar="NAME", help="of your AWS configuration")
    parser.add_argument("--region", metavar="NAME", help="default: your configuration's")


def keys() -> str:
    """Return what the help says of an argument that is a chapter."""
    return f"a chapter, or its number: {', '.join(chapters.COURSE)}"
