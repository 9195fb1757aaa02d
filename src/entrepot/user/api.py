"""The rows of the user context."""

from entrepot.core.credentials import RECOGNISE, AllRecognised, Credentials, Tokens
from entrepot.core.routes import Cursor, Limit, Page, Route
from entrepot.user.model.account import Account, AccountQuery, Appointment, NewAddress
from entrepot.user.model.identity import Departure, IdentityView, NewDeparture, Return, SecondProof
from entrepot.user.model.invitation import Acceptance, Invitation, NewInvitation
from entrepot.user.model.key import ApiKey, ApiKeyWithSecret, NewKey
from entrepot.user.model.passkey import (
    CreationOptions,
    NewPasskey,
    PasskeyName,
    PasskeySignIn,
    PasskeyView,
    RequestOptions,
)
from entrepot.user.model.person import (
    Change,
    Confirmation,
    FirstPerson,
    Forgotten,
    Member,
    NewPassword,
    NewPerson,
    NotMine,
    Organisation,
    OrganisationChange,
    Profile,
    Reset,
    RoleChange,
)
from entrepot.user.model.privacy import Consent, ConsentChange, Export, Receipt
from entrepot.user.model.provider import ProviderView
from entrepot.user.model.role import Role, RoleView
from entrepot.user.model.session import Renewal, SessionView, SignIn, WhichSessions
from entrepot.user.model.totp import CodeInput, Enrolment, RecoveryCodes
from entrepot.user.service import (
    accounts,
    arrivals,
    departures,
    invitations,
    keys,
    passkeys,
    passwords,
    people,
    privacy,
    profile,
    registration,
    second_factor,
    sessions,
    sign_in,
)

_FEW = Limit(requests=30)  # what strangers may ask, from one address
_OWN = "account:self"
_AWAY_S = 25.0  # an outside service is asked up to three times

