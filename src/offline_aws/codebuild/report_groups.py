"""Report groups: where the reports of many builds are kept together."""

from __future__ import annotations

from offline_aws.codebuild.checks import codebuild_operation, invalid, not_found, not_simulated
from offline_aws.codebuild.store import Shape, Store, page
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_ORDERS = {"NAME": "name", "CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}
_NO_EXPORT: Shape = {"exportConfigType": "NO_EXPORT"}


@codebuild_operation("CreateReportGroup")
def create_report_group(call: Call, parameters: Shape) -> Shape:
    """Create a report group."""
    arn = _arn(call, parameters["name"])
    if arn in call.state(Store).report_groups:
        raise AwsError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
    export = _export("CreateReportGroup", parameters)
    return {"reportGroup": _new(call, **{**parameters, "exportConfig": export})}


@codebuild_operation("UpdateReportGroup")
def update_report_group(call: Call, parameters: Shape) -> Shape:
    """Change a report group's export settings or tags."""
    group = find_group(call, parameters["arn"])
    export = _export("UpdateReportGroup", parameters)
    group.update({**parameters, "exportConfig": export, "lastModified": call.clock.now()})
    return {"reportGroup": group}


@codebuild_operation("DeleteReportGroup")
def delete_report_group(call: Call, parameters: Shape) -> Shape:
    """Delete a report group; one with reports only if they may go too."""
    store, arn = call.state(Store), parameters["arn"]
    reports = [each for each in store.reports.values() if each["reportGroupArn"] == arn]
    if reports and not parameters.get("deleteReports"):
        raise invalid("Cannot delete a report group with reports: set deleteReports to true")
    for report in reports:
        store.drop_report(report["arn"])
    store.report_groups.pop(arn, None)
    return {}


@codebuild_operation("BatchGetReportGroups")
def batch_get_report_groups(call: Call, parameters: Shape) -> Shape:
    """Return report groups by ARN, and which of them there are not."""
    groups, arns = call.state(Store).report_groups, parameters["reportGroupArns"]
    return {
        "reportGroups": [groups[arn] for arn in arns if arn in groups],
        "reportGroupsNotFound": [arn for arn in arns if arn not in groups],
    }


@codebuild_operation("ListReportGroups")
def list_report_groups(call: Call, parameters: Shape) -> Shape:
    """Return the ARNs of report groups."""
    order = _ORDERS[parameters.get("sortBy", "NAME")]
    backwards = parameters.get("sortOrder") == "DESCENDING"
    groups = call.state(Store).report_groups.values()
    ordered = sorted(groups, key=lambda group: group[order], reverse=backwards)
    return page("reportGroups", [group["arn"] for group in ordered], parameters)


def find_group(call: Call, arn: str) -> Shape:
    """Return a report group. Raises ResourceNotFoundException."""
    group = call.state(Store).report_groups.get(arn)
    if group is None:
        raise not_found(f"Report group {arn} does not exist")
    return group


def group_of_build(call: Call, project: str, given: str, kind: str) -> Shape | None:
    """Return the group a buildspec means: by its ARN, or by a name, made if it is new."""
    groups = call.state(Store).report_groups
    arn = given if given.startswith("arn:") else _arn(call, f"{project}-{given}")
    if arn not in groups and not given.startswith("arn:"):
        return _new(call, name=f"{project}-{given}", type=kind, exportConfig=_NO_EXPORT)
    return groups.get(arn)


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:codebuild:{call.region}:{call.account}:report-group/{name}"


def _new(call: Call, **given: object) -> Shape:
    now, arn = call.clock.now(), _arn(call, str(given["name"]))
    made = {"arn": arn, "created": now, "lastModified": now, "status": "ACTIVE"}
    call.state(Store).report_groups[arn] = group = {"tags": [], **given, **made}
    return group


def _export(operation: str, parameters: Shape) -> Shape:
    """Return the export settings of a group, which can only be none."""
    config: Shape = {**_NO_EXPORT, **parameters.get("exportConfig", {})}
    if config != _NO_EXPORT:
        raise not_simulated(operation, "the export of reports to S3")
    return config
