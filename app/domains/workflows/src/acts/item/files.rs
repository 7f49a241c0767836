//! Files that fields of items hold. The domain that keeps files is asked which of them there are.

use std::collections::BTreeSet;

use kernel::{Cx, FileId, FileStanding, ItemId, KnownFile, Result, Tx};

use super::{Form, Sent, as_clocks_show};
use crate::{
    form::file::{self, FILES_MAX, FileNames, Shelf},
    model::{Field, FieldKind, Values},
    records::ITEM,
};

/// The values of an item as all judge by them: moments as clocks of the organisation show them, and without files that are gone.
pub(in crate::acts) async fn counted(
    on: impl Into<db::On<'_>>,
    cx: &Cx,
    fields: &[Field],
    data: &Values,
) -> Result<Values> {
    let shown = as_clocks_show(cx, fields, data);
    let gone = gone(on, cx, file::all(fields, &shown)).await?;
    Ok(file::without(fields, &shown, &gone))
}

/// Those of the files that fields hold which are gone, deleted or refused, with their names as far as they are known.
pub(super) async fn gone(on: impl Into<db::On<'_>>, cx: &Cx, held: BTreeSet<FileId>) -> Result<FileNames> {
    let known = known(on, cx, &held).await?;
    let is_there =
        |id: &FileId| known.iter().any(|file| file.id == *id && file.standing == FileStanding::There);
    let name = |id: FileId| {
        let name = known.iter().find(|file| file.id == id).map(|file| file.name.clone());
        (id, name.unwrap_or_default())
    };
    Ok(held.into_iter().filter(|id| !is_there(id)).map(name).collect())
}

/// What the files are called that fields hold in one of these.
pub(super) async fn names(
    tx: &mut Tx,
    cx: &Cx,
    fields: &[Field],
    (before, after): (&Values, &Values),
) -> Result<FileNames> {
    let differs = |field: &&Field| before.get(&field.key) != after.get(&field.key);
    let changed: Vec<Field> = fields.iter().filter(differs).cloned().collect();
    let held = &file::all(&changed, before) | &file::all(&changed, after);
    let known = known(tx, cx, &held).await?;
    Ok(known.into_iter().map(|file| (file.id, file.name)).collect())
}

/// Which of the files that a form sends can be put into fields of an item. What its sender holds is held no more.
pub(super) async fn shelf(
    tx: &mut Tx,
    cx: &Cx,
    (id, key): (ItemId, &str),
    wanted: &BTreeSet<FileId>,
) -> Result<Shelf> {
    let known = known(&mut *tx, cx, wanted).await?;
    let is_own = |file: &&KnownFile| (file.record_kind.as_str(), file.record_id) == (ITEM.kind, id.uuid());
    let own: Vec<&KnownFile> = known.iter().filter(is_own).collect();
    let files = own.iter().map(|file| (file.id, hindrance(file))).collect();
    let held: Vec<FileId> =
        own.iter().filter(|file| file.held && hindrance(file).is_none()).map(|file| file.id).collect();
    cx.take_files(tx, (ITEM.kind, id.uuid()), &held).await?;
    Ok(Shelf { item: key.to_owned(), files })
}

/// The files that a form brings for fields which do not hold them yet.
pub(super) fn wanted(form: &Form, fields: &[Field], before: &Values) -> BTreeSet<FileId> {
    let of_field = |field: &Field| -> BTreeSet<FileId> {
        let sent: BTreeSet<FileId> = match &form.data {
            Sent::Texts(data) => {
                let words = data.get(&field.key).into_iter().flat_map(|text| text.split_whitespace());
                words.filter_map(|id| id.parse().ok()).collect()
            }
            Sent::Values(data) => file::ids(data.get(&field.key)).collect(),
        };
        // More are refused without looking at them.
        if FILES_MAX < sent.len() { BTreeSet::new() } else { sent }
    };
    let held = file::all(fields, before);
    let files = fields.iter().filter(|field| field.kind == FieldKind::File).flat_map(of_field);
    files.filter(|id| !held.contains(id)).collect()
}

/// Why a file of the item cannot be put into a field of it.
fn hindrance(file: &KnownFile) -> Option<String> {
    let name = &file.name;
    match file.standing {
        FileStanding::There => None,
        FileStanding::Coming => Some(format!("{name} is not uploaded yet.")),
        FileStanding::Refused => Some(format!("{name} was refused, so it cannot be put in.")),
        FileStanding::Deleted => {
            Some(format!("{name} is deleted. Bring it back first, or choose another file."))
        }
    }
}

async fn known(on: impl Into<db::On<'_>>, cx: &Cx, files: &BTreeSet<FileId>) -> Result<Vec<KnownFile>> {
    let files: Vec<FileId> = files.iter().copied().collect();
    cx.files_known(on.into(), &files).await
}
