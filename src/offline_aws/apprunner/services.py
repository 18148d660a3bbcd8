"""Services: create, describe, list, update, deploy, pause, resume, delete."""

from __future__ import annotations

from offline_aws.apprunner import active_instances, artifact, automatic, settings
from offline_aws.apprunner.auto_scaling import default_scaling
from offline_aws.apprunner.checks import (
    INVALID,
    apprunner_operation,
    invalid,
    too_many,
    wrong_state,
)
from offline_aws.apprunner.course import Course
from offline_aws.apprunner.names import (
    arn,
    find_resource,
    find_service,
    new_id,
    new_url,
    page,
    tags_of,
)
from offline_aws.apprunner.settings import service_shape
from offline_aws.apprunner.source import check_automatic, source
from offline_aws.apprunner.store import Before, Service, Shape, Store
from offline_aws.operations import Call

_QUOTA = 30
_SUMMARY = (
    *("ServiceName", "ServiceId", "ServiceArn", "ServiceUrl", "CreatedAt", "UpdatedAt"),
    "Status",
)


@apprunner_operation("CreateService")
def create_service(call: Call, parameters: Shape) -> Shape:
    """Create a service; its first deployment starts as the clock moves."""
    store, name = call.state(Store), parameters["ServiceName"]
    if any(each.name == name for each in store.live_services()):
        raise invalid(f"Service with the provided name already exists: {name}.")
    if len(store.live_services()) >= _QUOTA:
        raise too_many("services", _QUOTA)
    made = _settings(call, parameters, {})
    if encryption := parameters.get("EncryptionConfiguration"):
        made["EncryptionConfiguration"] = encryption
    scaling, scaled_by = _scaling(call, parameters.get("AutoScalingConfigurationArn", ""))
    identifier, now = new_id(call), call.clock.now()
    service = Service(
        name=name,
        id=identifier,
        arn=arn(call, f"service/{name}/{identifier}"),
        url=new_url(call),
        settings=made,
        scaling=scaling,
        scaled_by=scaled_by,
        created=now,
        updated=now,
        tags=tags_of(parameters.get("Tags", [])),
    )
    store.services[service.arn] = service
    automatic.watch(call)
    active_instances.follow(call, service)
    operation = automatic.deploy(call, service, "CREATE_SERVICE")
    return {"Service": service_shape(call, service), "OperationId": operation}


def _settings(call: Call, parameters: Shape, before: Shape) -> Shape:
    """Return the settings of a service as they are with what a request changes."""
    chosen = source(
        call, parameters.get("SourceConfiguration", {}), before.get("SourceConfiguration")
    )
    check_automatic(call, chosen)
    made: Shape = {
        **before,
        "SourceConfiguration": chosen,
        "InstanceConfiguration": settings.instance(
            parameters.get("InstanceConfiguration", {}), before.get("InstanceConfiguration", {})
        ),
        "HealthCheckConfiguration": settings.health_check(
            parameters.get("HealthCheckConfiguration", {}),
            before.get("HealthCheckConfiguration", {}),
        ),
        "NetworkConfiguration": settings.network(
            call,
            parameters.get("NetworkConfiguration", {}),
            before.get("NetworkConfiguration", {}),
        ),
    }
    if "ObservabilityConfiguration" in parameters or not before:
        made["ObservabilityConfiguration"] = settings.observability(
            call, parameters.get("ObservabilityConfiguration", {})
        )
    return made


def _scaling(call: Call, given: str) -> tuple[str, str]:
    """Return the ARN of an auto scaling configuration, the default's for "", and what it means."""
    wanted = given or default_scaling(call)
    default_scaling(call)
    return wanted, find_resource(call, "autoscalingconfiguration", wanted, INVALID).arn


@apprunner_operation("UpdateService")
def update_service(call: Call, parameters: Shape) -> Shape:
    """Change the settings of a service and deploy it; a failed creation is repaired so."""
    service = find_service(call, parameters["ServiceArn"])
    _require(service, "updated", "RUNNING", "CREATE_FAILED")
    before = Before(service.settings, service.scaling, service.scaled_by, service.seen)
    changed = _settings(call, parameters, service.settings)
    given = parameters.get("AutoScalingConfigurationArn", service.scaling)
    service.scaling, service.scaled_by = _scaling(call, given)
    service.settings = changed
    service.before = before if service.status == "RUNNING" else None
    operation = automatic.deploy(call, service, "UPDATE_SERVICE")
    return {"Service": service_shape(call, service), "OperationId": operation}


