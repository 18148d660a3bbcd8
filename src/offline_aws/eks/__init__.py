"""EKS whose clusters, node groups and add-ons take their time, on the lab's clock.

The Kubernetes API of a cluster is not AWS's, and no part of this: what is applied to a cluster
runs in ``devops_workbook.kubernetes``, which asks the operations here as any client does.

Faithful (Amazon EKS User Guide and API model):
    the states of clusters, node groups, Fargate profiles, add-ons and updates, with the waiters;
    names that are taken, clusters that are not ACTIVE, changes during a change, clusters that
    still have node groups or Fargate profiles; versions with the dates of standard and extended
    support, one minor version at a time and never back, nodes that are never newer than the
    control plane and at most three minors older; the nodes of a group as EC2 instances with EKS's
    tags, replaced maxUnavailable at a time, drained first, and PodEvictionFailure after fifteen
    minutes that a disruption budget held; roles that exist and trust the service, subnets in two
    zones, endpoints; authentication modes, the creator's access entry and those of nodes' roles,
    access policies with their scopes; configuration values of add-ons checked against the schema
    that DescribeAddonConfiguration returns; pod identity associations; tags.

Simplified:
    lab time: fixed, short amounts for EKS's own work (``durations.py``). The newest version is the
    default one; where the clock stands outside of the calendar the nearest versions are offered.
    Six add-ons, whose match with Kubernetes versions is only sketched; the release versions of
    nodes and the platform versions are not those of a given day. The Auto Scaling group of a node
    group is a name; a node that somebody terminates in EC2 is not replaced. All nodes of a group
    are of its first instance type. A failed replacement leaves the nodes that were replaced before.
    Texts that AWS's documentation does not have are our own. A client request token is kept, and a
    repeated request is a new one.

Absent: EKS Auto Mode, hybrid nodes, Outposts, EKS Anywhere, connected clusters, capabilities,
    insights, identity providers, envelope encryption after creation, certificate authorities,
    going back to an older version, cancelling an update, target roles of pod identities. The
    aws-auth config map is not read: in CONFIG_MAP mode only the cluster's creator has access.
"""

from __future__ import annotations

from offline_aws.eks import (
    access_entries,
    access_policies,
    addon_catalogue,
    addons,
    cluster_changes,
    clusters,
    fargate_profiles,
    nodegroup_changes,
    nodegroups,
    pod_identity,
    tags,
    updates,
    versions,
)

__all__ = [
    "access_entries",
    "access_policies",
    "addon_catalogue",
    "addons",
    "cluster_changes",
    "clusters",
    "fargate_profiles",
    "nodegroup_changes",
    "nodegroups",
    "pod_identity",
    "tags",
    "updates",
    "versions",
]
