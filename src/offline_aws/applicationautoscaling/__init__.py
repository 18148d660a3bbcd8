"""Application Auto Scaling that scales ECS services, on the lab's clock.

Faithful (Application Auto Scaling User Guide and API model):
    scalable targets with their limits, into which a capacity is brought; target tracking by CPU, by
    memory, by requests per target and by metrics of one's own, with the alarms that AWS makes:
    above the target for 3 minutes, below 90 % of it for 15; capacity in proportion to the metric;
    step scaling by alarms of one's own, with its bounds, kinds of adjustment and rounding; actions
    that are repeated each minute as long as an alarm goes off; cooldowns, and what counts as added
    in them; several policies: the most capacity that one asks for, and less only when all agree;
    suspended scaling; scheduled actions with at, rate and cron and their time zones; scaling
    activities with their causes and statuses, those that did not scale too; tags.

Simplified:
    an alarm's newest minute says how much is needed, and the worst of its 15 minutes how little is
    enough. At a limit of the capacity it is looked at again after a quarter of an hour, or when
    the limits change. The texts of reasons and of errors that AWS's documentation does not have are
    our own. Of cron, L, W and # are refused.

Absent: the resources of other services than ECS: their targets and policies are kept, and nothing
    comes of them; predictive scaling; forecasts. A load has to record the metrics: nothing else
    does.
"""

from __future__ import annotations

from offline_aws.applicationautoscaling import activities, policies, scheduled_actions, targets

__all__ = ["activities", "policies", "scheduled_actions", "targets"]
