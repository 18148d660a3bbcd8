"""The ``workbook`` command. Each subcommand imports what it needs when it runs, not before."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from devops_workbook.commands import learning, own, teaching
from devops_workbook.errors import WorkbookError

USAGE_ERROR = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the ``workbook`` command; return its exit status.

    0 is success, 1 means that what was asked for came out wrong (a check, a diagnosis, a
    notebook that fails), 2 that it could not be done: one sentence on stderr says why.
    """
    _never_fail_to_print()
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(arguments[:1])
    options = parser.parse_args(arguments or ["--help"])
    try:
        return int(options.run(options))
    except WorkbookError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain of it at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _refuse(f"{where}{error.strerror or error}")
    except KeyboardInterrupt:
        return INTERRUPTED


def _refuse(sentence: str) -> int:
    print(f"workbook: {sentence}", file=sys.stderr)
    return USAGE_ERROR


def _never_fail_to_print() -> None:
    # A terminal that cannot show a character gets a "?" instead of a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser(asked: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="workbook", description="DevOps on AWS: the workbook. Offline, in notebooks."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    learning.add_lab(commands)
    learning.add_server(commands)
    learning.add_fidelity(commands)
    learning.add_doctor(commands)
    learning.add_progress(commands)
    teaching.add_certificate(commands)
    learning.add_reset(commands)
    teaching.add_course(commands)
    teaching.add_agenda(commands)
    teaching.add_slides(commands)
    teaching.add_bundle(commands)
    teaching.add_notebooks(commands)
    own.add_dora(commands, asked)
    own.add_stack(commands)
    own.add_drift(commands)
    own.add_traces(commands, asked)
    return parser


if __name__ == "__main__":
    sys.exit(main())
