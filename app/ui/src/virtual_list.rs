//! Long lists: only the rows in sight are in the page. All rows have one height, which is measured in the browser, so that
//! the scroll bar is right on a phone as well.

use std::hash::Hash;

use leptos::html::Div;
use leptos::prelude::*;

/// How many rows are kept beyond each edge, so that fast scrolling shows rows at once.
const SPARE: i64 = 8;

/// A list that scrolls in its own frame. The server sends the first rows.
#[component]
pub fn VirtualList<T, K, KF, CF, V>(
    /// What it lists, for screen readers.
    #[prop(into)]
    label: String,
    /// The rows.
    #[prop(into)]
    items: Signal<Vec<T>>,
    /// The height of each row in pixels, until it is measured.
    #[prop(default = 34)]
    row_height: i64,
    /// How many rows the server sends.
    #[prop(default = 40)]
    first: i64,
    /// What tells one row from another.
    key: KF,
    /// Shows a row: `<VirtualList … let:item>…</VirtualList>`.
    children: CF,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    K: Eq + Hash + 'static,
    KF: Fn(&T) -> K + Clone + Send + Sync + 'static,
    CF: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let node = NodeRef::<Div>::new();
    let sight = RwSignal::new(Sight { top: 0, height: first.saturating_mul(row_height), row_height });
    let look = move || {
        let Some(frame) = node.get_untracked() else { return };
        let row =
            frame.query_selector("[role=listitem]").ok().flatten().map(|row| i64::from(row.client_height()));
        sight.set(Sight {
            top: i64::from(frame.scroll_top()),
            height: i64::from(frame.client_height()),
            row_height: row.filter(|height| *height != 0).unwrap_or(row_height),
        });
    };
    Effect::new(move |_| {
        if node.get().is_some() {
            look();
            let resize = window_event_listener(leptos::ev::resize, move |_| look());
            on_cleanup(move || resize.remove());
        }
    });
    let count = move || i64::try_from(items.with(Vec::len)).unwrap_or(i64::MAX);
    let window = Memo::new(move |_| rows_in_sight(sight.get(), count()));
    let rows = move || {
        let Window { start, end } = window.get();
        let (skip, take) =
            (usize::try_from(start).unwrap_or_default(), usize::try_from(end - start).unwrap_or_default());
        items.with(|items| {
            let numbered = (start..).zip(items.iter().skip(skip).take(take).cloned());
            numbered.collect::<Vec<(i64, T)>>()
        })
    };
    let before = move || window.get().start.saturating_mul(sight.get().row_height);
    let after = move || (count() - window.get().end).max(0).saturating_mul(sight.get().row_height);
    view! {
        <div class="virtual-list" role="list" aria-label=label tabindex="0" on:scroll=move |_| look() node_ref=node>
            <svg class="virtual-gap" aria-hidden="true" width="1" height=before></svg>
            <For each=rows key=move |(_, item)| key(item) let((index, item))>
                <div role="listitem" aria-setsize=count aria-posinset=index + 1>
                    {children(item)}
                </div>
            </For>
            <svg class="virtual-gap" aria-hidden="true" width="1" height=after></svg>
        </div>
    }
}

/// The part of the list that the frame shows, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sight {
    top: i64,
    height: i64,
    row_height: i64,
}

/// The rows that are in the page: from `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    start: i64,
    end: i64,
}

/// Returns the rows in sight and some more at each edge; the start is even, so that striped rows stay striped.
fn rows_in_sight(sight: Sight, count: i64) -> Window {
    let row_height = sight.row_height.max(1);
    let start = (sight.top / row_height - SPARE).clamp(0, count);
    let end = ((sight.top + sight.height) / row_height + 1 + SPARE).clamp(start, count);
    Window { start: start - start % 2, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_rows_in_sight_are_drawn() {
        let check = |top, height, count, start, end| {
            assert_eq!(rows_in_sight(Sight { top, height, row_height: 34 }, count), Window { start, end });
        };
        check(0, 340, 1_000, 0, 19);
        check(3_400, 340, 1_000, 92, 119);
        check(33_900, 340, 1_000, 988, 1_000);
        check(0, 340, 3, 0, 3);
        check(5_000, 340, 0, 0, 0);
    }

    #[test]
    fn the_server_sends_the_first_rows_and_the_height_of_the_rest() {
        let html = Owner::new().with(|| {
            let items: Vec<i64> = (0..1_000).collect();
            view! {
                <VirtualList label="Items" items first=10 key=|item| *item let:item>
                    <span class="row">{item}</span>
                </VirtualList>
            }
            .to_html()
        });
        assert_eq!(html.matches("class=\"row\"").count(), 19, "{html}");
        assert!(html.contains("height=\"33354\""), "{html}");
    }
}