ROUTES = (
    # people and their accounts
    Route(
        "POST", "/api/users", registration.register, takes=NewPerson, status=202, public=True,
        before=registration.hash_password, limit=_FEW,
    ),
    Route(
        "POST", "/api/users/confirm", registration.confirm_address, takes=Confirmation, public=True,
        before=registration.prove_choice, limit=_FEW,
    ),
    Route("POST", "/api/users/decline", registration.decline, takes=NotMine, public=True, limit=_FEW),
    Route(
        "POST", "/api/users/first", registration.begin_house, takes=FirstPerson, public=True,
        before=registration.hash_first, limit=_FEW,
    ),
    Route(
        "POST", "/api/users/first-link", registration.renew_first_secret, gives=registration.FirstSecret,
        scope="node:operate", secret=True,
    ),
    Route(
        "POST", "/api/operators", registration.create_operator, takes=NewPerson, scope="node:operate",
        before=registration.hash_password,
    ),
    Route("GET", "/api/users/me", profile.my_profile, gives=Profile, scope=_OWN),
    Route(
        "PATCH", "/api/users/me", profile.change_profile, takes=Change, gives=Profile, scope=_OWN,
        secret=True,
    ),
    Route(
        "DELETE", "/api/users/me", privacy.erase_me, gives=Receipt, scope=_OWN, after=privacy.give_receipt,
        deadline_s=30.0,
    ),
    Route(
        "GET", "/api/users/me/export", privacy.my_export, gives=Export, scope=_OWN, writes=True, secret=True,
    ),
    Route("GET", "/api/users/me/consents", privacy.consents, gives=Page[Consent], scope=_OWN),
    Route("POST", "/api/users/me/consents", privacy.consent, takes=ConsentChange, scope=_OWN),
    # passwords and the second factor
    Route(
        "POST", "/api/passwords/forgot", passwords.forgot_password, takes=Forgotten, status=202, public=True,
        limit=_FEW,
    ),
    Route(
        "POST", "/api/passwords/reset", passwords.reset_password, takes=Reset, public=True,
        before=passwords.hash_reset, limit=_FEW,
    ),
    Route(
        "POST", "/api/users/me/password", passwords.change_password, takes=NewPassword, scope=_OWN,
        before=passwords.hash_change, limit=_FEW,
    ),
    Route(
        "POST", "/api/users/me/second-factor", second_factor.enrol_second_factor, gives=Enrolment,
        scope=_OWN, secret=True,
    ),
    Route(
        "POST", "/api/users/me/second-factor/confirm", second_factor.confirm_second_factor, takes=CodeInput,
        gives=RecoveryCodes, scope=_OWN, limit=_FEW, secret=True,
    ),
    Route("DELETE", "/api/users/me/second-factor", second_factor.disable_second_factor, scope=_OWN),
    Route(
        "POST", "/api/users/me/second-factor/passkeys", second_factor.want_passkey, gives=RecoveryCodes,
        scope=_OWN, secret=True,
    ),
    Route(
        "POST", "/api/passkeys/options", passkeys.passkey_options, gives=CreationOptions, scope=_OWN,
        limit=_FEW, secret=True,
    ),
    Route(
        "POST", "/api/passkeys", passkeys.register_passkey, takes=NewPasskey, gives=PasskeyView, status=201,
        scope=_OWN, limit=_FEW, secret=True,
    ),
    Route("GET", "/api/passkeys", passkeys.passkeys, gives=Page[PasskeyView], scope=_OWN),
    Route(
        "PATCH", "/api/passkeys/{id}", passkeys.rename_passkey, takes=PasskeyName, gives=PasskeyView,
        scope=_OWN, secret=True,
    ),
    Route("DELETE", "/api/passkeys/{id}", passkeys.remove_passkey, scope=_OWN),
    # sessions
    Route(
        "POST", "/api/tokens", sign_in.sign_in, takes=SignIn, gives=Tokens, public=True,
        before=sign_in.weigh, limit=_FEW, session="opens", secret=True,
    ),
    Route(
        "POST", "/api/tokens/options", passkeys.sign_in_options, gives=RequestOptions, public=True,
        limit=_FEW, secret=True,
    ),
    Route(
        "POST", "/api/tokens/passkey", sign_in.sign_in_with_passkey, takes=PasskeySignIn, gives=Tokens,
        public=True, limit=_FEW, session="opens", secret=True,
    ),
    Route(
        "POST", "/api/tokens/refresh", sessions.renew_session, takes=Renewal, gives=Tokens, public=True,
        limit=Limit(requests=120), session="renews", secret=True,
    ),
    Route(
        "POST", "/api/tokens/provider", arrivals.sign_in_from_provider, takes=Return, gives=Tokens,
        public=True, before=departures.come_back, limit=_FEW, session="returns", secret=True,
        deadline_s=_AWAY_S,
    ),
    Route(
        "POST", "/api/tokens/second-factor", arrivals.go_on, takes=SecondProof, gives=Tokens, public=True,
        limit=_FEW, session="opens", secret=True,
    ),
    # outside services of sign-in
    Route("GET", "/api/providers", departures.providers_offered, gives=Page[ProviderView], public=True),
    Route(
        "POST", "/api/providers/departures", departures.depart, takes=NewDeparture, gives=Departure,
        public=True, before=departures.find_way, limit=_FEW, session="departs", secret=True,
        deadline_s=_AWAY_S,
    ),
    Route("GET", "/api/identities", arrivals.identities, gives=Page[IdentityView], scope=_OWN),
    Route(
        "POST", "/api/identities/departures", departures.depart_to_link, takes=NewDeparture, gives=Departure,
        scope=_OWN, before=departures.find_way, limit=_FEW, session="departs", secret=True,
        deadline_s=_AWAY_S,
    ),
    Route(
        "POST", "/api/identities", arrivals.link_identity, takes=Return, gives=IdentityView, status=201,
        scope=_OWN, before=departures.come_back_to_link, limit=_FEW, session="returns", secret=True,
        deadline_s=_AWAY_S,
    ),
    Route("DELETE", "/api/identities/{id}", arrivals.unlink_identity, scope=_OWN),
    Route("DELETE", "/api/tokens/current", sessions.sign_out, scope="token:self", session="closes"),
    Route("GET", "/api/sessions", sessions.sessions, takes=Cursor, gives=Page[SessionView], scope=_OWN),
    Route("DELETE", "/api/sessions", sessions.end_sessions, takes=WhichSessions, scope=_OWN),
    Route("DELETE", "/api/sessions/{id}", sessions.end_session, scope=_OWN),
    # an organisation and its people
    Route("GET", "/api/organisation", profile.organisation_of, gives=Organisation, scope=_OWN),
    Route(
        "PATCH", "/api/organisation", profile.change_organisation, takes=OrganisationChange,
        gives=Organisation, scope="organisation:write", secret=True,
    ),
    Route("GET", "/api/users", people.members, takes=Cursor, gives=Page[Member], scope="user:read"),
    Route(
        "PATCH", "/api/users/{id}", people.change_roles, takes=RoleChange, gives=Member, scope="user:write",
        secret=True,
    ),
    Route("DELETE", "/api/users/{id}", people.remove_member, scope="user:write"),
    Route("GET", "/api/roles", people.roles, gives=Page[RoleView], scope="user:read"),
    Route("POST", "/api/roles", people.set_role, takes=Role, gives=RoleView, scope="organisation:write"),
    Route("DELETE", "/api/roles/{name}", people.drop_role, scope="organisation:write"),
    Route(
        "GET", "/api/invitations", invitations.invitations, takes=Cursor, gives=Page[Invitation],
        scope="user:read",
    ),
    Route(
        "POST", "/api/invitations", invitations.invite, takes=NewInvitation, gives=Invitation, status=201,
        scope="user:write", limit=_FEW, secret=True,
    ),
    Route("DELETE", "/api/invitations/{id}", invitations.revoke_invitation, scope="user:write"),
    Route(
        "POST", "/api/invitations/accept", invitations.accept_invitation, takes=Acceptance, public=True,
        before=invitations.open_letter, limit=_FEW,
    ),
    # accounts, as the operator's command line looks after them
    Route(
        "GET", "/api/accounts", accounts.accounts, takes=AccountQuery, gives=Page[Account],
        scope="node:operate",
    ),
    Route("GET", "/api/accounts/{id}", accounts.account, gives=Account, scope="node:operate"),
    Route(
        "POST", "/api/accounts/{id}/suspend", accounts.suspend_account, gives=Account, scope="node:operate",
        secret=True,
    ),
    Route(
        "POST", "/api/accounts/{id}/resume", accounts.resume_account, gives=Account, scope="node:operate",
        secret=True,
    ),
    Route(
        "POST", "/api/accounts/{id}/reset-second-factor", accounts.reset_second_factor, gives=Account,
        scope="node:operate", secret=True,
    ),
    Route(
        "POST", "/api/accounts/{id}/change-address", accounts.change_address, takes=NewAddress, gives=Account,
        scope="node:operate", secret=True,
    ),
    Route(
        "POST", "/api/accounts/{id}/make-administrator", accounts.make_administrator, takes=Appointment,
        gives=Account, scope="node:operate", secret=True,
    ),
    # API keys, and what the house asks and does itself
    Route("GET", "/api/keys", keys.keys, takes=Cursor, gives=Page[ApiKey], scope="key:read"),
    Route(
        "POST", "/api/keys", keys.create_key, takes=NewKey, gives=ApiKeyWithSecret, status=201,
        scope="key:write", limit=Limit(requests=60), secret=True,
    ),
    Route("DELETE", "/api/keys/{id}", keys.revoke_key, scope="key:write"),
    Route(
        "POST", RECOGNISE, keys.recognise_all, takes=Credentials, gives=AllRecognised,
        internal=True, writes=False, deadline_s=3.0,
    ),
)  # fmt: skip