@apprunner_operation("StartDeployment")
def start_deployment(call: Call, parameters: Shape) -> Shape:
    """Deploy the newest version of a service's source."""
    service = find_service(call, parameters["ServiceArn"])
    if service.status != "RUNNING":
        # The model of this operation has no InvalidStateException.
        raise invalid(_state_text(service, "deployed to"))
    return {"OperationId": automatic.deploy(call, service, "START_DEPLOYMENT")}


@apprunner_operation("PauseService")
def pause_service(call: Call, parameters: Shape) -> Shape:
    """Take the instances of a service away, and keep the rest."""
    service = find_service(call, parameters["ServiceArn"])
    _require(service, "paused", "RUNNING")
    course = Course(call, service, "PAUSE_SERVICE", automatic.look)
    operation = course.begin(course.pause)
    return {"Service": service_shape(call, service), "OperationId": operation}


@apprunner_operation("ResumeService")
def resume_service(call: Call, parameters: Shape) -> Shape:
    """Let the version run again that ran when the service was paused."""
    service = find_service(call, parameters["ServiceArn"])
    _require(service, "resumed", "PAUSED")
    # What was pushed in the meantime is not deployed afterwards either.
    service.seen = artifact.newest(call, service) or service.seen
    course = Course(call, service, "RESUME_SERVICE", automatic.look)
    operation = course.begin(course.resume)
    return {"Service": service_shape(call, service), "OperationId": operation}


@apprunner_operation("DeleteService")
def delete_service(call: Call, parameters: Shape) -> Shape:
    """Take a service away; it is described as DELETED afterwards."""
    service = find_service(call, parameters["ServiceArn"])
    _require(service, "deleted", "RUNNING", "PAUSED", "CREATE_FAILED", "DELETE_FAILED")
    ingress = call.state(Store).of_kind("vpcingressconnection")
    if any(each.settings["ServiceArn"] == service.arn for each in ingress):
        raise wrong_state(
            f"Service {service.name} has active VPC ingress connections. Delete them first."
        )
    course = Course(call, service, "DELETE_SERVICE", _gone)
    operation = course.begin(course.delete)
    return {"Service": service_shape(call, service), "OperationId": operation}


def _gone(call: Call, service: Service) -> None:
    service.domains.clear()


def _require(service: Service, done: str, *statuses: str) -> None:
    if service.status not in statuses:
        raise wrong_state(_state_text(service, done))


def _state_text(service: Service, done: str) -> str:
    return f"Service cannot be {done} in the current state: {service.status}."


@apprunner_operation("DescribeService")
def describe_service(call: Call, parameters: Shape) -> Shape:
    """Return a service, a deleted one too."""
    service = find_service(call, parameters["ServiceArn"], deleted=True)
    return {"Service": service_shape(call, service)}


@apprunner_operation("ListServices")
def list_services(call: Call, parameters: Shape) -> Shape:
    """Return summaries of the services that were not deleted."""
    shapes = [service_shape(call, each) for each in call.state(Store).live_services()]
    found = [{name: shape[name] for name in _SUMMARY} for shape in shapes]
    return page("ServiceSummaryList", found, parameters)


@apprunner_operation("ListOperations")
def list_operations(call: Call, parameters: Shape) -> Shape:
    """Return the operations on a service, the last first."""
    service = find_service(call, parameters["ServiceArn"], deleted=True)
    found = []
    for each in reversed(service.operations):
        shape = {
            "Id": each.id,
            "Type": each.type,
            "Status": each.status,
            "TargetArn": service.arn,
            "StartedAt": each.started,
            "UpdatedAt": each.updated,
        }
        found.append({**shape, "EndedAt": each.ended} if each.ended else shape)
    return page("OperationSummaryList", found, parameters)
