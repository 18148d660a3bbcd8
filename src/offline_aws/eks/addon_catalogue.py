"""Add-ons that EKS offers: six of AWS's own, with a version or two for each of Kubernetes.

Names and the form of versions are AWS's. Which version goes with which Kubernetes version is only
sketched: kube-proxy follows it, the others go with all that are offered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from offline_aws.eks.checks import eks_operation, invalid, not_found, page
from offline_aws.eks.store import Shape
from offline_aws.eks.versions import offered
from offline_aws.operations import Call

_RESOURCES: Shape = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        side: {
            "type": "object",
            "additionalProperties": False,
            "properties": {"cpu": {"type": "string"}, "memory": {"type": "string"}},
        }
        for side in ("limits", "requests")
    },
}


@dataclass(frozen=True)
class Offer:
    """An add-on: its versions, the newest first, and what can be configured of it."""

    name: str
    kind: str
    versions: tuple[str, ...]
    settings: Shape = field(default_factory=dict)
    #: Service accounts of it that need permissions, with the managed policies AWS recommends.
    accounts: tuple[tuple[str, str], ...] = ()

    def versions_for(self, kubernetes: str) -> tuple[str, ...]:
        """Return the versions that go with a Kubernetes version, the newest first."""
        return self.versions or (f"v{kubernetes}.0-eksbuild.4", f"v{kubernetes}.0-eksbuild.2")

    @property
    def schema(self) -> Shape:
        """The JSON schema of its configuration values."""
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "additionalProperties": False,
            "properties": {"resources": _RESOURCES, **self.settings},
        }


_REPLICAS: Shape = {"replicaCount": {"type": "integer", "minimum": 1}}
_NETWORK: Shape = {
    "env": {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"type": "string"}
            for name in ("ENABLE_PREFIX_DELEGATION", "WARM_ENI_TARGET", "WARM_IP_TARGET")
        },
    },
    "enableNetworkPolicy": {"type": "string"},
}
OFFERS = (
    Offer(
        "aws-ebs-csi-driver",
        "storage",
        ("v1.53.0-eksbuild.1", "v1.52.1-eksbuild.1"),
        {"controller": {"type": "object"}},
        (("ebs-csi-controller-sa", "AmazonEBSCSIDriverPolicy"),),
    ),
    Offer("coredns", "networking", ("v1.12.4-eksbuild.1", "v1.12.3-eksbuild.1"), _REPLICAS),
    Offer("eks-pod-identity-agent", "security", ("v1.3.10-eksbuild.1", "v1.3.9-eksbuild.3")),
    Offer("kube-proxy", "networking", ()),
    Offer(
        "metrics-server",
        "observability",
        ("v0.8.0-eksbuild.3", "v0.8.0-eksbuild.2"),
        {"replicas": {"type": "integer", "minimum": 1}},
    ),
    Offer(
        "vpc-cni",
        "networking",
        ("v1.20.5-eksbuild.1", "v1.20.4-eksbuild.1"),
        _NETWORK,
        (("aws-node", "AmazonEKS_CNI_Policy"),),
    ),
)


def find_offer(name: str) -> Offer:
    """Return an add-on by name. Raises ``AwsError``."""
    for each in OFFERS:
        if each.name == name:
            return each
    raise not_found(f"Addon {name} specified is not supported", addonName=name)


@eks_operation("DescribeAddonVersions")
def describe_addon_versions(call: Call, parameters: Shape) -> Shape:
    """Return the add-ons with their versions and what these go with."""
    name, wanted = parameters.get("addonName"), parameters.get("kubernetesVersion")
    kubernetes = [each.name for each in offered(call.clock.now())]
    if wanted and wanted not in kubernetes:
        raise invalid(f"Unsupported Kubernetes version: {wanted}")
    found = [find_offer(name)] if name else list(OFFERS)
    sides = {"types": "kind", "publishers": "", "owners": ""}
    for side, attribute in sides.items():
        if allowed := parameters.get(side):
            value = (lambda offer: offer.kind) if attribute else (lambda offer: "eks")
            words = {each.lower() for each in allowed} | (
                {"eks"} if side == "owners" and "aws" in allowed else set()
            )
            found = [each for each in found if value(each) in words]
    kubernetes = [wanted] if wanted else kubernetes
    return page("addons", [_info(each, kubernetes) for each in found], parameters)


def _info(offer: Offer, kubernetes: list[str]) -> Shape:
    return {
        "addonName": offer.name,
        "type": offer.kind,
        "addonVersions": list(_versions(offer, kubernetes)),
        "publisher": "eks",
        "owner": "aws",
    }


def _versions(offer: Offer, kubernetes: list[str]) -> Iterator[dict[str, Any]]:
    matches: dict[str, list[Shape]] = {}
    for cluster in kubernetes:
        for place, version in enumerate(offer.versions_for(cluster)):
            compatible: Shape = {
                "clusterVersion": cluster,
                "platformVersions": ["*"],
                "defaultVersion": place == 0,
            }
            matches.setdefault(version, []).append(compatible)
    for version, compatibilities in matches.items():
        yield {
            "addonVersion": version,
            "architecture": ["amd64", "arm64"],
            "computeTypes": ["ec2"],
            "compatibilities": compatibilities,
            "requiresConfiguration": False,
            "requiresIamPermissions": bool(offer.accounts),
        }


@eks_operation("DescribeAddonConfiguration")
def describe_addon_configuration(call: Call, parameters: Shape) -> Shape:
    """Return the JSON schema of the configuration values of an add-on."""
    offer, version = find_offer(parameters["addonName"]), parameters["addonVersion"]
    kubernetes = [each.name for each in offered(call.clock.now())]
    if not any(version in offer.versions_for(each) for each in kubernetes):
        text = f"Addon version {version} is not supported for addon {offer.name}"
        raise not_found(text, addonName=offer.name)
    accounts = [
        {
            "serviceAccount": account,
            "recommendedManagedPolicies": [f"arn:aws:iam::aws:policy/service-role/{policy}"],
        }
        for account, policy in offer.accounts
    ]
    return {
        "addonName": offer.name,
        "addonVersion": version,
        "configurationSchema": json.dumps(offer.schema),
        "podIdentityConfiguration": accounts,
    }
