"""Exercise on a synthesised template: what has the CDK added by itself?"""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.cdk.scene import chapter, the_courses
from devops_workbook.checks import as_number, as_text, describe, require, require_entries
from devops_workbook.lab import Lab

_KEYS = ("resources", "password", "database", "bucket")


def _right() -> dict[str, Any]:
    found = the_courses("Shop").template()["Resources"]
    of = {each["Type"]: (name, each) for name, each in found.items()}
    return {
        "resources": len(found),
        "password": of["AWS::SecretsManager::Secret"][0],
        "database": of["AWS::RDS::DBInstance"][1]["DeletionPolicy"],
        "bucket": of["AWS::S3::Bucket"][1]["DeletionPolicy"],
    }


@chapter.exercise(
    "added",
    title="Read what the CDK has added",
    minutes=5,
    answer="added",
    hints=(
        '`template["Resources"]` is a dict by logical id. Each entry has a "Type", and beside it '
        '"Properties", "DeletionPolicy", …',
        "The database's MasterUserPassword is a dynamic reference. Which resource does it "
        "refer to?",
    ),
)
def check_added(lab: Lab, answer: Any) -> str:
    """The number of resources, where the password is, and what deletion leaves behind."""
    require_entries(answer, "added", _KEYS)
    number = as_number(answer["resources"], "added['resources']")
    for key in ("password", "database", "bucket"):
        as_text(answer[key], f"added['{key}']")
    right = _right()
    require(
        number == right["resources"],
        f"added['resources'] is {describe(answer['resources'])}. Count the entries of "
        "template['Resources'], not the constructs in your code.",
    )
    resources = the_courses("Shop").template()["Resources"]
    name = answer["password"]
    require(
        name in resources,
        f"added['password'] is {describe(name)}, which is no logical id of the template.",
    )
    require(
        name == right["password"],
        f"added['password'] is {name}, a {resources[name]['Type']}. The database refers to "
        "something else for its password.",
    )
    for key, what in (("database", "AWS::RDS::DBInstance"), ("bucket", "AWS::S3::Bucket")):
        require(
            answer[key] == right[key],
            f"added['{key}'] is {describe(answer[key])}. Read the DeletionPolicy of the {what}.",
        )
    return (
        f"{number:.0f} resources. The password was never in your code, and neither the database's "
        "data nor the bucket go with the stack."
    )
