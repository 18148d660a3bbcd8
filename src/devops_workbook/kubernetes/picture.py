"""A picture of a Deployment: its pods over time, by revision, and how few there may be."""

from __future__ import annotations

from datetime import datetime, timedelta

from devops_workbook.display import COLOURS, Figure, style
from devops_workbook.kubernetes.objects import Moment, Rollout

_HATCHES = ("", "///", "...", "xxx")
#: What came before this is another rollout.
_QUIET = timedelta(minutes=30)
#: Minutes up to which the axis is in seconds.
_SHORT = 3


def picture(rollout: Rollout, now: datetime) -> Figure:
    """Return available pods by revision as areas, all pods, and the limits as lines, until now."""
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.ticker import MaxNLocator

    moments = _latest(rollout.history)
    begin = moments[0].time
    minutes = [_minutes(each.time, begin) for each in moments]
    # The last state is drawn as a piece of time too, up to now if that is not long ago.
    quiet = now - moments[-1].time
    until = _minutes(now, begin) if quiet <= _QUIET else minutes[-1]
    minutes.append(max(until, minutes[-1] * 1.08, minutes[-1] + 0.2))
    revisions = sorted({revision for each in moments for revision in each.pods})
    with style():
        figure = MatplotlibFigure()
        axes = figure.subplots()
        rows = [[each.available.get(r, 0) for each in moments] for r in revisions]
        drawn = axes.stackplot(
            minutes,
            [[*row, row[-1]] for row in rows],
            step="post",
            labels=[f"available, {_name(rollout, each)}" for each in revisions],
            colors=COLOURS,
            alpha=0.75,
        )
        for place, area in enumerate(drawn):
            area.set_hatch(_HATCHES[place % len(_HATCHES)])
            area.set_edgecolor("white")
        lines = {
            "all pods": [sum(each.pods.values()) for each in moments],
            "at least available": [each.least for each in moments],
            "at most": [each.most for each in moments],
        }
        for (label, row), (dashes, colour) in zip(lines.items(), _LINES, strict=True):
            axes.step(minutes, [*row, row[-1]], where="post", label=label, ls=dashes, color=colour)
        if minutes[-1] < _SHORT:
            axes.xaxis.set_major_formatter(lambda value, _: f"{value * 60:.0f}")
        unit = "seconds" if minutes[-1] < _SHORT else "minutes"
        axes.set(xlabel=unit, ylabel="pods", title=f"Rollout of {rollout.name}")
        axes.set_ylim(0, max(lines["at most"]) + 0.6)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
    return Figure(figure, _alt(rollout, moments))


_LINES = (("-", "black"), ("--", "#D55E00"), (":", "#555555"))


def _latest(history: list[Moment]) -> list[Moment]:
    """Return the moments of the latest rollout, from the state before it on."""
    begin = 0
    for place in range(1, len(history)):
        if history[place].time - history[place - 1].time > _QUIET:
            begin = place - 1
    moments = history[begin:]
    if len(moments) > 1 and moments[1].time - moments[0].time > _QUIET:
        first, second = moments[0], moments[1]
        start = second.time - timedelta(seconds=10)
        limits = (first.desired, first.least, first.most)
        moments = [Moment(start, first.pods, first.available, *limits), *moments[1:]]
    # Of what happened in one moment the last counts.
    by_time = {each.time: each for each in moments}
    return list(by_time.values())


def _minutes(time: datetime, begin: datetime) -> float:
    return (time - begin) / timedelta(minutes=1)


def _name(rollout: Rollout, revision: int) -> str:
    for each in rollout.sets:
        if each.revision == revision:
            image = str(each.template["spec"]["containers"][0]["image"])
            return f"revision {revision} ({image.rpartition('/')[2]})"
    return f"revision {revision}"


def _alt(rollout: Rollout, moments: list[Moment]) -> str:
    first, last = moments[0], moments[-1]
    fewest = min(sum(each.available.values()) for each in moments)
    most = max(sum(each.pods.values()) for each in moments)
    taken = _minutes(last.time, first.time)

    def told(moment: Moment) -> str:
        parts = [f"{n} of {_name(rollout, r)}" for r, n in sorted(moment.available.items())]
        return " and ".join(parts) or "none"

    return (
        f"Pods of {rollout.name} over {taken:.1f} minutes. Available at first: {told(first)}; "
        f"at the end: {told(last)}. In between at least {fewest} were available and at most "
        f"{most} existed; the limits at the end are {last.least} and {last.most}."
    )
