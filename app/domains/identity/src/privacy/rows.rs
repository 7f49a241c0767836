//! What this domain keeps about people.

use kernel::privacy::{Blank, Erasure, FoundBy, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    // Their place in the organisation.
    PersonRows::of_member("team_member", "member_id", "Teams they are in").exported(
        "teams",
        &[
            "(select t.name from team t
              where t.organisation_id = team_member.organisation_id and t.id = team_member.team_id) as team",
            "capacity_minutes",
            "created_at",
        ],
        &[],
    ),
    PersonRows::of_member("member_grant", "member_id", "Further roles they hold").exported(
        "roles",
        &[
            "coalesce(role_key, (select r.name from role r
              where r.organisation_id = member_grant.organisation_id and r.id = member_grant.role_id)) as role",
            "scope_kind",
            "scope_id",
            "created_at",
        ],
        &[],
    ),
    PersonRows::of_member("member", "account_id", "Their membership: role, title, home brand")
        .found_by("account_id", FoundBy::Member("id"))
        .exported(
            "membership",
            &[
                "role",
                "state",
                "title",
                "(select b.name from brand b
                  where b.organisation_id = member.organisation_id and b.id = member.brand_id) as brand",
                "category",
                "created_at",
                "updated_at",
                "deleted_at",
            ],
            &["chosen_brand_id", "version"],
        )
        .erased(Erasure::Clear(&[
            ("account_id", Blank::Nobody),
            ("role", Blank::Text("guest")),
            ("state", Blank::Text("suspended")),
            ("title", Blank::Text("")),
            ("brand_id", Blank::Null),
            ("chosen_brand_id", Blank::Null),
            ("updated_at", Blank::Moment),
            ("deleted_at", Blank::Moment),
        ])),
    PersonRows::of_member("api_key", "member_id", "Keys with which programs act as them").exported(
        "api_keys",
        &["name", "personal", "permissions", "created_at", "expires_at", "used_at", "revoked_at"],
        &["token_hash"],
    ),
    PersonRows::of_member("app_connection", "member_id", "Apps that act as them").exported(
        "apps",
        &[
            "(select a.name from app a
              where a.organisation_id = app_connection.organisation_id and a.id = app_connection.app_id) as app",
            "permissions",
            "created_at",
            "used_at",
            "expires_at",
            "ended_at",
            "ended_why",
        ],
        &["redirect_uri", "challenge", "code_hash", "code_expires_at", "code_used_at"],
    ),
    PersonRows::by("app_connection", "ended_by", "Connections of apps they withdrew"),
    PersonRows::by("app", "created_by", "Apps they registered"),
    PersonRows::by("app", "deleted_by", "Apps they removed"),
    PersonRows::of_member("api_answer", "member_id", "What their programs may send once more")
        .not_exported("it is kept for a week; what was done by it is in the audit log"),
    PersonRows::by("api_key", "created_by", "Keys they made"),
    PersonRows::by("api_key", "revoked_by", "Keys they withdrew"),
    // Records of the organisation that say who made them.
    PersonRows::by("member", "created_by", "Members they invited"),
    PersonRows::by("member", "updated_by", "Members they changed last"),
    PersonRows::by("member_grant", "created_by", "Roles they gave"),
    PersonRows::by("role", "created_by", "Roles they made"),
    PersonRows::by("role", "updated_by", "Roles they changed last"),
    PersonRows::by("team", "created_by", "Teams they made"),
    PersonRows::by("team", "updated_by", "Teams they changed last"),
    PersonRows::by("brand", "created_by", "Brands they made"),
    PersonRows::by("brand", "updated_by", "Brands they changed last"),
    PersonRows::of_member("support_access", "member_id", "Leave for support to act as them").exported(
        "support_access",
        &["reason", "created_at", "ends_at", "ended_at"],
        &["consent_id"],
    ),
    PersonRows::by("support_access", "allowed_by", "Leave they gave to act as somebody"),
    PersonRows::by("erasure", "erased_by", "People they erased"),
    PersonRows::of_member("erasure", "member_id", "The note that they were erased")
        .not_exported("there is none before")
        .erased(Erasure::Keep("so that a restored backup can be made to forget them again; it holds ids only")),
    // What others were told in their name.
    PersonRows::of_account("account_event", "Notes to others that name them")
        .found_by("data", FoundBy::Name("data"))
        .not_exported("they belong to the others")
        .erased(Erasure::Reword("they tell others who logged them out")),
    PersonRows::of_account("mail_token", "Invitations they sent")
        .found_by("data", FoundBy::Name("data"))
        .not_exported("they belong to the others")
        .erased(Erasure::Reword("the invited can still join")),
    // Their ways in.
    PersonRows::of_account("session", "Devices where they are logged in").exported(
        "log_ins",
        &["user_agent", "address", "created_at", "seen_at", "proved_at", "with_passkey", "expires_at"],
        &["token_hash", "support_access_id"],
    ),
    PersonRows::of_account("consent", "What they agreed to").exported(
        "consents",
        &["kind", "text", "given_at", "withdrawn_at", "address", "user_agent"],
        &[],
    ),
    PersonRows::of_account("known_device", "Browsers they have logged in with").exported(
        "devices",
        &["user_agent", "created_at", "seen_at"],
        &["token_hash"],
    ),
    PersonRows::of_account("account_event", "What happened to their way in").exported(
        "account_record",
        &["kind", "data", "address", "user_agent", "created_at"],
        &[],
    ),
    PersonRows::of_account("passkey", "Passkeys").exported(
        "passkeys",
        &["name", "created_at", "last_used_at"],
        &["credential_id", "credential"],
    ),
    PersonRows::of_account("totp", "Authenticator apps").exported(
        "authenticator_apps",
        &["confirmed_at", "created_at"],
        &["secret", "last_step"],
    ),
    PersonRows::of_account("recovery_code", "Recovery codes").exported(
        "recovery_codes",
        &["created_at", "used_at"],
        &["code_hash"],
    ),
    PersonRows::of_account("linked_identity", "Accounts at providers").exported(
        "linked_accounts",
        &["issuer", "subject", "email", "created_at", "last_used_at"],
        &[],
    ),
    PersonRows::of_account("mail_token", "Links that were sent to them").exported(
        "mail_links",
        &["purpose", "created_at", "expires_at", "used_at"],
        &["token_hash"],
    ),
    PersonRows::of_account("recovery_sheet", "Recovery codes they have not put away").not_exported(SECRET),
    PersonRows::of_account("login_challenge", "Log-ins that wait for a code").not_exported(MINUTES),
    PersonRows::of_account("login_link", "Links that log in").not_exported(MINUTES),
    PersonRows::of_account("webauthn_challenge", "Passkeys that are being made").not_exported(MINUTES),
    PersonRows::of_account("oidc_flow", "Links to providers that are being made").not_exported(MINUTES),
    PersonRows::of_account("oidc_proof", "Log-ins by a provider that wait for a proof").not_exported(MINUTES),
    // The person.
    PersonRows::of_account("account", "Their account: name, address, picture, password, text about themselves")
        .found_by("id", FoundBy::Account("id"))
        .exported(
            "profile",
            &[
                "name",
                "email",
                "location",
                "time_zone",
                "bio",
                "avatar",
                "avatar_type",
                "site_role",
                "confirmed_at",
                "created_at",
                "updated_at",
            ],
            &["password_hash", "avatar_version", "version"],
        ),
];

const SECRET: &str = "secrets, sealed, for a few minutes";
const MINUTES: &str = "it holds a few minutes, and nothing that the person does not know";
