//! One row per server function: what it needs, and arguments with which it changes as little as possible.
//!
//! `{member}` and the like stand for records of the organisation. Versions are wrong and names empty on purpose: whoever
//! may call the function gets as far as that.

use kernel::Permission::{self, *};

/// What a caller must have.
#[derive(Debug, Clone, Copy)]
pub(super) enum Needs {
    /// Nothing.
    Public,
    /// A session, whatever it belongs to.
    LoggedIn,
    /// A confirmed membership.
    Member,
    /// The permission everywhere in the organisation.
    May(Permission),
    /// The permission everywhere, or in the team that the arguments name.
    InTeam(Permission),
    /// The permission everywhere, or in the brand that the arguments name.
    InBrand(Permission),
}

/// How the arguments are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Url,
    Json,
    /// A field with a file, named first; then others.
    File,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) path: &'static str,
    pub(super) needs: Needs,
    pub(super) form: Form,
    pub(super) arguments: &'static str,
    /// The caller is nobody afterwards, so only nobody calls it.
    pub(super) ends_the_session: bool,
}

impl Row {
    /// Whether the arguments name a record.
    pub(super) fn names_something(&self) -> bool {
        self.arguments.contains("={") || self.arguments.contains(":{") || self.arguments.contains("\"{")
    }
}

const fn row(path: &'static str, needs: Needs, arguments: &'static str) -> Row {
    Row { path, needs, form: Form::Url, arguments, ends_the_session: false }
}

const fn json(path: &'static str, needs: Needs, arguments: &'static str) -> Row {
    Row { form: Form::Json, ..row(path, needs, arguments) }
}

use Needs::{InBrand, InTeam, LoggedIn, May, Member, Public};

