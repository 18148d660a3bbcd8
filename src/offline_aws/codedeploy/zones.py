"""A rollout zone by zone: one Availability Zone at a time, with a wait after each."""

from __future__ import annotations

from offline_aws.codedeploy.healthy_hosts import Rollout, minimum_healthy
from offline_aws.codedeploy.shapes import Shape


class ZonedRollout:
    """A rollout with AWS's ``ZonalConfig``, or the same rollout where there is none.

    Zones come in the order of their names. While ``paused`` nothing is begun.
    """

    def __init__(self, rollout: Rollout, zonal: Shape | None) -> None:
        self._rollout, self._zonal = rollout, zonal
        self._zones = sorted({each.zone for each in rollout.hosts}) if zonal else []
        self._done = 0
        self.paused = False

    def next(self) -> list[str]:
        """Begin with as many hosts as are allowed now; return their ids."""
        if self.paused:
            return []
        if not self._zones:
            return self._rollout.next()
        ids = frozenset(each.id for each in self._rollout.hosts if each.zone == self._zones[0])
        available = len((self._rollout.healthy & ids) - set(self._rollout.running))
        most = max(0, available - self._minimum(len(ids)))
        if not ids & self._rollout.healthy:
            most = len(ids)
        return self._rollout.next(ids, most)

    def ended(self, identifier: str, succeeded: bool) -> float:
        """Note how the deployment to a host has ended; return the seconds to wait, 0 for none."""
        self._rollout.ended(identifier, succeeded)
        if self._zonal is None or self._rollout.running:
            return 0
        if any(each.zone == self._zones[0] for each in self._rollout.waiting):
            return 0
        self._zones.pop(0)
        self._done += 1
        if not self._zones:
            return 0
        seconds = self._zonal.get("monitorDurationInSeconds", 0)
        if self._done == 1:
            seconds = self._zonal.get("firstZoneMonitorDurationInSeconds", seconds)
        self.paused = bool(seconds)
        return float(seconds)

    @property
    def verdict(self) -> str:
        """What has become of the deployment: "" while it goes on."""
        if self.paused:
            return ""
        verdict = self._rollout.verdict
        if verdict or self._rollout.running or self._zonal is None:
            return verdict
        # Nothing goes on and nothing was begun: the minimum of the zone allows no more.
        return "HEALTH_CONSTRAINTS"

    def _minimum(self, total: int) -> int:
        hosts = (self._zonal or {}).get("minimumHealthyHostsPerZone")
        return minimum_healthy(hosts, total) if hosts else 0
