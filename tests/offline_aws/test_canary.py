"""The internals of moto and botocore that the package moto_seam relies on, each named.

A failure here after an upgrade says what has moved. Mend ``src/offline_aws/moto_seam/``, then
the pin in ``pyproject.toml`` and ``constraints.txt``.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import boto3
import botocore.httpsession
import botocore.waiter
from botocore.handlers import BUILTIN_HANDLERS

ROOT = Path(__file__).parents[2]


def test_moto_is_the_version_that_the_seam_was_written_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (pinned,) = (name for name in project["dependencies"] if name.startswith("moto"))
    assert pinned.rpartition("==")[2] == version("moto")


def test_moto_is_imported_by_the_seam_alone() -> None:
    source = ROOT / "src"
    importing = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if re.search(r"^\s*(from|import) moto\b(?!_)", path.read_text(), flags=re.M)
    }
    seam = {path.relative_to(source).as_posix() for path in source.glob("*/moto_seam/*.py")}
    assert importing
    assert importing <= seam


def test_the_stubber_is_a_handler_that_is_called_with_event_and_request() -> None:
    from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
    from moto.core.models import botocore_stubber

    assert ("before-send", botocore_stubber) in BUILTIN_HANDLERS
    called = inspect.signature(BotocoreStubber.__call__).parameters
    assert list(called)[:3] == ["self", "event_name", "request"]
    assert list(inspect.signature(BotocoreStubber.process_request).parameters) == [
        "self",
        "request",
    ]
    assert b"".join(MockRawResponse("x").stream()) == b"x"


def test_services_are_found_by_a_list_of_name_and_pattern_that_is_read_at_each_call() -> None:
    from moto import backend_index
    from moto.core import botocore_stubber

    assert isinstance(backend_index.backend_url_patterns, list)
    name, pattern = backend_index.backend_url_patterns[0]
    assert isinstance(name, str)
    assert hasattr(pattern, "match")
    assert "backend_index.backend_url_patterns" in inspect.getsource(botocore_stubber)


def test_access_keys_are_made_in_one_place_and_kept_by_their_id() -> None:
    from moto.iam import models, utils

    generate = utils.generate_access_key_id_from_account_id
    assert models.generate_access_key_id_from_account_id is generate
    assert list(inspect.signature(generate).parameters) == ["account_id", "prefix", "total_length"]
    # What says whose account it is takes the first thirteen characters.
    assert "semi_fixed_part = prefix + account_part + middle_char" in inspect.getsource(generate)
    assert len(generate("123456789012", prefix="AKIA", total_length=20)) == 20
    assert "self.access_keys: dict[str, AccessKey]" in inspect.getsource(models.IAMBackend)


def test_a_result_is_serialised_by_a_class_that_takes_a_picker_of_values() -> None:
    from moto.core.responses import ActionContext, ActionResult
    from moto.core.serialize import ResponseSerializer

    assert list(inspect.signature(ActionResult.execute_result).parameters) == ["self", "context"]
    assert {"operation_model", "serializer_class"} <= set(ActionContext.__dataclass_fields__)
    found = inspect.signature(ResponseSerializer.get_value).parameters
    assert list(found) == ["self", "value", "key", "shape"]
    assert "self.get_value(value, key, shape)" in inspect.getsource(ResponseSerializer)


def test_the_names_of_a_value_hang_on_its_class_and_its_place_in_the_model() -> None:
    from moto.core import responses, serialize

    assert responses.XFormedAttributePicker is serialize.XFormedAttributePicker
    assert list(serialize.AttributePickerContext.__dataclass_fields__)[:3] == [
        "obj",
        "key",
        "shape",
    ]
    assert len(serialize.DEFAULT_ALIAS_PROVIDERS) == 6
    # What an alias asks an object for, beside its class: the aliases that a class declares.
    asked = "".join(inspect.getsource(each) for each in serialize.DEFAULT_ALIAS_PROVIDERS)
    assert set(re.findall(r"obj\.(?!__class__)(\w+)|\(obj, \"(?!__class__)(\w+)", asked)) <= {
        ("Meta", ""),
        ("", "Meta"),
    }
    used = re.findall(r"(\w+)\.__class__", asked)
    assert set(used) == {"obj"}


def test_what_botocore_works_out_for_each_call_and_client_is_a_function_of_what_it_is_given() -> (
    None
):
    import botocore.hooks
    import botocore.useragent

    word = botocore.useragent.sanitize_user_agent_string_component
    assert list(inspect.signature(word).parameters) == ["raw_str", "allow_hash"]
    assert "sanitize_user_agent_string_component(" in inspect.getsource(
        botocore.useragent.UserAgentComponent
    )
    context = botocore.httpsession.create_urllib3_context
    assert "create_urllib3_context()" in inspect.getsource(botocore.httpsession.URLLib3Session)
    assert context.__module__ == "botocore.httpsession"
    assert list(vars(botocore.hooks.EventAliaser(None))) == [
        "_event_aliases",
        "_alias_name_cache",
        "_emitter",
    ]


def test_the_methods_of_a_class_are_looked_up_by_a_function_of_the_class_alone() -> None:
    from moto.core import responses, utils

    assert responses.method_names_from_class is utils.method_names_from_class
    assert "method_names_from_class(self.__class__)" in inspect.getsource(responses)


def test_a_backend_is_found_as_a_module_of_moto() -> None:
    from moto import backends
    from moto.core.base_backend import BackendDict, BaseBackend

    assert '"moto."' in inspect.getsource(backends)
    assert 'rstrip("models") + "urls"' in inspect.getsource(BaseBackend)
    assert list(inspect.signature(BackendDict.__init__).parameters)[1:3] == [
        "backend",
        "service_name",
    ]


def test_a_handler_is_a_class_whose_methods_are_operations() -> None:
    from moto.codecommit.responses import CodeCommitResponse
    from moto.core.responses import ActionResult, BaseResponse
    from moto.core.utils import camelcase_to_underscores, method_names_from_class

    assert issubclass(CodeCommitResponse, BaseResponse)
    assert "create_repository" in method_names_from_class(CodeCommitResponse)
    assert camelcase_to_underscores("GetDNSSEC") == "get_dnssec"
    assert CodeCommitResponse().boto3_service_name == "codecommit"
    assert ActionResult({"a": 1}).result == {"a": 1}
    for name in ("parse_parameters", "dispatch", "PROTOCOL_PARSER_MAP_TYPE"):
        assert hasattr(BaseResponse, name), name
    source = inspect.getsource(BaseResponse)
    for name in ("self.normalized_request", "self.current_account", "self.region", "self.params"):
        assert name in source, name


def test_an_operation_is_found_by_a_router_of_its_service() -> None:
    from botocore.awsrequest import AWSPreparedRequest
    from moto.core.request import normalize_request
    from moto.core.routing import get_service_router

    url = "https://123456789012.s3-control.us-east-1.amazonaws.com/v20180820/jobs"
    headers = {"x-amz-account-id": "123456789012"}
    request = normalize_request(AWSPreparedRequest("GET", url, headers, b"", False))
    operation, _ = get_service_router("s3control").match(request)
    assert operation.name == "ListJobs"
    assert operation.endpoint == {"hostPrefix": "{AccountId}."}


def test_a_status_is_a_header_of_an_answer_and_no_member_of_an_output() -> None:
    from moto.core.responses import BaseResponse
    from moto.core.serialize import BaseRestSerializer

    assert 'get("status", 200)' in inspect.getsource(BaseResponse._transform_response)
    assert list(inspect.signature(BaseResponse.serialized).parameters) == ["self", "action_result"]
    assert "statusCode" not in inspect.getsource(BaseRestSerializer)


def test_the_code_of_a_function_is_kept_by_its_backend() -> None:
    from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends

    assert isinstance(lambda_backends["123456789012"]["us-east-1"], LambdaBackend)
    found = inspect.signature(LambdaBackend.get_function).parameters
    assert list(found) == ["self", "function_name_or_arn", "qualifier"]
    assert "self.code_bytes" in inspect.getsource(LambdaFunction)


def test_an_error_carries_code_and_message() -> None:
    from moto.core.exceptions import ServiceException

    error = ServiceException("SomeException", "text")
    assert (error.code, error.message) == ("SomeException", "text")


def test_sts_knows_who_a_key_belongs_to() -> None:
    from moto.core.responses import BaseResponse
    from moto.sts.models import STSBackend, sts_backends

    assert sts_backends["123456789012"]["aws"].account_id == "123456789012"
    found = inspect.signature(STSBackend.get_caller_identity).parameters
    assert list(found) == ["self", "access_key_id", "region"]
    assert hasattr(BaseResponse, "get_access_key")
    assert "self.partition" in inspect.getsource(BaseResponse)


def test_ids_come_from_one_random_source_that_can_be_seeded() -> None:
    from moto.moto_api._internal import mock_random

    mock_random.seed(1)
    first = mock_random.uuid4()
    mock_random.seed(1)
    assert mock_random.uuid4() == first


def test_what_moto_does_not_know_is_said_in_one_way() -> None:
    from moto.core.botocore_stubber import BotocoreStubber

    assert 'return 404, {}, "Not yet implemented"' in inspect.getsource(BotocoreStubber)


def test_the_mock_is_configured_by_a_dict_with_core() -> None:
    from moto.core.config import default_user_config
    from moto.core.models import MockAWS

    known = {"mock_credentials", "passthrough", "reset_boto3_session", "service_whitelist"}
    assert known <= set(default_user_config["core"])
    assert "config" in inspect.signature(MockAWS.__init__).parameters


def test_botocore_sleeps_in_waiters_and_sends_in_one_place() -> None:
    assert "time.sleep(" in inspect.getsource(botocore.waiter)
    assert "send" in vars(botocore.httpsession.URLLib3Session)


def test_protocols_are_those_that_moto_routes() -> None:
    for service in ("codedeploy", "codepipeline", "codebuild", "cloudwatch"):
        client = boto3.client(
            service, "us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        assert client.meta.service_model.resolved_protocol == "json", service


def test_sessions_and_plain_requests_have_the_names_that_are_replaced() -> None:
    from botocore.session import Session
    from moto.core.botocore_stubber import BotocoreStubber
    from moto.core.models import patch_client, responses_mock

    for name in ("create_client", "get_credentials", "get_auth_token", "set_credentials"):
        assert name in vars(Session), name
    assert "self._credentials = botocore.credentials.Credentials(" in inspect.getsource(Session)
    assert callable(patch_client)
    assert callable(responses_mock._real_send)
    source = inspect.getsource(BotocoreStubber.process_prepared_request)
    assert "self.process_request(" in source


def test_s3_is_told_what_to_do_by_words_in_the_query() -> None:
    import moto.s3.responses

    source = inspect.getsource(moto.s3.responses)
    for known in ("versioning", "lifecycle", "tagging", "uploads", "delete", "acl"):
        assert f'"{known}"' in source, known
    for unknown in ("metrics", "analytics", "requestPayment", "annotation"):
        assert f'"{unknown}"' not in source, unknown


def test_images_are_made_one_by_one_from_lists_in_moto() -> None:
    from moto.ec2.models.amis import AMIS, AmiBackend
    from moto.ec2.models.elastic_block_store import EBSBackend
    from moto.utilities.utils import load_resource

    assert AMIS[0]["ami_id"].startswith("ami-")
    assert load_resource("ec2/resources/latest_amis/us-east-1.json")[0]["ami_id"]
    source = inspect.getsource(AmiBackend)
    assert "self._load_amis()" in source
    assert "self.amis[ami_id] = Ami(self, **ami)" in source
    found = inspect.signature(AmiBackend.describe_images).parameters
    assert list(found)[:3] == ["self", "ami_ids", "filters"]
    found = inspect.signature(EBSBackend.describe_snapshots).parameters
    assert list(found) == ["self", "snapshot_ids", "filters"]


def test_those_who_use_ec2_inside_moto_are_known() -> None:
    import moto

    from offline_aws.moto_seam.images import USERS_OF_EC2

    services = Path(moto.__file__).parent
    importing = {
        path.relative_to(services).parts[0]
        for path in services.rglob("*/*.py")
        if re.search(r"^\s*from moto\.ec2\b.* import .*ec2_backends", path.read_text(), flags=re.M)
    }
    assert importing - {"cloudformation"} <= USERS_OF_EC2


def test_a_default_rule_of_a_listener_names_itself() -> None:
    from moto.elbv2.models import FakeRule

    assert list(inspect.signature(FakeRule.__init__).parameters)[:2] == ["self", "listener_arn"]
    assert 'f"/{id(self)}"' in inspect.getsource(FakeRule)


def test_a_backend_that_is_reset_is_forgotten_at_once() -> None:
    from moto.core.base_backend import BackendDict, BaseBackend
    from moto.core.models import MockAWS

    assert "self.__init__(region_name, account_id)" in inspect.getsource(BaseBackend.reset)
    source = inspect.getsource(BackendDict.reset)
    assert source.index("account_specific_backend.reset()") < source.index("backend.clear()")
    assert "BackendDict.reset()" in inspect.getsource(MockAWS.reset)


def test_policies_of_aws_are_data_and_kept_in_a_map_and_a_list() -> None:
    from moto.iam.aws_managed_policies import aws_managed_policies_data
    from moto.iam.models import AWSManagedPolicy, IAMBackend
    from moto.iam.responses import IamResponse

    assert isinstance(aws_managed_policies_data, str)
    assert list(inspect.signature(AWSManagedPolicy.from_data).parameters) == [
        "name",
        "account_id",
        "region_name",
        "data",
    ]
    backend = IAMBackend("aws", "123456789012")
    assert (backend.managed_policies, backend.aws_managed_policies) == ({}, [])
    assert callable(IamResponse.call_action)


def test_a_bucket_is_made_by_its_name() -> None:
    from moto.s3.exceptions import InvalidBucketName
    from moto.s3.models import S3Backend

    assert list(inspect.signature(S3Backend.create_bucket).parameters)[:2] == [
        "self",
        "bucket_name",
    ]
    assert not inspect.signature(InvalidBucketName).parameters


def test_a_bucket_says_what_its_policy_permits() -> None:
    from moto.iam.access_control import IAMPolicy, PermissionResult
    from moto.s3.models import FakeBucket

    assert list(inspect.signature(FakeBucket.get_permission).parameters) == [
        "self",
        "action",
        "resource",
    ]
    assert "self.policy is None" in inspect.getsource(FakeBucket.get_permission)
    policy = IAMPolicy('{"Version": "2012-10-17", "Statement": []}')
    assert policy.is_action_permitted("s3:GetObject", "*") is PermissionResult.NEUTRAL


def test_moto_lacks_what_is_wholly_ours() -> None:
    from moto import backend_index

    # One that moto has would have addresses and a responses module of its own.
    assert "apprunner" not in {name for name, _ in backend_index.backend_url_patterns}


def test_a_path_that_is_in_no_model_is_dispatched_with_its_body_as_it_came() -> None:
    from moto.core.responses import BaseResponse

    assert list(inspect.signature(BaseResponse._dispatch).parameters) == [
        "self",
        "request",
        "full_url",
        "headers",
    ]
    assert "use_raw_body" in inspect.signature(BaseResponse.setup_class).parameters
    source = inspect.getsource(BaseResponse)
    assert "self.raw_body = self.body" in source
    assert "and self.allow_request_decompression" in source
    assert "cls()._dispatch(" in source
    assert "self.normalized_request = request" in source


def test_x_ray_of_moto_answers_by_paths_and_not_by_operations() -> None:
    import moto

    # Read and not imported: its X-Ray SDK opens a socket. It is ours altogether, but its address.
    urls = (Path(moto.__file__).parent / "xray" / "urls.py").read_text()
    assert r'url_bases = [r"https?://xray\.(.+)\.amazonaws.com"]' in urls
    assert '"{0}/TraceSegments$"' in urls
    assert "v1/traces" not in urls


def test_a_repository_of_ecr_is_read_by_the_names_of_its_settings() -> None:
    from moto.ecr.models import Repository, ecr_backends

    kept = ecr_backends["123456789012"]["us-east-1"]
    assert isinstance(kept.repositories, dict)
    assert kept.replication_config == {"rules": []}
    repository = Repository("123456789012", "us-east-1", "shop", None, None, "", "MUTABLE")
    assert {
        *("arn", "uri", "image_tag_mutability", "image_tag_mutability_exclusion_filters"),
        *("image_scanning_configuration", "scanning_config"),
    } <= set(vars(repository))
    assert repository.scanning_config["scanFrequency"] == "MANUAL"
