"""AWS::Cognito::UserPool, UserPoolClient and UserPoolDomain."""

from __future__ import annotations

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._tags import all_tags, shown_tags
from offline_aws.cloudformation.resources._values import ID, prop

_POOL = {"UserPoolId": ID}
_AT_ANY_TIME = """
    AccountRecoverySetting AdminCreateUserConfig AutoVerifiedAttributes DeletionProtection
    DeviceConfiguration EmailConfiguration EmailVerificationMessage EmailVerificationSubject
    LambdaConfig MfaConfiguration Policies SmsAuthenticationMessage SmsConfiguration
    SmsVerificationMessage UserAttributeUpdateSettings UserPoolAddOns UserPoolTier
    VerificationMessageTemplate
"""
_NEVER = "AliasAttributes UsernameAttributes UsernameConfiguration"

register(
    Declared(
        "AWS::Cognito::UserPool",
        service="cognito-idp",
        properties=f"{_AT_ANY_TIME} {_NEVER} Schema UserPoolName UserPoolTags",
        named=Named("UserPoolName", 128),
        id="UserPool.Id",
        words={"UserPoolName": "PoolName"},
        make=Call("create_user_pool", {"UserPoolTags": all_tags("UserPoolTags", form="map")}),
        look=Look("describe_user_pool", _POOL, "UserPool"),
        change=(
            Call(
                "update_user_pool",
                {**_POOL, "UserPoolTags": all_tags("UserPoolTags", form="map")},
                f"{_AT_ANY_TIME} UserPoolTags",
            ),
        ),
        remove=Call("delete_user_pool", _POOL),
        show={
            "ProviderName": lambda it: f"cognito-idp.{it.context.region}.amazonaws.com/{it.id}",
            "ProviderURL": lambda it: (
                f"https://cognito-idp.{it.context.region}.amazonaws.com/{it.id}"
            ),
            "UserPoolId": "Id",
            "UserPoolName": "Name",
            "UserPoolTags": shown_tags("UserPoolTags", "UserPoolTags"),
        },
        fixed="Schema UserPoolName",
        immutable=_NEVER,
        unread=f"{_NEVER} Schema",
        accepted="""
            EmailAuthenticationMessage EmailAuthenticationSubject EnabledMfas
            WebAuthnRelyingPartyID WebAuthnUserVerification
        """,
    )
)

_CLIENT = {"UserPoolId": prop("UserPoolId"), "ClientId": ID}
_OF_CLIENT = """
    AccessTokenValidity AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes
    AuthSessionValidity CallbackURLs ClientName DefaultRedirectURI EnableTokenRevocation
    ExplicitAuthFlows IdTokenValidity LogoutURLs PreventUserExistenceErrors ReadAttributes
    RefreshTokenValidity SupportedIdentityProviders TokenValidityUnits WriteAttributes
"""
register(
    Declared(
        "AWS::Cognito::UserPoolClient",
        service="cognito-idp",
        properties=f"{_OF_CLIENT} GenerateSecret UserPoolId",
        named=Named("ClientName", 128),
        id="UserPoolClient.ClientId",
        make=Call("create_user_pool_client"),
        look=Look("describe_user_pool_client", _CLIENT, "UserPoolClient"),
        change=(Call("update_user_pool_client", _CLIENT, _OF_CLIENT),),
        remove=Call("delete_user_pool_client", _CLIENT),
        show={"Name": "ClientName"},
        unread="GenerateSecret",
        accepted="EnablePropagateAdditionalUserContextData",
    )
)
