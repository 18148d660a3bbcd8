"""Applications: what there is to be deployed, on which compute platform."""

from __future__ import annotations

from offline_aws.codedeploy import tagging
from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Application, Store, find_application
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST_IN_A_BATCH = 100
_MOST_APPLICATIONS = 1000


@codedeploy_operation("CreateApplication")
def create_application(call: Call, parameters: Shape) -> Shape:
    """Create an application; its platform is Server unless another is said."""
    store, name = call.state(Store), parameters["applicationName"]
    _refuse_taken(store, name)
    if len(store.applications) >= _MOST_APPLICATIONS:
        raise AwsError(
            "ApplicationLimitExceededException",
            f"An account has at most {_MOST_APPLICATIONS} applications in a region",
        )
    tags = tagging.checked_tags(parameters.get("tags", []))
    made = Application(
        store.new_uuid(call),
        name,
        parameters.get("computePlatform") or "Server",
        call.clock.now(),
        tags,
    )
    store.applications[name] = made
    return {"applicationId": made.id}


@codedeploy_operation("GetApplication")
def get_application(call: Call, parameters: Shape) -> Shape:
    """Return an application."""
    return {"application": _shown(find_application(call, parameters["applicationName"]))}


@codedeploy_operation("BatchGetApplications")
def batch_get_applications(call: Call, parameters: Shape) -> Shape:
    """Return several applications. Each of them has to exist."""
    names = parameters["applicationNames"]
    if len(names) > _MOST_IN_A_BATCH:
        raise AwsError("BatchLimitExceededException", "The limit of 100 names was exceeded")
    return {"applicationsInfo": [_shown(find_application(call, name)) for name in names]}


@codedeploy_operation("ListApplications")
def list_applications(call: Call, parameters: Shape) -> Shape:
    """Return the names of the applications."""
    return page("applications", sorted(call.state(Store).applications), parameters)


@codedeploy_operation("UpdateApplication")
def update_application(call: Call, parameters: Shape) -> Shape:
    """Change the name of an application."""
    store = call.state(Store)
    application = find_application(call, parameters["applicationName"])
    new = parameters.get("newApplicationName")
    if new and new != application.name:
        _refuse_taken(store, new)
        store.applications[new] = store.applications.pop(application.name)
        application.name = new
        for group in application.groups.values():
            for deployment in group.deployments:
                deployment.application = new
    return {}


@codedeploy_operation("DeleteApplication")
def delete_application(call: Call, parameters: Shape) -> Shape:
    """Delete an application with its groups and revisions; one that is not there is no error.

    What is being deployed fails with APPLICATION_MISSING.
    """
    application = call.state(Store).applications.pop(parameters["applicationName"], None)
    for group in application.groups.values() if application else ():
        if group.active:
            group.active.course.fail(
                "APPLICATION_MISSING", "The application was deleted during the deployment."
            )
    return {}


def _refuse_taken(store: Store, name: str) -> None:
    if name in store.applications:
        raise AwsError("ApplicationAlreadyExistsException", f"Application already exists: {name}")


def _shown(application: Application) -> Shape:
    return {
        "applicationId": application.id,
        "applicationName": application.name,
        "createTime": application.created,
        "linkedToGitHub": False,
        "computePlatform": application.platform,
    }
