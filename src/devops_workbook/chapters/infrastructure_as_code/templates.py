"""The shop's templates, in parts: each part is text, so that a learner can read and extend it."""

from __future__ import annotations

NETWORK = """\
Description: The shop's network, kept by the platform team.

Resources:
  Network:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
  SubnetA:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Network
      CidrBlock: 10.0.1.0/24
      AvailabilityZone: us-east-1a
  SubnetB:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Network
      CidrBlock: 10.0.2.0/24
      AvailabilityZone: us-east-1b
  SubnetC:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Network
      CidrBlock: 10.0.3.0/24
      AvailabilityZone: us-east-1c

Outputs:
  Network:
    Value: !Ref Network
    Export: {Name: shop-network}
  Subnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB]]
    Export: {Name: shop-subnets}
"""

BASE = """\
Description: What the orders service needs.

Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      VersioningConfiguration: {Status: Enabled}

  OrdersQueue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30

  ServiceRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: ecs-tasks.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: send-orders
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: sqs:SendMessage
                Resource: !GetAtt OrdersQueue.Arn
"""

ACCESS = """
  DatabaseSubnets:
    Type: AWS::RDS::DBSubnetGroup
    Properties:
      DBSubnetGroupDescription: Where the orders database may stand
      SubnetIds: !Split [",", !ImportValue shop-subnets]

  DatabaseAccess:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Who may talk to the orders database
      VpcId: !ImportValue shop-network
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16}
"""

DATABASE = """
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      EngineVersion: "17.6"
      DBInstanceClass: db.t4g.micro
      AllocatedStorage: "20"
      StorageEncrypted: true
      MasterUsername: shop
      MasterUserPassword: "{{resolve:secretsmanager:shop/database:SecretString:password}}"
      DBSubnetGroupName: !Ref DatabaseSubnets
      VPCSecurityGroups: [!GetAtt DatabaseAccess.GroupId]

Outputs:
  Endpoint:
    Value: !GetAtt Database.Endpoint.Address
    Export: {Name: shop-database}
"""

#: The whole of the stack ``shop``.
SHOP = BASE + ACCESS + DATABASE

REPORTS = """\
Description: Where the monthly reports are made.

Resources:
  Reports:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: shop-releases
  ReportsQueue:
    Type: AWS::SQS::Queue
  ReportsLog:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
  ReportsTopic:
    Type: AWS::SNS::Topic
"""
