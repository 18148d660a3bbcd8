"""An error as bytes, so that botocore raises it itself.

Raised by us it would come out of the middle of botocore, under a hundred lines of traceback that a
caller of AWS never sees.
"""

from __future__ import annotations

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from offline_aws.http_errors import error_response
from offline_aws.moto_seam.lookup import handlers_of

_BAD_REQUEST = 400


def on_the_wire(
    error: ClientError, service: str, request: AWSPreparedRequest
) -> tuple[int, dict[str, str], bytes] | None:
    """Return status, headers and body of an error, in the protocol of the request.

    ``service`` is moto's name. None is returned where moto has no such service.
    """
    handlers = handlers_of(service) if service else iter(())
    names = {handler().boto3_service_name for handler in handlers} - {""}
    if not names:
        return None
    found = error.response["Error"]
    response = error_response(
        _protocol(min(names), request),
        found["Code"],
        found["Message"],
        error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _BAD_REQUEST),
    )
    return response.status, response.headers, response.body


def _protocol(service: str, request: AWSPreparedRequest) -> str:
    if request.headers.get("smithy-protocol"):
        return "smithy-rpc-v2-cbor"
    if request.headers.get("X-Amz-Target"):
        return "json"
    return "s3" if service == "s3" else str(get_service_model(service).protocol)
