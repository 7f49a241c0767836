//! Puts a file together from its chunks, piece by piece, and decides whether it is taken.
//!
//! What is wrong with the file refuses it. What is wrong with the store or the scanner is noted on the file, which stays
//! as it is with all its chunks, and is tried again.

use std::{fmt::Write as _, io};

use anyhow::anyhow;
use futures::{StreamExt, TryStreamExt};
use jobs::Failure;
use kernel::{Cx, FileId, OrganisationId};
use sha2::{Digest, Sha256};
use store::{
    Key,
    antivirus::Verdict,
    kind::{self, HEAD},
    picture,
};

use super::{Desk, PREVIEW, enqueue, system};
use crate::{
    acts::{Act, event},
    model::State,
    repo::{
        self, Kept, Looked,
        upload::{self, Part},
    },
};

/// What was found while the file was put together.
struct Whole {
    size: i64,
    sha256: String,
    head: Vec<u8>,
}

pub(super) async fn run(desk: &Desk, organisation: OrganisationId, id: FileId) -> Result<(), Failure> {
    let reader = desk.site.reader(db::Scope::organisation(organisation.uuid()));
    let kept = repo::find(&reader, organisation, id).await?;
    let Some(kept) = kept.filter(|kept| kept.state == State::Scanning) else { return Ok(()) };
    let parts = upload::parts(&reader, organisation, id).await?;
    // Putting it together takes a while, and reads no rows.
    reader.rest().await;
    let cx = system(&desk.site, organisation, kept.created_by);
    match look(desk, &cx, &kept, &parts).await {
        Ok(looked) => settle(desk, &cx, &kept, &parts, looked).await,
        Err(trouble) => {
            let mut tx = cx.begin().await?;
            repo::note(&mut tx, organisation, id, &trouble.words, cx.now()).await?;
            tx.commit().await?;
            Err(Failure::Retry(trouble.cause))
        }
    }
}

/// What keeps a file from going on, for people and for the log.
struct Trouble {
    words: String,
    cause: anyhow::Error,
}

impl From<store::Error> for Trouble {
    fn from(cause: store::Error) -> Self {
        let words = match cause {
            store::Error::Full(_) => "It waits: the server has no room for it. An admin has to make room.",
            _ => "It waits: the store of files does not answer.",
        };
        Trouble { words: words.into(), cause: cause.into() }
    }
}

async fn look(desk: &Desk, cx: &Cx, kept: &Kept, parts: &[Part]) -> Result<Looked, Trouble> {
    let key = Key::file(cx.organisation_id().uuid(), kept.id.uuid());
    let whole = put_together(desk, cx, kept, parts, &key).await?;
    let refusal = if whole.size != kept.size || (!kept.sha256.is_empty() && kept.sha256 != whole.sha256) {
        Some("It is not what was sent. Send it again.".to_owned())
    } else if kind::is_program(&whole.head) {
        Some("It is a program, and programs are not taken.".to_owned())
    } else {
        scan(desk, &key).await?
    };
    let media_type = kind::media_type(&whole.head).to_owned();
    Ok(Looked { media_type, size: kept.size, sha256: whole.sha256, refusal })
}

/// Copies the chunks into one object, and counts and hashes them on the way.
async fn put_together(
    desk: &Desk,
    cx: &Cx,
    kept: &Kept,
    parts: &[Part],
    key: &Key,
) -> Result<Whole, Trouble> {
    let mut writer = desk.store.write(key)?;
    let (mut hash, mut head) = (Sha256::new(), Vec::with_capacity(HEAD));
    let copied = async {
        for part in parts {
            let from = Key::part(cx.organisation_id().uuid(), kept.id.uuid(), part.id);
            let mut pieces = desk.store.read(&from, None).await?;
            while let Some(piece) = pieces.try_next().await? {
                hash.update(&piece);
                let wanted = HEAD.saturating_sub(head.len()).min(piece.len());
                head.extend_from_slice(piece.get(..wanted).unwrap_or_default());
                writer.write(piece).await?;
            }
        }
        Ok::<_, store::Error>(())
    };
    if let Err(cause) = copied.await {
        writer.abort().await;
        return Err(cause.into());
    }
    let size = writer.finish().await?;
    let sha256 = hash.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    });
    Ok(Whole { size: i64::try_from(size).unwrap_or(i64::MAX), sha256, head })
}

/// Why the scanner does not let it in, if it does not.
async fn scan(desk: &Desk, key: &Key) -> Result<Option<String>, Trouble> {
    let Some(clamd) = &desk.clamd else { return Ok(None) };
    let pieces = desk.store.read(key, None).await?.map(|piece| piece.map_err(io::Error::other));
    match clamd.scan(pieces).await {
        Ok(Verdict::Clean) => Ok(None),
        Ok(Verdict::Infected(name)) => {
            tracing::warn!(virus = name, "A file with a virus was refused");
            Ok(Some(format!("The virus scanner found {name} in it.")))
        }
        Ok(Verdict::TooLarge) if desk.clamd_required => {
            tracing::warn!(
                "A file is larger than clamd looks at (StreamMaxLength in its settings), and was refused"
            );
            Ok(Some("It is larger than the virus scanner looks at.".to_owned()))
        }
        Ok(Verdict::TooLarge) => {
            tracing::warn!("A file was taken without the virus scanner: it is larger than clamd looks at");
            Ok(None)
        }
        Err(cause) if desk.clamd_required => Err(Trouble {
            words: "It waits: the virus scanner does not answer.".into(),
            cause: anyhow!("clamd: {cause}"),
        }),
        Err(cause) => {
            tracing::warn!(error = %cause, "A file was taken without the virus scanner, which does not answer");
            Ok(None)
        }
    }
}

/// Writes down what became of the file, then deletes what is needed no more.
async fn settle(desk: &Desk, cx: &Cx, kept: &Kept, parts: &[Part], looked: Looked) -> Result<(), Failure> {
    let record = cx.record_by_id(&kept.record_kind, kept.record_id).await.ok();
    let refused = looked.refusal.is_some();
    let mut tx = cx.begin().await?;
    if !repo::settle(&mut tx, cx.organisation_id(), kept.id, &looked, cx.now()).await? {
        return Ok(());
    }
    upload::forget(&mut tx, cx.organisation_id(), kept.id).await?;
    let act = if refused { Act::Refused } else { Act::Added };
    tx.record(event(act, kept, record.as_ref())).await?;
    if !refused && (picture::reads(&looked.media_type) || desk.tools.draws(&looked.media_type)) {
        enqueue(&mut tx, PREVIEW, kept.id).await?;
    }
    tx.commit().await?;
    // What cannot be deleted now is swept later.
    let (organisation, file) = (cx.organisation_id().uuid(), kept.id.uuid());
    if refused {
        desk.store.delete(&Key::file(organisation, file)).await.ok();
    }
    for part in parts {
        desk.store.delete(&Key::part(organisation, file, part.id)).await.ok();
    }
    Ok(())
}
