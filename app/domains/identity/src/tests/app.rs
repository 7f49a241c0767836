//! Apps that people give leave to: what they get, for how long, and what becomes of a token that comes twice.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use db::both;
use kernel::{Cx, Error, Permission, Role, Visit};
use sha2::{Digest, Sha256};

use super::fixture::{World, events, origin, version_of};
use crate::{
    app::{
        acts::{
            self, Form,
            grant::{self, ACCESS, GRACE, Refusal, Sent, Tokens, authenticate, give},
        },
        model::{AppCard, Request},
    },
    key, member,
};

const BACK: &str = "https://app.example.com/back";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An organisation with an app, and a member who may use it.
struct Story {
    world: World,
    owner: Cx,
    marek: Cx,
    app: AppCard,
}

impl Story {
    async fn new(db: &db::Db) -> Self {
        let world = World::new(db);
        let owner = Cx::test_on(world.site.clone(), "Nordvik Cars").await;
        let marek = owner.colleague("Marek Havel", Role::Member).await;
        let app = acts::register(&owner, &form("Telephone")).await.unwrap();
        Story { world, owner, marek, app }
    }

    fn request(&self) -> Request {
        Request {
            client_id: self.app.client_id.clone(),
            redirect_uri: BACK.into(),
            response_type: "code".into(),
            scope: String::new(),
            state: "a state".into(),
            code_challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes())),
            code_challenge_method: "S256".into(),
        }
    }

    /// The member gives leave; the code that the app is given.
    async fn code(&self) -> String {
        self.marek.visit().rest().await;
        let (_, address) = acts::decide(&self.marek, &origin(), &self.request(), true).await.unwrap();
        let values = address.strip_prefix(&format!("{BACK}?code=")).unwrap();
        assert!(values.ends_with("&iss=http%3A%2F%2Fmediap.test&state=a%20state"), "{address}");
        values.split('&').next().unwrap().to_owned()
    }

    fn exchange(&self, code: &str) -> Sent {
        Sent {
            grant_type: "authorization_code".into(),
            client_id: self.app.client_id.clone(),
            code: code.into(),
            redirect_uri: BACK.into(),
            code_verifier: VERIFIER.into(),
            refresh_token: String::new(),
        }
    }

    async fn send(&self, sent: &Sent) -> Result<Tokens, Refusal> {
        give(&self.world.site, sent, &origin()).await
    }

    async fn connect(&self) -> Tokens {
        let code = self.code().await;
        self.send(&self.exchange(&code)).await.unwrap()
    }

    async fn refresh(&self, token: &str) -> Result<Tokens, Refusal> {
        let sent = Sent {
            grant_type: "refresh_token".into(),
            client_id: self.app.client_id.clone(),
            refresh_token: token.into(),
            ..Sent::default()
        };
        self.send(&sent).await
    }

    /// The app as its next call finds it.
    async fn program(&self, access: &str) -> Option<Cx> {
        let (agent, reader) = authenticate(&self.world.site, access).await.unwrap()?;
        let cx = Visit::by_agent(self.world.site.clone(), "test", agent, reader).member().unwrap();
        cx.visit().rest().await;
        Some(cx)
    }

    async fn opens(&self, access: &str) -> bool {
        self.program(access).await.is_some()
    }

    /// Kinds of the log that have to do with apps.
    async fn log(&self) -> Vec<String> {
        self.owner.visit().rest().await;
        let all = events(&self.owner).await;
        self.owner.visit().rest().await;
        all.into_iter().filter(|kind| kind.starts_with("app.")).collect()
    }
}

fn form(name: &str) -> Form {
    let permissions = [Permission::ItemView, Permission::ItemMove, Permission::MemberManage];
    Form {
        name: name.into(),
        redirect_uris: format!("{BACK}\nhttp://127.0.0.1/back"),
        permissions: permissions.map(|permission| permission.key().to_owned()).to_vec(),
    }
}

