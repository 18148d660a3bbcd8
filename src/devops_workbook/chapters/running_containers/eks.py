"""``orders`` on EKS: a cluster with two nodes, and manifests."""

from __future__ import annotations

from devops_workbook import kubernetes
from devops_workbook.chapters.running_containers.account import CLUSTER, image, network, role
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.kubernetes.kubectl import Kubectl
from devops_workbook.kubernetes.objects import Rollout
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

VERSION, NODES = "1.33", 2
GROUP = "web"

#: A Deployment with what a production service needs, and a Service in front of it.
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 3
  selector:
    matchLabels: {app: orders}
  template:
    metadata:
      labels: {app: orders}
    spec:
      containers:
      - name: orders
        image: IMAGE
        ports:
        - containerPort: 8080
        resources:
          requests: {cpu: 500m, memory: 1Gi}
          limits: {memory: 1Gi}
        readinessProbe:
          httpGet: {path: /actuator/health/readiness, port: 8080}
          periodSeconds: 5
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector: {app: orders}
  ports:
  - port: 80
    targetPort: 8080
"""

#: What brings customers from outside; a controller in the cluster makes a load balancer of it.
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: orders
spec:
  ingressClassName: alb
  defaultBackend:
    service:
      name: orders
      port: {number: 80}
"""


def manifest(tag: str) -> str:
    """Return the manifests of a version."""
    return MANIFEST.replace("IMAGE", image(tag))


def create_cluster(lab: Lab, name: str = CLUSTER, recorder: Recorder | None = None) -> Kubectl:
    """Make a cluster with nodes and wait for both; return a connection to it."""
    recorder = recorder or Recorder()
    subnets = network()[1]
    recorder.call(
        "eks",
        "create_cluster",
        name=name,
        version=VERSION,
        roleArn=role("shop-eks"),
        resourcesVpcConfig={"subnetIds": subnets},
        accessConfig={"authenticationMode": "API"},
    )
    eks = clients.client("eks", REGION)
    eks.get_waiter("cluster_active").wait(name=name)
    recorder.call(
        "eks",
        "create_nodegroup",
        clusterName=name,
        nodegroupName=GROUP,
        nodeRole=role("shop-nodes"),
        subnets=subnets,
        instanceTypes=["t3.medium"],
        scalingConfig={"minSize": NODES, "desiredSize": NODES, "maxSize": 4},
    )
    eks.get_waiter("nodegroup_active").wait(clusterName=name, nodegroupName=GROUP)
    return kubernetes.connect(lab.aws, name)


def settle(lab: Lab, name: str = CLUSTER) -> None:
    """Move the clock until the rollout of ``orders`` has ended."""
    kubernetes.connect(lab.aws, name).rollout_status("orders")


def is_there(name: str = CLUSTER) -> bool:
    """Return whether there is a cluster that answers."""
    eks = clients.client("eks", REGION)
    if name not in eks.list_clusters()["clusters"]:
        return False
    return eks.describe_cluster(name=name)["cluster"]["status"] in ("ACTIVE", "UPDATING")


def rollout(lab: Lab, name: str = "orders") -> Rollout | None:
    """Return a Deployment of the cluster as it stands, None for none."""
    if not is_there():
        return None
    return kubernetes.inside(lab.aws, CLUSTER).rollouts.get(("default", name))
