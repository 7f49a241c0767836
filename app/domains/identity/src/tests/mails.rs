//! Every mail of this domain: what it says in both forms, and that nothing in it is more than text.

use std::collections::BTreeSet;

use db::{Db, both};
use kernel::{Cx, Mail, testing::letterhead};

use crate::{
    account, account::repo::Account, brand, factor, member, passkey, provider, session::Origin, support,
};

const HOSTILE: &str = "<script>alert(\"1\")</script> & 'Bo'";

/// Each mail with these words in every place that somebody else fills in, by name.
async fn all(db: &Db, words: &str) -> Vec<(&'static str, Mail)> {
    let cx = Cx::test(db, words).await;
    let visit = cx.visit();
    let account = Account {
        id: visit.new_id(),
        email: "bo@nordvik.example".into(),
        name: words.into(),
        password_hash: String::new(),
        confirmed_at: None,
    };
    let origin = Origin { address: Some(words.into()), user_agent: words.into(), device: None };
    let leave = support::model::Leave {
        id: visit.new_id(),
        member_id: cx.member_id(),
        allowed_by: cx.member_id(),
        reason: words.into(),
        ends_at: cx.now(),
        link: format!("{}/support/x/y", visit.site().base_url()),
    };
    let to = "bo@nordvik.example";
    vec![
        ("confirm", account::mails::confirm(visit, to, words, "TOKEN")),
        ("already_known", account::mails::already_known(visit, &account)),
        ("reset", account::mails::reset(visit, &account, "TOKEN")),
        ("log_in_link", account::mails::log_in_link(visit, &account, "TOKEN")),
        ("password_changed", account::mails::password_changed(visit, &account)),
        ("app_added", factor::mails::app_added(visit, &account)),
        ("app_removed", factor::mails::app_removed(visit, &account)),
        ("codes_renewed", factor::mails::codes_renewed(visit, &account)),
        ("code_used", factor::mails::code_used(visit, &account, &origin, 9)),
        ("new_device", factor::mails::new_device(visit, &account, &origin)),
        ("wrong_codes", factor::mails::wrong_codes(visit, &account, &origin)),
        ("invitation", member::mails::invitation(&cx, words, to, words, "TOKEN")),
        ("passkey_added", passkey::mails::added(visit, &account, words)),
        ("passkey_removed", passkey::mails::removed(visit, &account, words)),
        ("linked", provider::mails::linked(visit, &account, words)),
        ("unlinked", provider::mails::unlinked(visit, &account, words)),
        ("support_leave", support::mails::leave(&cx, to, words, words, &leave)),
        ("support_begun", support::mails::begun(&cx, to, words, words)),
    ]
}

both!(no_mail_lets_anybodys_words_be_more_than_text, |db| {
    for (name, mail) in all(&db, HOSTILE).await {
        let html = mail.letter.render(&mail.subject, &letterhead()).unwrap().html;
        let lower = html.to_lowercase();
        assert!(!lower.contains("<script") && !lower.contains("alert(\""), "{name}:\n{html}");
        assert!(html.contains("&#60;script&#62;"), "{name} leaves it out:\n{html}");
        // A name in an address would lead somewhere else.
        for address in html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(
                address.starts_with("http://mediap.test") && !address.contains("alert"),
                "{name}: {address}"
            );
        }
    }
});

both!(every_mail_says_the_same_as_text_and_as_html, |db| {
    let mails = all(&db, "Bo").await;
    for (name, mail) in &mails {
        let rendered = mail.letter.render(&mail.subject, &letterhead()).unwrap();
        let (text, html) = (&rendered.text, &rendered.html);
        assert!(
            html.contains("</html>") && html.contains(&format!(">{}</h1>", mail.subject)),
            "{name}:\n{html}"
        );
        // Each address of the text is a link of the HTML, and the other way round.
        let written: BTreeSet<&str> =
            text.lines().filter(|line| line.starts_with("http://mediap.test")).collect();
        let linked: BTreeSet<&str> =
            html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(written, linked, "{name}");
        // Each sentence of the text stands in the HTML too; the subject is its heading.
        for line in text.lines().filter(|line| line.ends_with('.') && !line.starts_with('>')) {
            let escaped = line.replace('"', "&#34;");
            assert!(html.contains(&escaped), "{name}: {line} is missing in\n{html}");
        }
        assert!(!mail.key.contains("TOKEN") && mail.key.len() < 120, "{name}: {}", mail.key);
    }
    let keys: BTreeSet<&str> = mails.iter().map(|(_, mail)| mail.key.as_str()).collect();
    assert_eq!(keys.len(), mails.len(), "{keys:?}");
});

