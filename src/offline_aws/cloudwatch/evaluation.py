"""Alarms are evaluated on the clock, and only when what they come to can have changed.

AWS evaluates an alarm every minute (every ten seconds where its period is shorter), at a second of
its own; here it is the full minute. An evaluation is skipped where nothing can come of it: after
the last datapoint has left the range and until another comes, and, where datapoints are known
ahead, until the first that changes the state.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from offline_aws.cloudwatch import lookahead
from offline_aws.cloudwatch.alarm import Alarm, Alarms, AlarmState
from offline_aws.cloudwatch.metric_math.expression import MathError
from offline_aws.cloudwatch.outcome import outcome
from offline_aws.cloudwatch.reasons import reason_of
from offline_aws.cloudwatch.transitions import change_state
from offline_aws.cloudwatch.watch import Watch
from offline_aws.operations import Call
from offline_aws.service_metrics import Metrics


class Evaluator:
    """Evaluates the metric alarms of one account and region when they are due."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Alarm]] = []
        self._scheduled: set[int] = set()
        self._count = 0
        self._watchers: dict[Alarm, Callable[[int], None]] = {}

    def begin(self, call: Call, alarm: Alarm) -> None:
        """Evaluate an alarm from the next time on, and whenever its metrics have new values."""
        watcher = partial(self._notice, call, alarm)
        self._watchers[alarm] = watcher
        for key in alarm.watching.keys:
            call.state(Metrics).watch(key, watcher)
        self.soon(call, alarm)

    def end(self, call: Call, alarm: Alarm) -> None:
        """Evaluate an alarm no more, or not by what it has watched until now."""
        alarm.due = alarm.ahead = None
        for key in alarm.watching.keys:
            call.state(Metrics).unwatch(key, self._watchers[alarm])
        del self._watchers[alarm]

    def soon(self, call: Call, alarm: Alarm) -> None:
        """Evaluate an alarm at the next time."""
        self._want(call, alarm, _after(_seconds(call), alarm.watching.tick))

    def _notice(self, call: Call, alarm: Alarm, time: int) -> None:
        """Have an alarm evaluated when a new value can count."""
        alarm.ahead = None
        now, tick = _seconds(call), alarm.watching.tick
        # A value that came late counts at this very time, if the alarm was not evaluated yet.
        at = -(-now // tick) * tick
        if at <= alarm.evaluated or call.clock.now().timestamp() > at:
            at += tick
        self._want(call, alarm, max(at, _after(time, tick)))

    def _want(self, call: Call, alarm: Alarm, at: int) -> None:
        if alarm.due is not None and alarm.due <= at:
            return
        alarm.due = at
        self._count += 1
        heapq.heappush(self._due, (at, self._count, alarm))
        if at not in self._scheduled:
            self._scheduled.add(at)
            when = datetime.fromtimestamp(at, UTC)
            # Called twice: values that come at this time are there before the second.
            call.clock.call_at(when, lambda: call.clock.call_at(when, partial(self._run, call, at)))

    def _run(self, call: Call, now: int) -> None:
        self._scheduled.discard(now)
        while self._due and self._due[0][0] <= now:
            at, _, alarm = heapq.heappop(self._due)
            if alarm.due == at:
                alarm.due = None
                self._evaluate(call, alarm, now)

    def _evaluate(self, call: Call, alarm: Alarm, now: int) -> None:
        watch = alarm.watching
        alarm.evaluated = now
        metrics = call.state(Metrics)
        evaluate(call, alarm, watch, metrics, now)
        if alarm.due is None and call.state(Alarms).by_name.get(alarm.name) is alarm:
            self._plan(call, alarm, watch, metrics, now)

    def _plan(self, call: Call, alarm: Alarm, watch: Watch, metrics: Metrics, now: int) -> None:
        """Have an alarm evaluated again when its state can be another."""
        newest = watch.newest(metrics)
        if newest is None or newest < now - watch.range * watch.period:
            return
        following = now + watch.tick
        if newest < now or not lookahead.can_look_ahead(watch):
            self._want(call, alarm, following)
            return
        if alarm.ahead is None or not alarm.ahead.reaches(now):
            count = min(lookahead.MOST, (newest - now) // watch.tick + watch.range + 1)
            alarm.ahead = lookahead.look_ahead(watch, metrics, following, count)
        self._want(call, alarm, alarm.ahead.next_change(now, alarm.state.value))


def evaluate(call: Call, alarm: Alarm, watch: Watch, metrics: Metrics, now: int) -> None:
    """Give an alarm the state that the datapoints up to a time lead to."""
    try:
        readings = watch.read(metrics, now)
    except MathError:
        return
    pattern = watch.pattern(readings)
    state = outcome(pattern, watch.wanted, watch.periods, watch.treatment)
    if state is None or state == alarm.state.value or watch.has_few(metrics, now):
        return
    reason, data = reason_of(alarm, watch, metrics, readings, pattern, state, call.clock.now())
    change_state(call, alarm, AlarmState(state, reason, data, call.clock.now()))


def _seconds(call: Call) -> int:
    return int(call.clock.now().timestamp())


def _after(time: int, tick: int) -> int:
    """Return the first time to evaluate after a time."""
    return time - time % tick + tick
