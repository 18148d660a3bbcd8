"""The chapter, and the account it begins with: the shop's code, its builds and its buckets."""

from __future__ import annotations

from pathlib import Path

from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop_repository import create_shop_repository, shop_files
from offline_aws import clients

chapter = Chapter(
    "pipelines",
    "Pipelines",
    minutes=75,
    leave_out=("same-bytes", "freeze", "roll-back"),
)

PIPELINE = "orders"
ARTIFACTS, PRODUCTION = "shop-artifacts", "shop-production"
OBJECT = "orders.zip"
ROLE = "arn:aws:iam::123456789012:role/shop-pipeline"
_BUILD_ROLE = "arn:aws:iam::123456789012:role/shop-build"

_BUILDSPECS = {
    # The plugins of pytest that a learner has are no part of the shop's tests.
    "orders-test": """version: 0.2
env:
  variables:
    PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1"
phases:
  build:
    commands:
      - cd orders
      - python -m pytest -q -p no:cacheprovider
""",
    "orders-package": """version: 0.2
phases:
  build:
    commands:
      - cd orders
      - echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" > COMMIT
artifacts:
  base-directory: orders
  files:
    - COMMIT
    - requirements.txt
    - service/*
    - migrations/*
    - tools/smoke_test.py
""",
    "orders-smoke": """version: 0.2
phases:
  build:
    commands:
      - python tools/smoke_test.py
""",
    "orders-migrate": """version: 0.2
phases:
  build:
    commands:
      - python -c "from service.store import connect; connect('$ORDERS_DATABASE')"
      - echo "migrated by $(cat COMMIT)"
""",
}
_SMOKE_TEST = '''"""Start the packaged service with production's settings; ask for its health."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from service.config import read_config
from service.store import connect
from service.web import Application

config = read_config(os.environ)
application = Application(connect(config.database), config.version)
request = {"REQUEST_METHOD": "GET", "PATH_INFO": "/health"}
answer = application(request, lambda status, headers: print("/health says", status))
print(b"".join(answer).decode())
'''


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the shop's repository, its build projects and two buckets into the account."""
    files = shop_files("orders") | {"orders/tools/smoke_test.py": _SMOKE_TEST}
    create_shop_repository(files)
    s3 = clients.client("s3", REGION)
    for bucket in (ARTIFACTS, PRODUCTION):
        s3.create_bucket(Bucket=bucket)
    for name, buildspec in _BUILDSPECS.items():
        _create_project(name, buildspec, database_of(lab))


def database_of(lab: Lab) -> Path:
    """Return where the database of production is, a real SQLite file."""
    return lab.aws.folder / "production.db"


def _create_project(name: str, buildspec: str, database: Path) -> None:
    clients.client("codebuild", REGION).create_project(
        name=name,
        source={"type": "CODEPIPELINE", "buildspec": buildspec},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "ORDERS_DATABASE", "value": str(database)}],
        },
        serviceRole=_BUILD_ROLE,
    )