both!(an_app_does_what_it_was_given_and_the_person_may, |db| {
    let story = Story::new(&db).await;
    let tokens = story.connect().await;
    let program = story.program(&tokens.access).await.unwrap();
    assert_eq!(program.member_id(), story.marek.member_id());
    assert!(program.may(Permission::ItemView) && program.may(Permission::ItemMove));
    assert!(!program.may(Permission::MemberManage), "the member may not either");
    assert!(!program.may(Permission::ItemEdit), "the app did not ask for it");
    assert!(program.visit().session().is_none());
    let keep = key::acts::Form {
        name: "Longer".into(),
        personal: true,
        permissions: vec!["item.view".into()],
        days: 30,
    };
    let refused = key::acts::create(&program, &keep).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "an app makes no keys: {refused:?}");
    let apps = acts::list(&story.marek).await.unwrap();
    assert_eq!((apps.connected.len(), apps.connected[0].app.as_str()), (1, "Telephone"));
    assert!(apps.registered.is_empty());
    story.marek.visit().rest().await;
    assert_eq!(acts::list(&story.owner).await.unwrap().registered[0].connections, 1);
    assert_eq!(story.log().await, ["app.connected", "app.registered"]);

    story.world.clock.pass(ACCESS);
    assert!(!story.opens(&tokens.access).await);
    let next = story.refresh(&tokens.refresh).await.unwrap();
    assert!(story.opens(&next.access).await);
    story.world.clock.pass(Duration::days(29));
    let next = story.refresh(&next.refresh).await.unwrap();
    story.world.clock.pass(Duration::days(30));
    assert_eq!(story.refresh(&next.refresh).await, Err(Refusal::Grant), "nobody used it for long");
});

both!(a_refresh_token_that_comes_again_ends_everything, |db| {
    let story = Story::new(&db).await;
    let first = story.connect().await;
    let second = story.refresh(&first.refresh).await.unwrap();
    // Once more at once: an answer got lost. Nothing comes of it.
    assert_eq!(story.refresh(&first.refresh).await, Err(Refusal::Grant));
    assert!(story.opens(&second.access).await);
    story.world.clock.pass(GRACE + Duration::seconds(1));
    assert_eq!(story.refresh(&first.refresh).await, Err(Refusal::Grant));
    assert!(!story.opens(&second.access).await && !story.opens(&first.access).await);
    assert_eq!(story.refresh(&second.refresh).await, Err(Refusal::Grant), "the honest one is out, too");
    assert_eq!(story.log().await, ["app.connected", "app.cut_off", "app.registered"]);
    let mails = story.world.mails().await;
    let told = mails.iter().filter(|mail| mail.subject == "Telephone was disconnected").count();
    assert_eq!(told, 1, "{mails:?}");
    let noted: Vec<(String,)> =
        db::sql("select kind from account_event where kind like 'program_%' order by created_at, id")
            .all(story.world.site.db())
            .await
            .unwrap();
    assert_eq!(
        noted.iter().map(|(kind,)| kind.as_str()).collect::<Vec<_>>(),
        ["program_connected", "program_cut_off"]
    );
});

both!(of_two_refreshes_at_once_one_wins_and_nothing_ends, |db| {
    let story = Story::new(&db).await;
    let first = story.connect().await;
    let (one, other) = tokio::join!(story.refresh(&first.refresh), story.refresh(&first.refresh));
    let won: Vec<Tokens> = [one.clone(), other.clone()].into_iter().flatten().collect();
    assert_eq!(won.len(), 1, "{one:?} {other:?}");
    assert!(one == Err(Refusal::Grant) || other == Err(Refusal::Grant));
    assert!(story.opens(&won[0].access).await);
    assert!(story.refresh(&won[0].refresh).await.is_ok());
});

both!(a_code_works_once_for_who_can_prove_it, |db| {
    let story = Story::new(&db).await;
    let code = story.code().await;
    let right = story.exchange(&code);
    let other = acts::register(&story.owner, &form("Other")).await.unwrap();
    for wrong in [
        Sent { code_verifier: VERIFIER.replace('d', "e"), ..right.clone() },
        Sent { code_verifier: String::new(), ..right.clone() },
        Sent { redirect_uri: "http://127.0.0.1/back".into(), ..right.clone() },
        Sent { client_id: other.client_id, ..right.clone() },
        Sent { code: format!("{}A", &code[..code.len() - 1]), ..right.clone() },
    ] {
        // The last letter may be that one already.
        assert!(wrong == right || story.send(&wrong).await == Err(Refusal::Grant), "{wrong:?}");
    }
    let tokens = story.send(&right).await.unwrap();
    assert!(story.opens(&tokens.access).await);
    assert_eq!(story.send(&right).await, Err(Refusal::Grant));
    assert!(!story.opens(&tokens.access).await, "two have the code");
    assert_eq!(story.refresh(&tokens.refresh).await, Err(Refusal::Grant));
    assert!(story.log().await.contains(&"app.cut_off".to_owned()));

    let late = story.exchange(&story.code().await);
    story.world.clock.pass(Duration::minutes(2));
    assert_eq!(story.send(&late).await, Err(Refusal::Grant));
    let kind = Sent { grant_type: "password".into(), ..late.clone() };
    assert_eq!(story.send(&kind).await, Err(Refusal::GrantType));
    let nobody = Sent { client_id: "x".into(), ..late };
    assert_eq!(story.send(&nobody).await, Err(Refusal::Request("client_id")));
});

