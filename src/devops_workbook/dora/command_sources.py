"""Where ``workbook dora`` reads events from: its options, and the reading."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_workbook.commands.adding import add_account
from devops_workbook.dora import command_balancer
from devops_workbook.dora.codepipeline import from_codepipeline
from devops_workbook.dora.csv_incidents import with_incident_log
from devops_workbook.dora.csv_input import read_csv
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.git_history import from_git
from devops_workbook.dora.notes import counted
from devops_workbook.dora.period import Moment
from devops_workbook.under_way import progress_bar

#: The IAM actions that ``--pipeline`` needs; those on CodeCommit only if it is the source.
ACTIONS = (
    "codepipeline:GetPipeline",
    "codepipeline:ListPipelineExecutions",
    "codepipeline:ListActionExecutions",
    "codecommit:BatchGetCommits",
    "codecommit:GetBranch",
)
#: Where events can come from, and the options that belong to each.
_OPTIONS = {
    "git": ("tags", "incidents"),
    "pipeline": ("profile", "region", "load_balancer", "incidents"),
    "deployments": ("changes", "incidents", "service"),
}
_NO_SOURCE = (
    "say where the deployments are recorded: --git PATH for a repository whose release tags are"
    " deployments, --pipeline NAME for a pipeline of CodePipeline, or --deployments FILE with"
    " --changes FILE and --incidents FILE"
)


@dataclass(frozen=True)
class Read:
    """Events, where to measure from (None for the first deployment), and what to know of them."""

    events: Events
    start: Moment | None
    notes: tuple[str, ...]


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where events are recorded."""
    git = parser.add_argument_group("from a git repository, where a release tag is a deployment")
    git.add_argument("--git", metavar="PATH", help="a working copy or a bare repository")
    git.add_argument("--tags", metavar="GLOB", help="which tags are releases (default: *)")
    aws = parser.add_argument_group("from your AWS account, which is only read")
    aws.add_argument("--pipeline", metavar="NAME", help="a pipeline of CodePipeline")
    aws.add_argument(
        "--load-balancer",
        metavar="NAME",
        help="incidents are when its customers were harmed: an Application Load Balancer's name or"
        " ARN; CloudWatch knows the last 15 days",
    )
    add_account(aws)
    files = parser.add_argument_group("from CSV files")
    files.add_argument("--deployments", metavar="FILE")
    files.add_argument("--changes", metavar="FILE", help="the commits of each deployment")
    files.add_argument(
        "--incidents",
        metavar="FILE",
        help="with --git and --pipeline too: deployment_id may then be a tag or an execution, and"
        " the incidents without one are given that which was the last to start before",
    )


def check(options: argparse.Namespace) -> None:
    """Refuse options of which one would be ignored: EventsError."""
    given = [name for name in _OPTIONS if getattr(options, name) is not None]
    if not given:
        raise EventsError(_NO_SOURCE)
    source = given[0]
    others = [name for name in _OPTIONS if name != source]
    for name in [*others, *(each for other in others for each in _OPTIONS[other])]:
        if name not in _OPTIONS[source] and getattr(options, name) is not None:
            raise EventsError(f"--{name.replace('_', '-')} cannot be used with --{source}")
    if options.load_balancer is not None and options.incidents is not None:
        raise EventsError(
            "--incidents cannot be used with --load-balancer: an incident would count twice"
        )


def read(options: argparse.Namespace) -> Read:
    """Return what the options ask for. Raises EventsError, and ValueError for a time."""
    if options.git is not None:
        return _of_git(options)
    if options.pipeline is not None:
        return _of_pipeline(options)
    events = read_csv(options.deployments, options.changes, options.incidents, tz=options.tz)
    events = events if options.service is None else events.only(options.service)
    return Read(events, options.start, events.notes)


def _of_git(options: argparse.Namespace) -> Read:
    # The whole path, because an error that begins with "." says little.
    where = Path(options.git).absolute()
    name = where.name.removesuffix(".git")
    with progress_bar("Reading the history") as progress:
        events = from_git(where, options.tags or "*", service=name, progress=progress)
    tags = {name: name for name in events.deployments["deployment_id"]}
    return _logged(options, events, tags, "a release tag that is a deployment here")


def _of_pipeline(options: argparse.Namespace) -> Read:
    from devops_workbook.own_account import session

    with session(options.profile, options.region, EventsError) as own:
        with progress_bar("Reading the pipeline"):  # how much there is, nobody says beforehand
            events = from_codepipeline(
                own.client("codepipeline"), options.pipeline, codecommit=own.client("codecommit")
            )
        if options.load_balancer is not None:
            return _watched(options, events, own)
    ids = list(events.deployments["deployment_id"])  # each "execution/stage"
    names = {one.partition("/")[0]: one for one in ids} | {one: one for one in ids}
    return _logged(options, events, names, "the id of an execution that deployed to production")


def _watched(options: argparse.Namespace, events: Events, own: Any) -> Read:
    """Return the events with the incidents of the load balancer."""
    found, start, note = command_balancer.with_balancer(
        events,
        own,
        options.load_balancer,
        start=options.start,
        ends={"end": options.end, "compare": options.compare},
        tz=options.tz or "UTC",
    )
    return Read(found, start, (*found.notes, note))


def _logged(
    options: argparse.Namespace, events: Events, names: Mapping[str, str], expected: str
) -> Read:
    """Return the events with the incidents of the file, if there is one."""
    if options.incidents is None:
        return Read(events, options.start, events.notes)
    found = with_incident_log(events, options.incidents, names, expected, tz=options.tz)
    notes = found.notes if options.start is not None else (*found.notes, *_before_the_log(found))
    return Read(found, options.start, notes)


def _before_the_log(events: Events) -> list[str]:
    """Return a warning of deployments that are older than the first incident: was there a log?"""
    if events.incidents is None or events.incidents.empty:
        return []
    first = events.incidents["started_at"].iloc[0]
    older = int((events.deployments["finished_at"] < first).sum())
    since = f"{first:%Y-%m-%d}"
    if not older:
        return []
    return [
        f"{counted(older, 'deployment')} before the first incident of the file, of {since}: if"
        f" nobody wrote them down before, --start {since} leaves those deployments out"
    ]
