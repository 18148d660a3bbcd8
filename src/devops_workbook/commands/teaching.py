"""What trainers and authors need: pages, plans, slides, bundles, and the notebooks themselves."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from devops_workbook import chapters
from devops_workbook.commands.adding import add, keys


def add_certificate(commands: Any) -> None:
    """Add ``certificate``: a page with what is done."""
    certificate = add(commands, "certificate", _certificate, "write a page with what is done")
    certificate.add_argument("name", metavar="NAME", help="whose it is, in quotation marks")
    certificate.add_argument(
        "--progress", type=Path, metavar="FILE", help="somebody's progress.jsonl; default: yours"
    )
    certificate.add_argument(
        "--html", type=Path, metavar="FILE", help="default: certificate-NAME.html"
    )


def _certificate(options: argparse.Namespace) -> int:
    from devops_workbook import certificate

    return certificate.write(options.name, options.html, options.progress)


def add_course(commands: Any) -> None:
    """Add ``course``: the course as HTML."""
    course = add(commands, "course", _course, "run every solved notebook and write it as HTML")
    course.add_argument(
        "--html",
        type=Path,
        nargs="?",
        metavar="FOLDER",
        help="where the pages go, to be put anywhere (default: build/course)",
    )
    course.add_argument("--jobs", type=int, metavar="N", help="default: one more than processors")


def _course(options: argparse.Namespace) -> int:
    from devops_workbook import course

    return course.run(options.html, options.jobs)


def add_agenda(commands: Any) -> None:
    """Add ``agenda``: the plan of a workshop."""
    agenda = add(commands, "agenda", _agenda, "make a timed plan of a workshop")
    agenda.add_argument(
        "--hours",
        type=_hours,
        required=True,
        metavar="N",
        help="in the room, breaks in them, lunch not; more than 8 are several days",
    )
    agenda.add_argument(
        "--start", type=_time, default=9 * 60, metavar="HH:MM", help="of each day; default: 09:00"
    )
    agenda.add_argument(
        "--chapters", nargs="+", metavar="KEY", help="instead of a selection; 04,05 does"
    )
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

    named = ",".join(options.chapters or ()).split(",")
    keys = list(dict.fromkeys(chapters.key_of(each) for each in named if each))
    return command.run(options.hours, options.start, keys or None, options.html)


def add_slides(commands: Any) -> None:
    """Add ``slides``: a chapter for a projector."""
    slides = add(commands, "slides", _slides, "write a chapter as slides, for a projector")
    slides.add_argument("key", metavar="KEY", help=keys())
    slides.add_argument(
        "--out", type=Path, metavar="FILE", help="default: build/slides/NN_key.html"
    )


def _slides(options: argparse.Namespace) -> int:
    from devops_workbook import slides

    return slides.run(chapters.key_of(options.key), options.out)


def add_bundle(commands: Any) -> None:
    """Add ``bundle``: the course for a room without a network."""
    bundle = add(commands, "bundle", _bundle, "pack the course for a room without a network")
    bundle.epilog = (
        "It fits computers like this one (system, processor, Python), and needs the network once. "
        "Unzip it there, and run make lab in it."
    )
    bundle.add_argument("--out", type=Path, metavar="FOLDER", help="default: build")
    bundle.add_argument(
        "--python",
        nargs="+",
        default=[],
        metavar="PYTHON",
        help="the Pythons of this computer that it is for; default: the one that runs this",
    )


def _bundle(options: argparse.Namespace) -> int:
    from devops_workbook import bundle

    return bundle.run(options.out, options.python)


def add_notebooks(commands: Any) -> None:
    """Add ``notebooks``: rebuild them from their source."""
    notebooks = add(commands, "notebooks", _notebooks, "rebuild the notebooks from their source")
    notebooks.add_argument(
        "--check", action="store_true", help="write nothing; fail when one is out of date"
    )


def _notebooks(options: argparse.Namespace) -> int:
    from devops_workbook import notebooks

    return notebooks.build(check=options.check)
