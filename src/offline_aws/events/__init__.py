"""EventBridge: what happens in the account reaches the rules that were made, and their targets.

Buses, rules, targets and tags are moto's. The matching and the delivery are ours.

Faithful:
- event patterns: exact values, prefix, suffix, anything-but, numeric, exists, cidr,
  equals-ignore-case, wildcard and $or, on values, arrays and arrays of objects; TestEventPattern;
- PutEvents, and the events of the account's own services, reach every enabled rule of their bus;
- targets get the whole event, a constant, a part of it or a transformed one (Input, InputPath,
  InputTransformer); what cannot be delivered goes to the target's dead-letter queue.

Simplified:
- an event is delivered at once and once; nothing is tried again; roles and policies are not asked;
- targets are CodePipeline pipelines, CodeBuild projects, SQS queues, SNS topics, CloudWatch log
  groups, Lambda functions, state machines and other buses of the account; the rest get nothing.

Absent: rules with a schedule are kept and never fire. Absent, and refused by name: archives and
replays.
"""

from __future__ import annotations

from offline_aws.events import operations

__all__ = ["operations"]
