"""What a learner needs: a chapter, a terminal, help, and how far one is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from devops_workbook import chapters
from devops_workbook.commands.adding import add, keys


def add_lab(commands: Any) -> None:
    """Add ``lab``: open a chapter in JupyterLab."""
    lab = add(commands, "lab", _lab, "open a chapter in JupyterLab")
    lab.add_argument("key", nargs="?", default="start-here", metavar="KEY", help=keys())
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
        notebook_path(chapters.key_of(options.key)),
        port=options.port,
        host=options.host,
        browser=not options.no_browser,
    )


def add_server(commands: Any) -> None:
    """Add ``server``: offline AWS for a terminal."""
    server = add(commands, "server", _server, "serve offline AWS to a terminal, until Ctrl-C")
    server.add_argument("key", nargs="?", metavar="KEY", help=f"the account of {keys()}")
    server.add_argument("--port", type=_port, default=4600, help="default: %(default)s")


def _server(options: argparse.Namespace) -> int:
    from devops_workbook import aws_server

    return aws_server.run(chapters.key_of(options.key) if options.key else None, options.port)


def add_doctor(commands: Any) -> None:
    """Add ``doctor``: check this computer."""
    doctor = add(
        commands, "doctor", _doctor, "check this computer, and say how to mend what is wrong"
    )
    doctor.add_argument(
        "--report",
        action="store_true",
        help="also try a lab and a notebook, and print a text to send to your trainer",
    )


def _doctor(options: argparse.Namespace) -> int:
    from devops_workbook import doctor, doctor_report

    return doctor_report.run() if options.report else doctor.run()


def add_fidelity(commands: Any) -> None:
    """Add ``fidelity``: what is faithful, simplified and absent."""
    fidelity = add(commands, "fidelity", _fidelity, "say what offline AWS does as AWS does")
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


def add_progress(commands: Any) -> None:
    """Add ``progress``: how far the learner is."""
    progress = add(commands, "progress", _progress, "say how far you are, and what is next")
    progress.add_argument(
        "--progress", type=Path, metavar="FILE", help="somebody's progress.jsonl; default: yours"
    )
    progress.add_argument("--html", type=Path, metavar="FILE", help="write a page instead")


def _progress(options: argparse.Namespace) -> int:
    from devops_workbook import progress_report

    progress = progress_report.of(options.progress)
    if options.html:
        return progress_report.write_html(options.html, progress)
    return progress_report.print_table(progress)


def add_reset(commands: Any) -> None:
    """Add ``reset``: a chapter anew."""
    reset = add(commands, "reset", _reset, "start a chapter anew; your notebook is kept")
    reset.add_argument("key", metavar="KEY", help=keys())


def _reset(options: argparse.Namespace) -> int:
    from devops_workbook import progress_report

    return progress_report.reset(chapters.key_of(options.key))