pub(super) const ROWS: &[Row] = &[
    row("files/api/begin_upload", May(ItemEdit), "kind=item&key={item_key}&name=&size=0&modified=0"),
    row("files/api/cancel_upload", Member, "id={file}"),
    row("files/api/complete_upload", Member, "id={file}"),
    row("files/api/delete_file", May(ItemEdit), "id={file}"),
    row("files/api/find_upload", Member, "id={file}"),
    row("files/api/list_files", May(ItemView), "kind=item&key={item_key}"),
    row("files/api/restore_file", May(ItemEdit), "id={file}"),
    row("files/api/share_file", May(ItemEdit), "id={file}"),
    row("identity/account/api/accept_invitation", Public, "token=dead"),
    row("identity/account/api/change_password", LoggedIn, "current=wrong&password=grey otters swim 77"),
    row("identity/account/api/confirm", Public, "token=dead"),
    row("identity/account/api/invitation", Public, "token=dead"),
    row("identity/account/api/request_reset", Public, "email=nobody@nowhere.example"),
    row("identity/account/api/resend_confirmation", Public, "email=nobody@nowhere.example"),
    row("identity/account/api/reset_password", Public, "token=dead&password=grey otters swim 77"),
    row("identity/account/api/sign_up", Public, "name=&email=&password="),
    row(
        "identity/audit/api/list_audit",
        May(AuditView),
        "filter[actor]=&filter[area]=&filter[from]=&filter[until]=",
    ),
    row("identity/audit/api/verify_audit", May(AuditView), ""),
    row("identity/brand/api/add_brand_member", May(MemberManage), "id={brand}&member={member}"),
    row("identity/brand/api/brand", May(DirectoryView), "id={brand}"),
    row("identity/brand/api/create_brand", May(BrandManage), "name=&accent="),
    row("identity/brand/api/list_brands", May(DirectoryView), ""),
    row("identity/brand/api/remove_brand", May(BrandManage), "id={brand}&version=0"),
    row("identity/brand/api/remove_brand_logo", InBrand(BrandManage), "id={brand}"),
    row("identity/brand/api/remove_brand_member", May(MemberManage), "id={brand}&member={member}"),
    row("identity/brand/api/restore_brand", May(BrandManage), "id={brand}"),
    Row {
        form: Form::File,
        ..row("identity/brand/api/set_brand_logo", InBrand(BrandManage), "logo&id={brand}")
    },
    row("identity/brand/api/set_default_brand", May(BrandManage), "id="),
    row("identity/brand/api/switch_brand", May(DirectoryView), "id="),
    row(
        "identity/brand/api/update_brand",
        InBrand(BrandManage),
        "id={brand}&version=0&name=X&accent=%23336699",
    ),
    row("identity/consent/api/my_consents", LoggedIn, ""),
    row("identity/factor/api/app_setup", LoggedIn, ""),
    row("identity/factor/api/begin_app", LoggedIn, ""),
    row("identity/factor/api/confirm_app", LoggedIn, "code=000000"),
    row("identity/factor/api/factor_required_by", LoggedIn, ""),
    row("identity/factor/api/put_codes_away", LoggedIn, ""),
    row("identity/factor/api/recovery_codes", LoggedIn, ""),
    row("identity/factor/api/remove_app", LoggedIn, ""),
    row("identity/factor/api/renew_recovery_codes", LoggedIn, ""),
    row("identity/factor/api/security", LoggedIn, ""),
    row("identity/job/api/discard_job", May(JobManage), "id={job}"),
    row("identity/job/api/list_jobs", May(JobManage), ""),
    row("identity/job/api/restore_job", May(JobManage), "id={job}"),
    row("identity/job/api/retry_job", May(JobManage), "id={job}"),
    row("identity/key/api/create_key", Member, "name=&personal=true&days=0"),
    row("identity/key/api/list_keys", Member, ""),
    row("identity/key/api/revoke_key", Member, "id={key}"),
    row("identity/licence/api/licence", May(LicenceManage), ""),
    row("identity/member/api/change_role", May(MemberManage), "id={member}&version=0&role=member"),
    row("identity/member/api/invite_again", May(MemberManage), "id={member}"),
    row("identity/member/api/invite_member", May(MemberManage), "email=wrong&role=member&team={team}"),
    row("identity/member/api/list_members", May(MemberView), ""),
    row("identity/member/api/log_out_member", May(SessionEnd), "id={member}"),
    row("identity/member/api/reactivate_member", May(MemberManage), "id={member}&version=0"),
    row("identity/member/api/remove_member", May(MemberManage), "id={member}&version=0"),
    row("identity/member/api/restore_member", May(MemberManage), "id={member}"),
    row("identity/member/api/suspend_member", May(MemberManage), "id={member}&version=0"),
    row("identity/organisation/api/require_factor", May(SecurityManage), "required=false"),
    row("identity/organisation/api/create_organisation", LoggedIn, "name=&time_zone=&currency="),
    row("identity/organisation/api/organisation", Member, ""),
    row("identity/organisation/api/remove_logo", May(OrganisationEdit), ""),
    Row { form: Form::File, ..row("identity/organisation/api/set_logo", May(OrganisationEdit), "logo") },
    row("identity/organisation/api/setting_choices", LoggedIn, ""),
    row("identity/outbox/api/list_mails", May(MailManage), "filter[state]=&filter[text]=&filter[before]="),
    row("identity/outbox/api/send_mail_again", May(MailManage), "id={mail}"),
    row(
        "identity/organisation/api/update_organisation",
        May(OrganisationEdit),
        "version=0&name=X&time_zone=UTC&clock=24h&week_start=monday&language=en&currency=EUR",
    ),
    row(
        "identity/passkey/api/finish_passkey",
        LoggedIn,
        "question=00000000-0000-0000-0000-000000000000&answer=x&name=Key",
    ),
    row(
        "identity/passkey/api/finish_passkey_log_in",
        Public,
        "question=00000000-0000-0000-0000-000000000000&answer=x",
    ),
    row("identity/passkey/api/list_passkeys", LoggedIn, ""),
    row("identity/passkey/api/remove_passkey", LoggedIn, "id=00000000-0000-0000-0000-000000000000"),
    row("identity/passkey/api/rename_passkey", LoggedIn, "id=00000000-0000-0000-0000-000000000000&name=Key"),
    row("identity/passkey/api/start_passkey", LoggedIn, ""),
    row("identity/passkey/api/start_passkey_log_in", Public, ""),
    row("identity/person/api/person", May(DirectoryView), "id={member}"),
    row("identity/person/api/profile", Member, ""),
    row("identity/person/api/remove_avatar", Member, ""),
    Row { form: Form::File, ..row("identity/person/api/set_avatar", Member, "avatar") },
    row("identity/person/api/update_profile", Member, "version=0&name=X&title=&location=&time_zone=&bio="),
    row("identity/privacy/api/erase_person", May(PersonErase), "member={member}&email=wrong"),
    row("identity/privacy/api/plan_erasure", May(PersonErase), "member={member}"),
    row("identity/privacy/api/prepare_export", May(PersonExport), "member={member}"),
    row("identity/provider/api/list_linked_accounts", LoggedIn, ""),
    row("identity/provider/api/load_ways_in", Public, ""),
    row("identity/provider/api/prove_link", Public, ""),
    row("identity/provider/api/unlink_account", LoggedIn, "id=00000000-0000-0000-0000-000000000000"),
    row("identity/provider/api/waiting_link", Public, ""),
    row("identity/role/api/create_role", May(RoleManage), "name="),
    row("identity/role/api/give_role", May(RoleManage), "member={member}&role=consultant&scope=team:{team}"),
    row("identity/role/api/list_roles", May(MemberView), ""),
    row("identity/role/api/member_rights", May(MemberView), "id={member}"),
    row("identity/role/api/remove_role", May(RoleManage), "id={role}&version=0"),
    row("identity/role/api/restore_role", May(RoleManage), "id={role}"),
    row("identity/role/api/take_role", May(RoleManage), "id={grant}"),
    row("identity/role/api/update_role", May(RoleManage), "id={role}&version=0&name=X"),
    row("identity/session/api/code_is_awaited", Public, ""),
    row("identity/session/api/end_other_sessions", LoggedIn, ""),
    row("identity/session/api/end_session", LoggedIn, "id=00000000-0000-0000-0000-000000000000"),
    row("identity/session/api/enter_code", Public, "code=000000"),
    row("identity/session/api/look_at_link", Public, "token=dead"),
    row("identity/session/api/proof_asked", LoggedIn, ""),
    row("identity/session/api/prove", LoggedIn, "password=wrong"),
    row("identity/session/api/request_link", Public, "email=nobody@nowhere.example"),
    row("identity/session/api/use_link", Public, "token=dead"),
    row("identity/session/api/log_in", Public, "email=nobody@nowhere.example&password=wrong"),
    Row { ends_the_session: true, ..row("identity/session/api/log_out", Public, "") },
    row("identity/session/api/my_organisations", LoggedIn, ""),
    row("identity/session/api/switch_organisation", LoggedIn, "id={organisation}"),
    row("identity/session/api/viewer", Member, ""),
    row("identity/support/api/act_as_member", LoggedIn, "organisation={organisation}&id={member}"),
    row("identity/support/api/allow_support", Member, "hours=0&reason="),
    row("identity/support/api/stop_acting", LoggedIn, ""),
    row("identity/support/api/support_leaves", Member, ""),
    row("identity/support/api/support_offer", LoggedIn, "organisation={organisation}&id={member}"),
    row("identity/support/api/withdraw_support", Member, "id={member}"),
    row("identity/team/api/add_team_member", InTeam(TeamManage), "id={team}&member={member}"),
    row("identity/team/api/create_team", May(TeamManage), "name="),
    row("identity/team/api/delete_team", May(TeamManage), "id={team}&version=0"),
    row("identity/team/api/list_teams", May(DirectoryView), ""),
    row("identity/team/api/remove_team_member", InTeam(TeamManage), "id={team}&member={member}"),
    row("identity/team/api/restore_team", May(TeamManage), "id={team}"),
    row("identity/team/api/set_member_capacity", InTeam(TeamManage), "id={team}&member={member}&hours=25"),
    row("identity/team/api/set_team_capacity", InTeam(TeamManage), "id={team}&version=0&hours=8"),
    row("identity/team/api/update_team", InTeam(TeamManage), "id={team}&version=0&name=X&category=1"),
    row("messages/api/company/be_at_conversation", Member, "conversation_id={conversation}&doing=looking"),
    row(
        "messages/api/conversation/add_to_group",
        Member,
        "conversation_id={conversation}&members[0]={member}",
    ),
    row("messages/api/conversation/count_unread", Member, ""),
    row("messages/api/conversation/leave_group", Member, "conversation_id={conversation}"),
    row("messages/api/conversation/list_conversations", Member, ""),
    row("messages/api/conversation/load_conversation", Member, "conversation_id={conversation}"),
    row("messages/api/conversation/load_since", Member, "conversation_id={conversation}&since=0"),
    row("messages/api/conversation/mark_read", Member, "conversation_id={conversation}&number=0"),
    row("messages/api/conversation/mute_conversation", Member, "conversation_id={conversation}&muted=false"),
    row("messages/api/conversation/open_direct", Member, "member_id={item}"),
    row(
        "messages/api/conversation/remove_from_group",
        Member,
        "conversation_id={conversation}&member_id={member}",
    ),
    row("messages/api/conversation/rename_group", Member, "conversation_id={conversation}&version=0&title="),
    row("messages/api/conversation/start_group", Member, "title=&members[0]={member}"),
    row("messages/api/message/delete_message", Member, "message_id={message}"),
    row("messages/api/message/edit_message", Member, "message_id={message}&body="),
    row("messages/api/message/load_older", Member, "conversation_id={conversation}&before=9"),
    row("messages/api/message/search_messages", Member, "words=v"),
    row(
        "messages/api/message/send_message",
        Member,
        "conversation_id={conversation}&key=00000000-0000-0000-0000-000000000001&body=",
    ),
    row(
        "notifications/api/add_device",
        Member,
        "endpoint=https://push.example.net/1&secret=BTBZMqHH6r4Tts7J_aSIgg&public_key=\
         BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    ),
    row(
        "notifications/api/choose",
        Member,
        "kind=Assigned&place={workflow}&in_app=true&mail=daily&push=false",
    ),
    row("notifications/api/choose_as_everywhere", Member, "place={workflow}"),
    row("notifications/api/leave_alone", Member, "mute=hour"),
    row("notifications/api/load_inbox", Member, "shown=All"),
    row("notifications/api/load_settings", Member, ""),
    row("notifications/api/mark", Member, "ids[0]={item}&read=true"),
    row("notifications/api/mark_all", Member, ""),
    row("notifications/api/remove_device", Member, "id={item}"),
    row("notifications/api/saw", Member, "path=/"),
    row("notifications/api/unmark_all", Member, "at=2026-01-01T00:00:00Z"),
    row("notifications/api/unread", Member, ""),
    row("workflows/api/comment/add_comment", May(CommentWrite), "item_id={item}&body=Hello"),
    row("workflows/api/comment/delete_comment", May(CommentWrite), "comment_id={comment}"),
    row("workflows/api/comment/restore_comment", May(CommentWrite), "comment_id={comment}"),
    row("workflows/api/company/be_at_item", May(ItemView), "item_id={item}&doing=looking"),
    row("workflows/api/item/create_item", May(ItemCreate), "workflow_id={workflow}&title=&priority=0"),
    row("workflows/api/item/delete_item", May(ItemDelete), "item_id={second_item}"),
    row("workflows/api/item/load_item", May(ItemView), "key={item_key}"),
    row("workflows/api/item/move_item", May(ItemMove), "item_id={item}&to_step_id={step}&version=0"),
    row("workflows/api/item/restore_item", May(ItemDelete), "item_id={second_item}"),
    row("workflows/api/item/save_item", May(ItemEdit), "item_id={item}&version=0&title=X&priority=0"),
    row("workflows/api/item/undo_move", May(ItemMove), "item_id={item}&version=0"),
    row("workflows/api/view/delete_view", May(ViewSave), "view_id={view}"),
    row("workflows/api/view/list_views", May(ItemView), "workflow_id={workflow}"),
    row("workflows/api/view/restore_view", May(ViewSave), "view_id={view}"),
    row("workflows/api/view/save_view", May(ViewSave), "workflow_id={workflow}&name=&layout=board"),
    row("workflows/api/workflow/list_my_items", May(ItemView), ""),
    row("workflows/api/workflow/list_workflows", May(ItemView), ""),
    json("workflows/api/workflow/load_board", May(ItemView), r#"{"key":"{workflow_key}","filter":{}}"#),
    row("workflows/api/workflow/load_card", May(ItemView), "workflow_id={workflow}&item_id={item}"),
    row("workflows/api/workflow/load_form", May(ItemCreate), "key={workflow_key}"),
    json(
        "workflows/api/workflow/load_list",
        May(ItemView),
        r#"{"key":"{workflow_key}","filter":{},"sort":{"by":"number","descending":false},"after":null}"#,
    ),
    row("workflows/api/workflow/search_items", May(ItemView), "words=volvo"),
];
