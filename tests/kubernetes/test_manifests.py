"""Manifests are checked against Kubernetes' own schemas, and refused in kubectl's words."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kube_lab import deployment, manifest

from devops_workbook.kubernetes import KubernetesError, documents
from devops_workbook.kubernetes.quantities import mebibytes, millicores, share

VALID = {
    "ConfigMap": manifest("ConfigMap", "v1", "a", data={"LEVEL": "info"}),
    "Deployment": deployment(),
    "HorizontalPodAutoscaler": manifest(
        "HorizontalPodAutoscaler",
        "autoscaling/v2",
        "a",
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
            "minReplicas": 2,
            "maxReplicas": 5,
        },
    ),
    "Ingress": manifest(
        "Ingress",
        "networking.k8s.io/v1",
        "a",
        spec={"defaultBackend": {"service": {"name": "orders", "port": {"number": 80}}}},
    ),
    "Namespace": manifest("Namespace", "v1", "a"),
    "PodDisruptionBudget": manifest(
        "PodDisruptionBudget",
        "policy/v1",
        "a",
        spec={"minAvailable": "50%", "selector": {"matchLabels": {"app": "orders"}}},
    ),
    "Secret": manifest("Secret", "v1", "a", data={"PASSWORD": "aHVzaA=="}),
    "Service": manifest("Service", "v1", "a", spec={"ports": [{"port": 80}]}),
    "ServiceAccount": manifest("ServiceAccount", "v1", "a"),
}


@pytest.mark.parametrize("kind", documents.RESOURCES)
def test_every_kind_has_a_valid_manifest(kind: str) -> None:
    (document,) = documents.read(VALID[kind])
    assert document["kind"] == kind


BAD_REQUEST = 'in version "v1" cannot be handled as a'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            deployment(container={"imag": "x"}),
            'unknown field "spec.template.spec.containers[0].imag"',
        ),
        (deployment(replica=3), f"Deployment {BAD_REQUEST} Deployment: strict decoding error"),
        (
            deployment(replicas="3"),
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of "
            "type int32",
        ),
        (
            deployment(container={"env": {"A": "b"}}),
            "cannot unmarshal object into Go struct field "
            "Container.spec.template.spec.containers.env of type []v1.EnvVar",
        ),
        (
            deployment(container={"env": [{"name": "A", "value": 1}]}),
            "cannot unmarshal number into Go struct field",
        ),
        (VALID["Secret"].replace("aHVzaA==", "hush!"), "illegal base64 data at input byte 4"),
        (manifest("Deploymen", "apps/v1", "a"), 'no matches for kind "Deploymen"'),
        (manifest("Deployment", "v1", "a"), 'no matches for kind "Deployment" in version "v1"'),
        (manifest("Deployment", "apps/v1", "a"), 'The Deployment "a" is invalid: spec: Required'),
        (
            manifest("Deployment", "apps/v1", "a", spec={}),
            "* spec.selector: Required value\n* spec.template: Required value",
        ),
        (deployment(selector={"matchLabels": {"app": "x"}}), "`selector` does not match template"),
        (deployment(selector={}), "empty selector is invalid for deployment"),
        (deployment(replicas=-1), "must be greater than or equal to 0"),
        (deployment(name="Orders"), "a lowercase RFC 1123 subdomain must consist"),
        (deployment(pod={"containers": []}), "spec.template.spec.containers: Required value"),
        (
            deployment(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}),
            "may not be 0 when `maxSurge` is 0",
        ),
        (deployment(strategy={"rollingUpdate": {"maxSurge": "x"}}), "must be an integer or perc"),
        (deployment(strategy={"type": "Rolling"}), 'supported values: "Recreate"'),
        (
            deployment(strategy={"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}),
            "may not be specified when strategy `type` is 'Recreate'",
        ),
        (
            deployment(container={"resources": {"requests": {"cpu": "1q"}}}),
            "quantities must match the regular expression",
        ),
        (
            deployment(container={"resources": {"requests": {"cpu": 2}, "limits": {"cpu": 1}}}),
            "must be less than or equal to cpu limit of 1",
        ),
        (VALID["PodDisruptionBudget"].replace('"50%"', '1, "maxUnavailable": 1'), "both set"),
        (VALID["HorizontalPodAutoscaler"].replace("5", "1"), "or equal to `minReplicas`"),
        (manifest("Service", "v1", "a", spec={}), "spec.ports: Required value"),
        (json.dumps({"kind": "Namespace", "apiVersion": "v1", "metadata": {}}), "metadata.name"),
        ("spec: {}", "Object 'Kind' is missing"),
        ("a: [", "error parsing STDIN"),
        ("", "no objects passed to apply"),
    ],
)
def test_a_mistake_is_refused_as_kubectl_and_the_api_server_do(text: str, words: str) -> None:
    with pytest.raises(KubernetesError) as caught:
        documents.read(text)
    assert words in str(caught.value)


WORDS = st.sampled_from(["spec", "replicas", "template", "selector", "app", "1", "25%", "x"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100)
@given(spec=ANYTHING, kind=st.sampled_from(sorted(documents.RESOURCES)), data=st.data())
def test_any_manifest_is_taken_or_refused_with_a_sentence(
    spec: Any, kind: str, data: st.DataObject
) -> None:
    document = json.loads(VALID[kind])
    place: Any = document
    # Something anywhere in a valid manifest is something else.
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = spec
            break
        place = place[key]
    # Anything else than a refusal fails the test.
    with suppress(KubernetesError):
        documents.check(document)


def test_quantities_are_read_as_kubernetes_does() -> None:
    assert [millicores(text) for text in ("250m", "1", 2, "0.1", "1e2")] == [
        *(250, 1000, 2000, 100, 100_000)
    ]
    assert [mebibytes(text) for text in ("512Mi", "1Gi", "1M", 1048577)] == [512, 1024, 1, 2]
    assert [share("25%", 3, up=True), share("25%", 3, up=False), share(2, 3, up=True)] == [1, 0, 2]
