"""The ``workbook`` command. Each subcommand imports what it needs when it runs, not before."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from devops_workbook import chapters
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
    _add_lab(commands)
    _add_server(commands)
    _add_fidelity(commands)
    _add(commands, "doctor", _doctor, "check this computer, and say how to mend what is wrong")
    _add_progress(commands)
    _add_certificate(commands)
    _add_reset(commands)
    _add_course(commands)
    _add_agenda(commands)
    _add_slides(commands)
    _add_bundle(commands)
    _add_notebooks(commands)
    _add_dora(commands, asked)
    _add_stack(commands)
    _add_drift(commands)
    _add_traces(commands, asked)
    return parser


def _add(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], summary: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
    )
    command.set_defaults(run=run)
    return command


def _keys() -> str:
    return f"a chapter: {', '.join(chapters.COURSE)}"


def _add_lab(commands: Any) -> None:
    lab = _add(commands, "lab", _lab, "open a chapter in JupyterLab")
    lab.add_argument("key", nargs="?", default="start-here", metavar="KEY", help=_keys())
    lab.add_argument("--port", type=_port, default=8888, help="default: %(default)s")
    lab.add_argument("--no-browser", action="store_true", help="only print the address")
    lab.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen on (default: %(default)s, this computer alone); inside a"
        " container 0.0.0.0, with the port published",
    )


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: choose one from 1024 to 65535")


def _lab(options: argparse.Namespace) -> int:
    from devops_workbook import lab_server
    from devops_workbook.notebooks.build import notebook_path

    return lab_server.run(
        notebook_path(options.key.replace("_", "-")),
        port=options.port,
        host=options.host,
        browser=not options.no_browser,
    )


def _add_server(commands: Any) -> None:
    server = _add(commands, "server", _server, "serve offline AWS to a terminal, until Ctrl-C")
    server.add_argument("key", nargs="?", metavar="KEY", help=f"the account of {_keys()}")
    server.add_argument("--port", type=_port, default=4600, help="default: %(default)s")


def _server(options: argparse.Namespace) -> int:
    from devops_workbook import aws_server

    return aws_server.run(options.key.replace("_", "-") if options.key else None, options.port)


def _doctor(options: argparse.Namespace) -> int:
    from devops_workbook import doctor

    return doctor.run()


def _add_fidelity(commands: Any) -> None:
    fidelity = _add(commands, "fidelity", _fidelity, "say what offline AWS does as AWS does")
    fidelity.add_argument(
        "service", nargs="?", metavar="SERVICE", help="a service of the table, such as codebuild"
    )
    fidelity.add_argument("--markdown", action="store_true", help="all of it, as in FIDELITY.md")


def _fidelity(options: argparse.Namespace) -> int:
    from devops_workbook import fidelity

    if options.markdown:
        print(fidelity.document(), end="")
    else:
        print(fidelity.of_service(options.service) if options.service else fidelity.table())
    return 0


def _add_progress(commands: Any) -> None:
    progress = _add(commands, "progress", _progress, "say how far you are, and what is next")
    progress.add_argument("--html", type=Path, metavar="FILE", help="write a page instead")


def _progress(options: argparse.Namespace) -> int:
    from devops_workbook import progress_report

    return (
        progress_report.write_html(options.html) if options.html else progress_report.print_table()
    )


def _add_certificate(commands: Any) -> None:
    certificate = _add(commands, "certificate", _certificate, "write a page with what is done")
    certificate.add_argument("name", metavar="NAME", help="whose it is, in quotation marks")
    certificate.add_argument(
        "--progress", type=Path, metavar="FILE", help="somebody's progress.jsonl; default: yours"
    )
    certificate.add_argument(
        "--html", type=Path, metavar="FILE", default=Path("certificate.html"), help="%(default)s"
    )


def _certificate(options: argparse.Namespace) -> int:
    from devops_workbook import certificate

    return certificate.write(options.name, options.html, options.progress)


def _add_reset(commands: Any) -> None:
    reset = _add(commands, "reset", _reset, "start a chapter anew; your notebook is kept")
    reset.add_argument("key", metavar="KEY", help=_keys())


def _reset(options: argparse.Namespace) -> int:
    from devops_workbook import progress_report

    return progress_report.reset(options.key.replace("_", "-"))


def _add_course(commands: Any) -> None:
    course = _add(commands, "course", _course, "run every solved notebook and write it as HTML")
    course.add_argument("--out", type=Path, metavar="FOLDER", help="default: build/course")
    course.add_argument("--jobs", type=int, metavar="N", help="default: one for each processor")


def _course(options: argparse.Namespace) -> int:
    from devops_workbook import course

    return course.run(options.out, options.jobs)


def _add_agenda(commands: Any) -> None:
    agenda = _add(commands, "agenda", _agenda, "make a timed plan of a workshop")
    agenda.add_argument(
        "--hours", type=_hours, required=True, metavar="N", help="in the room, breaks in them"
    )
    agenda.add_argument(
        "--start", type=_time, default=9 * 60, metavar="HH:MM", help="of each day; default: 09:00"
    )
    agenda.add_argument("--chapters", nargs="+", metavar="KEY", help="instead of a selection")
    agenda.add_argument("--html", type=Path, metavar="FILE", help="write a page instead")


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if 0.25 <= hours <= 60:
        return hours
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of hours from 0.25 to 60")


def _time(text: str) -> int:
    hour, _, minute = text.partition(":")
    if hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60:
        return int(hour) * 60 + int(minute)
    raise argparse.ArgumentTypeError(f"{text!r} is not a time of day such as 09:30")


def _agenda(options: argparse.Namespace) -> int:
    from devops_workbook.agenda import command

    keys = [key.replace("_", "-") for key in options.chapters or ()]
    return command.run(options.hours, options.start, keys or None, options.html)


def _add_slides(commands: Any) -> None:
    slides = _add(commands, "slides", _slides, "write a chapter as slides, for a projector")
    slides.add_argument("key", metavar="KEY", help=_keys())
    slides.add_argument(
        "--out", type=Path, metavar="FILE", help="default: build/slides/NN_key.html"
    )


def _slides(options: argparse.Namespace) -> int:
    from devops_workbook import slides

    return slides.run(options.key.replace("_", "-"), options.out)


def _add_bundle(commands: Any) -> None:
    bundle = _add(commands, "bundle", _bundle, "pack the course for a room without a network")
    bundle.add_argument("--out", type=Path, metavar="FOLDER", help="default: build")
    bundle.add_argument(
        "--python", nargs="+", default=[], metavar="PYTHON", help="default: the one that runs this"
    )


def _bundle(options: argparse.Namespace) -> int:
    from devops_workbook import bundle

    return bundle.run(options.out, options.python)


def _add_notebooks(commands: Any) -> None:
    notebooks = _add(commands, "notebooks", _notebooks, "rebuild the notebooks from their source")
    notebooks.add_argument(
        "--check", action="store_true", help="write nothing; fail when one is out of date"
    )


def _notebooks(options: argparse.Namespace) -> int:
    from devops_workbook import notebooks

    return notebooks.build(check=options.check)


def _add_dora(commands: Any, asked: list[str]) -> None:
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


def _add_stack(commands: Any) -> None:
    stack = _add(commands, "stack", _stack, "try a template of your own, and a change of it")
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


def _add_drift(commands: Any) -> None:
    drift = _add(commands, "drift", _drift, "find what was changed by hand in your AWS account")
    drift.add_argument("stack", metavar="STACK", help="its name; nothing is changed in it")
    drift.add_argument("--profile", metavar="NAME", help="of your AWS configuration")
    drift.add_argument("--region", metavar="NAME", help="default: your configuration's")


def _drift(options: argparse.Namespace) -> int:
    from devops_workbook import own_stack

    return own_stack.drift(options.stack, options.profile, options.region)


def _add_traces(commands: Any, asked: list[str]) -> None:
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


if __name__ == "__main__":
    sys.exit(main())
