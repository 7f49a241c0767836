//! Inviting people, and joining. An invited membership gives no rights until the person has pressed Join.

use kernel::{Cx, Error, MemberId, Membership, Permission, Result, Role, TeamId, Visit};
use serde_json::json;

use crate::{
    account::{
        self, EmailAddress, MailToken, PersonName, Purpose, acts::link_is_dead, model::Invitation, password,
    },
    form::{Problems, filled},
    limit::{self, Act},
    member::{
        mails,
        model::{Changed, State},
        repo::{self, Change},
        rules,
    },
    organisation, role, secret,
    session::{Begun, Origin, Proof, begin::begin},
    team,
};

/// What the invitation form holds.
#[derive(Debug, Clone, Default)]
pub struct Invite {
    /// Address.
    pub email: String,
    /// Name, if the inviter knows it better than the address tells.
    pub name: Option<String>,
    /// What they will be.
    pub role: String,
    /// A team they will be in.
    pub team: Option<TeamId>,
}

/// Asks a person to join.
pub async fn invite(cx: &Cx, form: &Invite) -> Result<MemberId> {
    let cx = role::acts::begin_change(cx, Permission::MemberManage)?;
    let mut problems = Problems::default();
    let email = problems.take(EmailAddress::parse(&form.email));
    let name = match filled(form.name.as_deref()) {
        Some(name) => problems.take(PersonName::parse(name)).map(|name| name.as_str().to_owned()).map(Some),
        None => Some(None),
    };
    let role =
        problems.take(form.role.parse::<Role>().map_err(|()| Error::invalid("role", "Choose a role.")));
    let (Some(email), Some(name), Some(role)) = (email, name, role) else {
        return Err(problems.into_error());
    };
    super::refuse_by_role(&cx, Role::Guest, role)?;
    // One inbox gets no flood of invitations, whoever sends them.
    limit::count(cx.visit(), Act::Invite, email.as_str(), &Origin::default()).await?;

    let mut tx = cx.begin().await?;
    let (account_id, called) = match account::repo::find_by_email(&mut tx, &email).await? {
        Some(account) => (account.id, account.name),
        None => {
            let id = cx.new_id();
            let name = name.unwrap_or_else(|| email.guess_name());
            account::repo::insert(&mut tx, id, &email, &name, "", cx.now()).await?;
            (id, name)
        }
    };
    let member_id = match repo::find_by_account(&mut tx, cx.organisation_id(), account_id).await? {
        None => {
            let id = cx.new_id();
            let category = rules::next_category(repo::count_ever(&mut tx, cx.organisation_id()).await?);
            repo::insert_invited(&mut tx, &cx, id, account_id, role, category).await?;
            id
        }
        Some(member) if member.removed => {
            // They were here before: their records stay theirs, their teams and roles do not.
            repo::leave_teams(&mut tx, &cx, member.id).await?;
            role::repo::delete_grants(&mut tx, &cx, member.id).await?;
            let change = Change { role, state: State::Invited, removed_at: None };
            if !repo::change(&mut tx, &cx, member.id, member.version, change).await? {
                return Err(super::stale(&member));
            }
            member.id
        }
        Some(member) => {
            let name = member.called();
            return Err(Error::invalid(
                "email",
                match member.state {
                    State::Active => format!("{name} is a member already."),
                    State::Suspended => format!("{name} is suspended. Reactivate them in the list."),
                    State::Invited => format!("{name} is invited already. Send it again from the list."),
                    State::Robot => "A program has this address. Nobody can join with it.".into(),
                },
            ));
        }
    };
    if let Some(team) = form.team {
        team::repo::get(&mut tx, cx.organisation_id(), team).await?;
        team::repo::add(&mut tx, &cx, team, member_id).await?;
    }
    send(&mut tx, &cx, account_id, email.as_str(), &called).await?;
    tx.record(super::event("member.invited", member_id, json!({ "role": role }))).await?;
    tx.commit().await?;
    Ok(member_id)
}

/// Sends an open invitation once more; the link of the earlier mail ends.
pub async fn invite_again(cx: &Cx, id: MemberId) -> Result<Changed> {
    let cx = role::acts::begin_change(cx, Permission::MemberManage)?;
    let mut tx = cx.begin().await?;
    let member = repo::get(&mut tx, cx.organisation_id(), id).await?;
    if member.removed {
        return Err(Error::NotFound);
    }
    if member.state != State::Invited {
        return Err(Error::Conflict(format!("{} has joined already.", member.called())));
    }
    super::refuse_by_role(&cx, member.role, member.role)?;
    drop(tx);
    limit::count(cx.visit(), Act::Invite, &member.email, &Origin::default()).await?;

    let mut tx = cx.begin().await?;
    let change = Change { role: member.role, state: State::Invited, removed_at: None };
    if !repo::change(&mut tx, &cx, id, member.version, change).await? {
        return Err(super::stale(&member));
    }
    send(&mut tx, &cx, member.account_id, &member.email, &member.name).await?;
    tx.record(super::event("member.invited_again", id, json!({}))).await?;
    tx.commit().await?;
    Ok(super::changed(&member))
}

