"""Connections to GitHub and Bitbucket, which wait for a handshake in the console."""

from __future__ import annotations

from offline_aws.apprunner.checks import apprunner_operation, invalid, too_many
from offline_aws.apprunner.names import find_resource, make_resource, page
from offline_aws.apprunner.store import Resource, Shape, Store
from offline_aws.code_hosts import CodeHosts
from offline_aws.operations import Call

_KIND = "connection"
_QUOTA = 10


def status_of(call: Call, connection: Resource) -> str:
    """Return the status of a connection: AVAILABLE once the handshake is finished."""
    if connection.deleted:
        return "DELETED"
    accepted = call.shared(CodeHosts).accepts(connection.arn)
    return "AVAILABLE" if accepted else "PENDING_HANDSHAKE"


def _shape(call: Call, connection: Resource) -> Shape:
    return {
        "ConnectionName": connection.name,
        "ConnectionArn": connection.arn,
        "ProviderType": connection.settings["ProviderType"],
        "Status": status_of(call, connection),
        "CreatedAt": connection.created,
    }


@apprunner_operation("CreateConnection")
def create_connection(call: Call, parameters: Shape) -> Shape:
    """Make a connection, which waits for its handshake."""
    name, there = parameters["ConnectionName"], call.state(Store).of_kind(_KIND)
    if any(each.name == name for each in there):
        raise invalid(f"Connection with the provided name already exists: {name}.")
    if len(there) >= _QUOTA:
        raise too_many("connections", _QUOTA)
    settings = {"ProviderType": parameters["ProviderType"]}
    made = make_resource(call, _KIND, name, parameters, settings)
    return {"Connection": _shape(call, made)}


@apprunner_operation("DeleteConnection")
def delete_connection(call: Call, parameters: Shape) -> Shape:
    """Delete a connection that no service uses."""
    found = find_resource(call, _KIND, parameters["ConnectionArn"])
    for service in call.state(Store).live_services():
        source = service.settings["SourceConfiguration"]
        used = source.get("AuthenticationConfiguration", {}).get("ConnectionArn")
        if used == found.arn:
            raise invalid(f"The connection {found.name} is used by service {service.name}.")
    found.deleted = call.clock.now()
    return {"Connection": _shape(call, found)}


@apprunner_operation("ListConnections")
def list_connections(call: Call, parameters: Shape) -> Shape:
    """Return the connections, or the one of a name."""
    wanted = parameters.get("ConnectionName")
    there = call.state(Store).of_kind(_KIND)
    found = [_shape(call, each) for each in there if wanted in (None, each.name)]
    return page("ConnectionSummaryList", found, parameters)
