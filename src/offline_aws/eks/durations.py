"""Lab time of what EKS does by itself, always the same."""

from __future__ import annotations

from datetime import timedelta

#: Until a new control plane answers; AWS speaks of ten minutes or so.
CLUSTER_CREATION = timedelta(minutes=9)
CLUSTER_DELETION = timedelta(minutes=3)
#: Another minor version of the control plane.
CLUSTER_VERSION = timedelta(minutes=10)
#: Everything else that is changed in a control plane.
CLUSTER_CONFIG = timedelta(minutes=2)

#: From the request to instances that have joined the cluster.
NODES_JOIN = timedelta(minutes=2, seconds=30)
NODEGROUP_CONFIG = timedelta(seconds=30)
NODEGROUP_DELETION = timedelta(minutes=4)
#: From the start of a drained instance's end to its end.
NODE_STOPS = timedelta(seconds=45)
#: How often an update asks whether a node is empty, and how long it does.
EVICTION_RETRY = timedelta(seconds=15)
EVICTION_TIMEOUT = timedelta(minutes=15)

FARGATE_PROFILE = timedelta(minutes=2)
FARGATE_PROFILE_DELETION = timedelta(minutes=2)
ADDON = timedelta(seconds=40)
ADDON_DELETION = timedelta(seconds=20)