async fn send(
    tx: &mut kernel::Tx,
    cx: &Cx,
    account: kernel::AccountId,
    email: &str,
    name: &str,
) -> Result<()> {
    let organisation = Some(cx.organisation_id());
    let inviter = super::name_of_actor(cx)?;
    let data = json!({ "inviter": inviter });
    let token = MailToken::issue(tx, cx.visit(), Purpose::Invite, account, organisation, data).await?;
    tx.send(&mails::invitation(cx, &inviter, email, name, &token)).await
}

/// An invitation that is still open, with everything joining needs.
struct Open {
    account: account::repo::Account,
    member: repo::Found,
    organisation: organisation::model::OrganisationProfile,
    inviter: String,
}

async fn open(visit: &Visit, token: &str) -> Result<Open> {
    let link = MailToken::peek(visit, Purpose::Invite, token).await?.ok_or_else(link_is_dead)?;
    let organisation_id = link.organisation_id.ok_or_else(link_is_dead)?;
    let reader = visit.reader_in(organisation_id);
    let member = repo::find_by_account(&reader, organisation_id, link.account_id).await?;
    // The invitation was taken back, or the person has joined by another mail.
    let member =
        member.filter(|member| member.state == State::Invited && !member.removed).ok_or_else(link_is_dead)?;
    Ok(Open {
        account: account::repo::get(visit.db(), link.account_id).await?,
        member,
        organisation: organisation::repo::get(&reader, organisation_id).await?,
        inviter: link.data.get("inviter").and_then(|name| name.as_str()).unwrap_or_default().to_owned(),
    })
}

/// What the invitation says. Looking does not use it up.
pub async fn invitation(visit: &Visit, token: &str) -> Result<Invitation> {
    let open = open(visit, token).await?;
    Ok(Invitation {
        organisation: open.organisation.name,
        inviter: open.inviter,
        role: open.member.role,
        is_new: open.account.is_new(),
        email: open.account.email,
        name: open.account.name,
    })
}

/// How a person who has joined goes on.
#[derive(Debug)]
pub enum Accepted {
    /// With a session that has just begun, or by the second factor.
    Begun(Begun),
    /// By logging in with this address: the link proves the mailbox, not the password they have.
    LogIn(EmailAddress),
}

/// Joins the organisation. A new person gives name and password, which also opens a session.
pub async fn accept_invitation(
    visit: &Visit,
    origin: &Origin,
    token: &str,
    name: Option<&str>,
    password: Option<&str>,
) -> Result<Accepted> {
    let Open { account, member, organisation, .. } = open(visit, token).await?;
    let entry = if account.is_new() {
        let mut problems = Problems::default();
        let name = problems.take(PersonName::parse(name.unwrap_or_default()));
        let password = password.unwrap_or_default();
        let strong = problems
            .take(password::check(password, &[&account.email, name.as_ref().map_or("", PersonName::as_str)]));
        let (Some(name), Some(())) = (name, strong) else { return Err(problems.into_error()) };
        Some((name, secret::hash_for(visit, password).await?))
    } else {
        None
    };

    let membership = Membership {
        organisation_id: organisation.id,
        organisation_name: organisation.name,
        member_id: member.id,
        role: member.role,
        permissions: member.role.permissions(),
        grants: Vec::new(),
        settings: organisation.settings,
        brand: None,
    };
    let session =
        visit.session().filter(|session| session.account_id == account.id).map(|session| session.id);
    let cx = organisation::acts::acting_as(visit, session, &account, membership)?;
    let mut tx = cx.begin().await?;
    MailToken::consume(&mut tx, cx.now(), Purpose::Invite, token).await?.ok_or_else(link_is_dead)?;
    let change = Change { role: member.role, state: State::Active, removed_at: None };
    if !repo::change(&mut tx, &cx, member.id, member.version, change).await? {
        return Err(super::stale(&member));
    }
    if let Some((name, password_hash)) = &entry {
        let now = cx.now();
        account::repo::replace_unconfirmed(&mut tx, account.id, name, password_hash, now).await?;
        account::repo::confirm(&mut tx, account.id, now).await?;
        // A sign-up that was under way with this address ends here, and with it a password that somebody else chose.
        MailToken::revoke(&mut tx, now, Purpose::Confirm, account.id, None).await?;
    }
    let accepted = if entry.is_some() || session.is_some() {
        let proof = if session.is_some() { Proof::Session } else { Proof::Invitation };
        let organisation = Some(cx.organisation_id());
        Accepted::Begun(begin(&mut tx, visit, origin, &account, proof, organisation).await?)
    } else {
        Accepted::LogIn(EmailAddress::parse(&account.email)?)
    };
    tx.record(super::event("member.joined", member.id, json!({}))).await?;
    tx.commit().await?;
    Ok(accepted)
}
