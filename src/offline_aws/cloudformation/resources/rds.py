"""AWS::RDS::DBInstance, DBSubnetGroup and DBParameterGroup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Context, Failed, Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live


def _tags(arn: str) -> Tags:
    return Tags(resource=live(arn), tag="add_tags_to_resource", untag="remove_tags_from_resource")


_INSTANCE = {"DBInstanceIdentifier": ID}
_AT_ANY_TIME = """
    AllocatedStorage AutoMinorVersionUpgrade BackupRetentionPeriod CACertificateIdentifier
    CopyTagsToSnapshot DBInstanceClass DBParameterGroupName DeletionProtection
    EnableIAMDatabaseAuthentication EngineVersion Iops LicenseModel MasterUserPassword
    MaxAllocatedStorage MultiAZ PreferredBackupWindow PreferredMaintenanceWindow
    PubliclyAccessible StorageType VPCSecurityGroups
"""
_AT_FIRST = """
    AvailabilityZone DBInstanceIdentifier DBName DBSubnetGroupName Engine
    EnableCloudwatchLogsExports KmsKeyId ManageMasterUserPassword MasterUsername Port
    StorageEncrypted
"""


class _Instance(Declared):
    """A database, of which a snapshot can be kept."""

    def snapshot(self, context: Context, physical_id: str) -> None:
        """Make a snapshot, named after the stack, the logical id and random letters."""
        context.client("rds").create_db_snapshot(
            DBInstanceIdentifier=physical_id,
            DBSnapshotIdentifier=context.name(255, lower=True),
        )


register(
    _Instance(
        "AWS::RDS::DBInstance",
        service="rds",
        properties=f"{_AT_ANY_TIME} {_AT_FIRST} Tags",
        takes=timedelta(minutes=6),
        named=Named("DBInstanceIdentifier", 63, lower=True),
        words={"VPCSecurityGroups": "VpcSecurityGroupIds"},
        make=Call("create_db_instance"),
        look=Look("describe_db_instances", _INSTANCE, "DBInstances[0]"),
        change=(Call("modify_db_instance", {**_INSTANCE, "ApplyImmediately": True}, _AT_ANY_TIME),),
        remove=Call("delete_db_instance", {**_INSTANCE, "SkipFinalSnapshot": True}),
        parts=(_tags("DBInstanceArn"),),
        show={
            "DBParameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
            "DBSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
            "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
            "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
            "Port": "Endpoint.Port",
            "VPCSecurityGroups": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
        fixed=_AT_FIRST,
        unread="ManageMasterUserPassword MasterUserPassword",
        accepted="""
            AllowMajorVersionUpgrade ApplyImmediately DeleteAutomatedBackups
            EnablePerformanceInsights MonitoringInterval MonitoringRoleArn
            PerformanceInsightsKMSKeyId PerformanceInsightsRetentionPeriod StorageThroughput
        """,
    )
)

_SUBNETS = "DBSubnetGroupDescription SubnetIds"


def _change_subnets(it: Resource) -> None:
    """Change the group; moto forgets one that is changed, so that it is made again."""
    tags = it.ask("list_tags_for_resource", ResourceName=it.live["DBSubnetGroupArn"])["TagList"]
    name = {"DBSubnetGroupName": ID}
    Call("modify_db_subnet_group", name, _SUBNETS).run(it)
    if it.look() is None:
        Call("create_db_subnet_group", {**name, "Tags": tags}, _SUBNETS).run(it)
        it.look()


register(
    Declared(
        "AWS::RDS::DBSubnetGroup",
        service="rds",
        properties=f"DBSubnetGroupName {_SUBNETS} Tags",
        named=Named("DBSubnetGroupName", 255, lower=True),
        make=Call("create_db_subnet_group"),
        look=Look("describe_db_subnet_groups", {"DBSubnetGroupName": ID}, "DBSubnetGroups[0]"),
        change=(By(_change_subnets, _SUBNETS),),
        remove=Call("delete_db_subnet_group", {"DBSubnetGroupName": ID}),
        parts=(_tags("DBSubnetGroupArn"),),
        show={"SubnetIds": "Subnets[].SubnetIdentifier"},
    )
)


def _set_parameters(it: Resource, old: Properties) -> None:
    now = it["Parameters"] or {}
    if set(old.get("Parameters") or ()) - set(now):
        raise Failed("Resetting a parameter to its default is not simulated offline.")
    parameters = [
        {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
        for name, value in now.items()
    ]
    it.ask("modify_db_parameter_group", DBParameterGroupName=it.id, Parameters=parameters)


def _parameters(it: Resource) -> dict[str, Any]:
    found = it.found("describe_db_parameters:Parameters", DBParameterGroupName=it.id)
    return {"Parameters": {each["ParameterName"]: each["ParameterValue"] for each in found}}


register(
    Declared(
        "AWS::RDS::DBParameterGroup",
        service="rds",
        properties="DBParameterGroupName Description Family Parameters Tags",
        named=Named("DBParameterGroupName", 255, lower=True),
        words={"Family": "DBParameterGroupFamily"},
        make=Call("create_db_parameter_group"),
        look=Look(
            "describe_db_parameter_groups", {"DBParameterGroupName": ID}, "DBParameterGroups[0]"
        ),
        remove=Call("delete_db_parameter_group", {"DBParameterGroupName": ID}),
        parts=(Do("Parameters", _set_parameters, _parameters), _tags("DBParameterGroupArn")),
    )
)