both!(what_the_mails_say, |db| {
    let all = all(&db, "Bo").await;
    let text = |name: &str| {
        let (_, mail) = all.iter().find(|(found, _)| *found == name).unwrap();
        mail.letter.text(&letterhead()).unwrap()
    };
    assert_eq!(
        text("invitation"),
        "Hello Bo,\n\n\
         Bo invites you to Bo on Mediap. Open this page and press Join.\n\n\
         See the invitation:\n\nhttp://mediap.test/invitation?token=TOKEN\n\n\
         The link works for 14 days. If you do not know Bo, ignore this mail; nothing happens.\n\n\
         -- \nTesters\nhttp://mediap.test\n"
    );
    assert_eq!(
        text("support_leave"),
        "Bo gives leave to act as Bo in Bo until 21 November 2025, 08:00 UTC.\n\n\
         What to look at:\n\n\
         > Bo\n\n\
         Look at it:\n\nhttp://mediap.test/support/x/y\n\n\
         -- \nTesters\nhttp://mediap.test\n"
    );
    for (name, part) in [
        ("confirm", "http://mediap.test/confirm?token=TOKEN"),
        ("already_known", "http://mediap.test/reset"),
        ("reset", "http://mediap.test/reset/new?token=TOKEN"),
        ("log_in_link", "http://mediap.test/login/link?token=TOKEN"),
        ("password_changed", "all other devices were logged out"),
        ("app_added", "now asks for a code of your app"),
        ("app_removed", "no longer asks for its code"),
        ("codes_renewed", "the old ones no longer work"),
        ("code_used", "9 are left"),
        ("new_device", "log in on a new device"),
        ("wrong_codes", "five wrong codes"),
        ("passkey_added", "A passkey called \"Bo\" was added"),
        ("passkey_removed", "logs in no longer"),
        ("linked", "An account at Bo now logs in"),
        ("unlinked", "logs in to your account no longer"),
        ("support_begun", "begun to act as you in Bo"),
    ] {
        assert!(text(name).contains(part), "{name}:\n{}", text(name));
    }
});

both!(the_paper_is_that_of_the_standard_brand, |db| {
    let cx = Cx::test(&db, "Nordvik Cars").await;
    let site = cx.visit().site();
    let head = async |organisation| brand::letterhead::letterhead(site, organisation).await.unwrap();
    let own = head(None).await;
    assert_eq!((own.name.as_str(), own.accent.light.solid.to_string()), ("Mediap", "#00667f".into()));
    let plain = head(Some(cx.organisation_id())).await;
    assert_eq!((plain.name.as_str(), &plain.accent, &plain.logo), ("Nordvik Cars", &own.accent, &None));

    let id = brand::acts::create(&cx, "Workshop", "#7a1fa2").await.unwrap();
    let mut tx = cx.begin().await.unwrap();
    brand::repo::set_default(&mut tx, &cx, Some(id)).await.unwrap();
    let logo = crate::Picture { bytes: b"\x89PNG".to_vec(), media_type: "image/png".into() };
    brand::repo::set_logo(&mut tx, &cx, id, Some(&logo)).await.unwrap();
    tx.commit().await.unwrap();
    let themed = head(Some(cx.organisation_id())).await;
    assert_eq!(
        (themed.name.as_str(), themed.accent.light.solid.to_string()),
        ("Nordvik Cars", "#7a1fa2".into())
    );
    assert_eq!(themed.logo.unwrap().bytes, logo.bytes);
});