both!(what_an_app_asks_wrongly_is_told_to_it_or_to_nobody, |db| {
    let story = Story::new(&db).await;
    let right = story.request();
    let ask = async |request: Request| {
        story.marek.visit().rest().await;
        acts::ask(&story.marek, &request).await
    };
    let asked = ask(right.clone()).await.unwrap().unwrap();
    assert_eq!((asked.app.as_str(), asked.goes_to.as_str()), ("Telephone", "app.example.com"));
    let port = Request { redirect_uri: "http://127.0.0.1:51004/back".into(), ..right.clone() };
    assert_eq!(ask(port).await.unwrap().unwrap().goes_to, "127.0.0.1:51004");
    for nowhere in [
        Request { redirect_uri: "https://evil.example/back".into(), ..right.clone() },
        Request { redirect_uri: format!("{BACK}/"), ..right.clone() },
        Request { client_id: "x".into(), ..right.clone() },
    ] {
        assert!(matches!(ask(nowhere.clone()).await, Err(Error::Conflict(_))), "{nowhere:?}");
    }
    let elsewhere = Cx::test_on(story.world.site.clone(), "Halden").await;
    assert!(matches!(acts::ask(&elsewhere, &right).await, Err(Error::Conflict(_))));
    for (back, error) in [
        (Request { response_type: "token".into(), ..right.clone() }, "unsupported_response_type"),
        (Request { code_challenge_method: "plain".into(), ..right.clone() }, "invalid_request"),
        (Request { code_challenge: String::new(), ..right.clone() }, "invalid_request"),
        (Request { scope: "item.delete".into(), ..right.clone() }, "invalid_scope"),
    ] {
        let address = ask(back).await.unwrap().unwrap_err();
        assert!(address.starts_with(&format!("{BACK}?error={error}&iss=")), "{address}");
    }
    story.marek.visit().rest().await;
    let (_, address) = acts::decide(&story.marek, &origin(), &right, false).await.unwrap();
    assert!(address.starts_with(&format!("{BACK}?error=access_denied&")), "{address}");
    let narrow = Request { scope: "item.view".into(), ..right };
    assert_eq!(ask(narrow).await.unwrap().unwrap().permissions.iter().count(), 1);
});

both!(a_connection_is_withdrawn_given_back_or_goes_with_app_and_person, |db| {
    let story = Story::new(&db).await;
    let site = &story.world.site;
    let anna = story.owner.colleague("Anna Ek", Role::Member).await;
    let tokens = story.connect().await;
    let id = acts::list(&story.marek).await.unwrap().connected[0].id;
    story.marek.visit().rest().await;
    assert_eq!(acts::disconnect(&anna, id).await, Err(Error::NotFound));
    acts::disconnect(&story.marek, id).await.unwrap();
    assert!(!story.opens(&tokens.access).await);

    let tokens = story.connect().await;
    grant::revoke(site, "x", &tokens.refresh).await.unwrap();
    grant::revoke(site, &story.app.client_id, &tokens.access).await.unwrap();
    assert!(!story.opens(&tokens.access).await);
    let tokens = story.refresh(&tokens.refresh).await.unwrap();
    grant::revoke(site, &story.app.client_id, &tokens.refresh).await.unwrap();
    assert!(!story.opens(&tokens.access).await);

    let tokens = story.connect().await;
    let version = version_of(&story.owner, story.marek.member_id()).await;
    story.owner.visit().rest().await;
    member::acts::suspend(&story.owner, story.marek.member_id(), version).await.unwrap();
    assert!(!story.opens(&tokens.access).await);
    assert_eq!(story.refresh(&tokens.refresh).await, Err(Refusal::Grant));
    let version = version_of(&story.owner, story.marek.member_id()).await;
    story.owner.visit().rest().await;
    member::acts::reactivate(&story.owner, story.marek.member_id(), version).await.unwrap();
    assert!(story.opens(&tokens.access).await);
    assert!(matches!(acts::remove(&anna, story.app.id).await, Err(Error::Forbidden(_))));
    acts::remove(&story.owner, story.app.id).await.unwrap();
    assert!(!story.opens(&tokens.access).await);
    crate::sweep(site).await.unwrap();
});

both!(an_app_is_registered_by_who_may, |db| {
    let story = Story::new(&db).await;
    let refused = acts::register(&story.marek, &form("Mine")).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let empty = Form { name: String::new(), redirect_uris: "javascript:x".into(), permissions: Vec::new() };
    let error = acts::register(&story.owner, &empty).await.unwrap_err();
    for field in ["name", "redirect_uris", "permissions"] {
        assert!(error.field(field).is_some(), "{error:?}");
    }
});
