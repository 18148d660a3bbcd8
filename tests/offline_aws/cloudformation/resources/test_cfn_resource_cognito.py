from __future__ import annotations

import pytest
from cfn_examples import Example, World, lives

SENDER = "arn:aws:ses:us-east-1:123456789012:identity/shop.example"


ROLE = "arn:aws:iam::123456789012:role/shop"


PASSWORD = {"MinimumLength": 12, "RequireLowercase": True, "RequireNumbers": True}


POOL = {
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
    "AliasAttributes": ["email"],
    "AutoVerifiedAttributes": ["email"],
    "DeletionProtection": "INACTIVE",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True},
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "EmailVerificationMessage": "Your code: {####}",
    "EmailVerificationSubject": "Your code",
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:check"},
    "MfaConfiguration": "OFF",
    "Policies": {"PasswordPolicy": PASSWORD},
    "Schema": [{"Name": "team", "AttributeDataType": "String", "Mutable": True}],
    "SmsAuthenticationMessage": "Code {####}",
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "shop"},
    "SmsVerificationMessage": "Code {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
    "UserPoolName": "customers",
    "UserPoolTags": {"team": "shop"},
    "UserPoolTier": "ESSENTIALS",
    "UsernameConfiguration": {"CaseSensitive": False},
    "VerificationMessageTemplate": {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "EmailMessage": "Code {####}",
        "EmailSubject": "Code",
    },
}


OTHER_POOL = {
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "AutoVerifiedAttributes": [],
    "DeletionProtection": "ACTIVE",
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False},
    "EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SENDER},
    "EmailVerificationMessage": "The code: {####}",
    "EmailVerificationSubject": "The code",
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:check2"},
    "MfaConfiguration": "OPTIONAL",
    "Policies": {"PasswordPolicy": {**PASSWORD, "MinimumLength": 8}},
    "SmsAuthenticationMessage": "The code {####}",
    "SmsConfiguration": {"SnsCallerArn": ROLE, "ExternalId": "till"},
    "SmsVerificationMessage": "The code {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "UserPoolTags": {"team": "till"},
    "UserPoolTier": "PLUS",
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
}


CLIENT = {
    "AccessTokenValidity": 30,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid"],
    "AuthSessionValidity": 5,
    "CallbackURLs": ["https://shop.example/in"],
    "ClientName": "web",
    "DefaultRedirectURI": "https://shop.example/in",
    "EnableTokenRevocation": True,
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "GenerateSecret": True,
    "IdTokenValidity": 30,
    "LogoutURLs": ["https://shop.example/out"],
    "PreventUserExistenceErrors": "ENABLED",
    "ReadAttributes": ["email"],
    "RefreshTokenValidity": 9,
    "SupportedIdentityProviders": ["COGNITO"],
    "TokenValidityUnits": {"AccessToken": "minutes"},
    "WriteAttributes": ["email"],
}


OTHER_CLIENT = {
    "AccessTokenValidity": 60,
    "AllowedOAuthFlows": ["implicit"],
    "AllowedOAuthFlowsUserPoolClient": False,
    "AllowedOAuthScopes": ["email"],
    "AuthSessionValidity": 6,
    "CallbackURLs": ["https://till.example/in"],
    "ClientName": "app",
    "DefaultRedirectURI": "https://till.example/in",
    "EnableTokenRevocation": False,
    "ExplicitAuthFlows": ["ALLOW_USER_AUTH"],
    "IdTokenValidity": 60,
    "LogoutURLs": ["https://till.example/out"],
    "PreventUserExistenceErrors": "LEGACY",
    "ReadAttributes": ["name"],
    "RefreshTokenValidity": 8,
    "SupportedIdentityProviders": ["Google"],
    "TokenValidityUnits": {"AccessToken": "hours"},
    "WriteAttributes": ["name"],
}


EXAMPLES = [
    Example("AWS::Cognito::UserPool", POOL, OTHER_POOL),
    Example("AWS::Cognito::UserPool", {"UsernameAttributes": ["email"]}),
    Example(
        "AWS::Cognito::UserPoolClient",
        lambda world: {**CLIENT, "UserPoolId": world.make("AWS::Cognito::UserPool")},
        OTHER_CLIENT,
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_cognito_lives(world: World, example: Example) -> None:
    lives(world, example)
