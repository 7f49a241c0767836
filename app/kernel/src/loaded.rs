//! What a section of a page shows of the record that the page is about.

use std::future::Future;

use leptos::prelude::*;

use crate::Result;

/// Data of the record whose key stands in the page's address: what the page waited for, and what was loaded again since. Cheap to
/// copy.
///
/// Data that has not changed is not shown anew: lists and fields stay as they stand.
pub struct Loaded<T: Send + Sync + 'static> {
    key: Memo<String>,
    shown: RwSignal<Option<T>>,
    /// What the page waited for last, and for which record: content that is drawn anew must not bring it back.
    waited_for: StoredValue<Option<(String, T)>>,
    /// How often it was asked for, and the question whose answer was the last to be taken.
    asked: StoredValue<(u32, u32)>,
}

impl<T: Send + Sync> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Loaded<T> {}

impl<T: Clone + PartialEq + Send + Sync> Loaded<T> {
    /// Nothing so far, of the record with this key.
    #[must_use]
    pub fn new(key: Memo<String>) -> Self {
        Self {
            key,
            shown: RwSignal::new(None),
            waited_for: StoredValue::new(None),
            asked: StoredValue::new((0, 0)),
        }
    }

    /// Shows what the page waited for, once. Says whether it did.
    pub fn begin(self, data: T) -> bool {
        let new = (self.key.get_untracked(), data.clone());
        let is_new = self.waited_for.with_value(|old| old.as_ref() != Some(&new));
        if is_new {
            self.waited_for.set_value(Some(new));
            self.show(data);
        }
        is_new
    }

    /// Shows this. Nothing happens when the page is gone.
    pub fn show(self, data: T) {
        if self.shown.try_with_untracked(|shown| shown.as_ref() != Some(&data)) == Some(true) {
            self.shown.set(Some(data));
        }
    }

    /// Asks for it again, by the record's key. There is no answer when the page is gone, when it is about another record by then,
    /// and when a later question was answered sooner. The way back in a message may ask from elsewhere.
    pub async fn ask<F: Future<Output = Result<T>>>(
        self,
        load: impl FnOnce(String) -> F,
    ) -> Option<Result<T>> {
        let key = self.key.try_get_untracked()?;
        let question = self.asked.try_update_value(|(asked, _)| {
            *asked += 1;
            *asked
        })?;
        let answer = load(key.clone()).await;
        if self.key.try_get_untracked()? != key {
            return None;
        }
        let is_overtaken = self.asked.try_update_value(|(_, taken)| {
            let is_overtaken = question < *taken;
            // What could not be loaded leaves room for what was.
            if !is_overtaken && answer.is_ok() {
                *taken = question;
            }
            is_overtaken
        })?;
        (!is_overtaken).then_some(answer)
    }

    /// What is shown, followed by whoever reads it.
    pub fn with<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.shown.with(|shown| read(shown.as_ref()))
    }

    /// What is shown, looked at once.
    pub fn with_untracked<R>(self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.shown.with_untracked(|shown| read(shown.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{Future, ready},
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use leptos::prelude::*;
    use tokio::sync::oneshot;

    use super::Loaded;
    use crate::Error;

    fn loaded() -> (Owner, RwSignal<String>, Loaded<i32>) {
        let owner = Owner::new();
        owner.set();
        let key = RwSignal::new("CAR-1".to_owned());
        let loaded = Loaded::new(Memo::new(move |_| key.get()));
        (owner, key, loaded)
    }

    /// The answer of a question that has one.
    fn now<T>(question: impl Future<Output = T>) -> T {
        match pin!(question).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer,
            Poll::Pending => panic!("it has no answer yet"),
        }
    }

    /// A question that is begun, and what answers it.
    async fn asked(
        loaded: Loaded<i32>,
        answer: oneshot::Receiver<crate::Result<i32>>,
    ) -> Option<crate::Result<i32>> {
        loaded.ask(|_| async { answer.await.unwrap() }).await
    }

    #[tokio::test]
    async fn an_answer_that_was_overtaken_is_none() {
        let (_owner, _, loaded) = loaded();
        let ((first, of_first), (second, of_second)) = (oneshot::channel(), oneshot::channel());
        let mut begun = Box::pin(asked(loaded, of_first));
        assert!(begun.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        second.send(Ok(2)).unwrap();
        assert_eq!(asked(loaded, of_second).await, Some(Ok(2)));
        first.send(Ok(1)).unwrap();
        assert_eq!(begun.await, None);
    }

    #[tokio::test]
    async fn what_could_not_be_loaded_overtakes_nothing() {
        let (_owner, _, loaded) = loaded();
        let (first, of_first) = oneshot::channel();
        let mut begun = Box::pin(asked(loaded, of_first));
        assert!(begun.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(loaded.ask(|_| ready(Err(Error::NotFound))).await, Some(Err(Error::NotFound)));
        first.send(Ok(1)).unwrap();
        assert_eq!(begun.await, Some(Ok(1)));
    }

    #[test]
    fn an_answer_is_none_once_the_page_is_about_another_record_or_gone() {
        let (owner, key, loaded) = loaded();
        let moved = now(loaded.ask(|asked| {
            assert_eq!(asked, "CAR-1");
            key.set("CAR-2".to_owned());
            ready(Ok(1))
        }));
        assert_eq!(moved, None);
        owner.cleanup();
        assert_eq!(now(loaded.ask(|_| ready(Ok(1)))), None);
    }

    #[test]
    fn what_the_page_waited_for_is_shown_once_for_each_record() {
        let (_owner, key, loaded) = loaded();
        assert!(loaded.begin(1));
        loaded.show(3);
        assert!(!loaded.begin(1));
        assert_eq!(loaded.with_untracked(|shown| shown.copied()), Some(3), "what was loaded since stays");
        assert!(loaded.begin(2));
        key.set("CAR-2".to_owned());
        assert!(loaded.begin(2));
    }
}
