"""What colleagues do by hand, through the services' own APIs, as in the console."""

from __future__ import annotations

from devops_workbook.chapters.infrastructure_as_code.account import resources
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

NOTES = """\
02:10  Orders are sent twice: the workers need a minute, the queue gives them 30 seconds.
       Set the queue's visibility timeout to 120. It stopped.
02:25  Opened port 5432 to everywhere, to look into the database from home.
02:40  Backups for 14 days instead of 1, to be safe. Good night."""


def help_at_night(lab: Lab) -> None:
    """Change the queue, the security group and the database by hand."""
    made = resources()
    clients.client("sqs", REGION).set_queue_attributes(
        QueueUrl=made["OrdersQueue"], Attributes={"VisibilityTimeout": "120"}
    )
    lab.clock.advance(minutes=15)
    clients.client("ec2", REGION).authorize_security_group_ingress(
        GroupId=made["DatabaseAccess"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )
    lab.clock.advance(minutes=15)
    clients.client("rds", REGION).modify_db_instance(
        DBInstanceIdentifier=made["Database"], BackupRetentionPeriod=14, ApplyImmediately=True
    )
