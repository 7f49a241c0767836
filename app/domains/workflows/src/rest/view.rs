//! Saved views for other programs.

use kernel::{
    Error,
    Permission::{ItemView, ViewSave},
    ViewId,
};
use rest::{Answer, Call, Created, Filter, Json, Key, List, Listed, Needs::May, Page, Record, Routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    acts::{
        view::{self as acts, QUERY_MAX},
        workflow,
    },
    model,
};

/// How many views of a workflow are listed at most.
const LISTED: usize = 10_000;

/// What is published of saved views.
pub fn routes() -> Routes {
    let (view, save) = (May(ItemView), May(ViewSave));
    Routes::new(
        "Saved views",
        "Filters and an order of a board, a list or a calendar under a name, one's own or shared.",
    )
    .list("/workflows/{workflow}/views", "List saved views", view, view, list)
    .post("/workflows/{workflow}/views", "Save a view", save, create)
    .read("/views/{view}", "Read a saved view", view, read)
    .remove("/views/{view}", "Delete a saved view", save, delete)
    .post("/views/{view}/restore", "Bring a saved view back", save, restore)
}

/// What a view is of.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ViewLayout {
    Board,
    List,
    /// A board with its cards in lanes.
    Lanes,
    /// The items by their due days.
    Calendar,
}

impl ViewLayout {
    fn as_str(self) -> &'static str {
        match self {
            ViewLayout::Board => "board",
            ViewLayout::List => "list",
            ViewLayout::Lanes => "lanes",
            ViewLayout::Calendar => "calendar",
        }
    }

    fn named(name: &str) -> Self {
        let all = [ViewLayout::List, ViewLayout::Lanes, ViewLayout::Calendar];
        all.into_iter().find(|layout| layout.as_str() == name).unwrap_or(ViewLayout::Board)
    }
}

/// A saved view.
#[derive(Debug, Serialize, ToSchema)]
struct SavedView {
    id: ViewId,
    #[schema(example = "Late ones")]
    name: String,
    /// Whether everybody sees it.
    shared: bool,
    /// Whether it is your own.
    mine: bool,
    /// What it is of.
    #[schema(inline)]
    layout: ViewLayout,
    /// The query of the page, without the question mark.
    #[schema(example = "due=late&sort=-priority")]
    query: String,
}

impl Record for SavedView {}

impl From<model::SavedView> for SavedView {
    fn from(view: model::SavedView) -> Self {
        SavedView {
            id: view.id,
            name: view.name,
            shared: view.shared,
            mine: view.mine,
            layout: ViewLayout::named(&view.layout),
            query: view.query,
        }
    }
}

impl Listed for SavedView {
    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self, _: &str) -> Key {
        Key::Text(self.name.to_lowercase())
    }
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
struct ViewFilter {
    /// Words in the name.
    q: Option<String>,
    /// Only your own views, or only those of others.
    mine: Option<bool>,
}

impl Filter for ViewFilter {
    const SORTS: &'static [&'static str] = &["name"];
}

/// A view to be saved. It is your own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewView {
    /// Unlike that of every other view of yours.
    #[schema(example = "Late ones", min_length = 1, max_length = 60)]
    name: String,
    /// What it is of.
    #[schema(inline)]
    layout: ViewLayout,
    /// The query of the page, without the question mark.
    #[serde(default)]
    #[schema(example = "due=late&sort=-priority", max_length = 2000)]
    query: String,
    /// Whether everybody sees it, which needs `view.share`.
    #[serde(default)]
    shared: bool,
}

async fn list(call: Call<String, List<ViewFilter>>) -> Answer<Page<SavedView>> {
    let ViewFilter { q, mine } = &call.input.filter;
    let words = q.as_deref().map(str::to_lowercase);
    let workflow = workflow::find(&call.cx, &call.path).await?;
    let views = acts::list(&call.cx, workflow.head.id, LISTED).await?.into_iter().map(SavedView::from);
    let fits = |view: &SavedView| {
        words.as_ref().is_none_or(|words| view.name.to_lowercase().contains(words))
            && mine.is_none_or(|mine| view.mine == mine)
    };
    call.input.page(views.filter(fits).collect())
}

async fn create(call: Call<String, Json<NewView>>) -> Answer<Created<SavedView>> {
    let NewView { name, layout, query, shared } = call.input.0;
    let query = query.trim();
    // Pages cut it off; a program is told.
    if QUERY_MAX < query.chars().count() {
        return Err(Error::invalid("query", format!("A query may have {QUERY_MAX} characters.")).into());
    }
    let workflow = workflow::by_key(call.cx.db(), &call.cx, &call.path).await?;
    let layout = layout.as_str().to_owned();
    let view = acts::save(&call.cx, workflow.head.id, &name, layout, query, shared).await?;
    Ok(Created { at: format!("/views/{}", view.id), record: view.into() })
}

async fn read(call: Call<ViewId>) -> Answer<SavedView> {
    Ok(acts::get(&call.cx, call.path).await?.into())
}

async fn delete(call: Call<ViewId>) -> Answer<()> {
    Ok(acts::delete(&call.cx, call.path).await?)
}

async fn restore(call: Call<ViewId>) -> Answer<SavedView> {
    acts::restore(&call.cx, call.path).await?;
    Ok(acts::own(&call.cx, call.path).await?.into())
}
