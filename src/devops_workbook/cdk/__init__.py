"""The AWS CDK in a notebook: start it, synthesise, deploy, compare, destroy.

The CDK is the real ``aws-cdk-lib``; what is here stands in for its command-line tool, and uses
nothing but boto3. Its words are those of ``cdk deploy`` and ``cdk diff``.

Faithful (AWS CDK Developer Guide, the cloud assembly's schema, the output of the CDK CLI):
    the file assets of a cloud assembly, in the staging bucket under their hashes, each once; the
    template itself as such an asset; bootstrapping by the stack ``CDKToolkit``, with its bucket,
    repository, roles and version; change sets, executed; a stack after those that it needs;
    termination protection, tags and notifications of a stack; outputs; stages. ``diff`` by
    sections, with the changes of IAM statements and what the change set says is replaced.

Simplified:
    no role is assumed. A stack that failed at its creation is deleted before the next try, as the
    CLI does. Metadata with construct paths and the CDK's own usage metadata are not written into
    templates. Security groups have no section of their own in ``diff``.

Absent, and refused in one sentence:
    images that Docker would build, look-ups of values in the account, stacks of another account or
    region, hot swaps, custom resources.
"""

from __future__ import annotations

from devops_workbook.cdk.assembly import Assembly, StackArtifact
from devops_workbook.cdk.bootstrap import bootstrap
from devops_workbook.cdk.deployment import deploy, destroy, drift
from devops_workbook.cdk.diff import diff
from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.runtime import start
from devops_workbook.cdk.stacks import first_failure
from devops_workbook.cdk.synthesis import Finding, findings, synth

__all__ = [
    "Assembly",
    "CdkError",
    "Finding",
    "StackArtifact",
    "bootstrap",
    "deploy",
    "destroy",
    "diff",
    "drift",
    "findings",
    "first_failure",
    "start",
    "synth",
]
