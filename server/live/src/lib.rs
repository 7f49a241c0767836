//! Live news: what happened, told to every open page that may know.
//!
//! News carries ids only; a page that cares asks for the record, so rights are checked where they always are. It is
//! written to the [`outbox`] in the transaction of the act, under the organisation's next number, and the [`Hub`] of
//! every server tells its listeners in that order. Whoever was away says the last number it heard and gets the rest: from
//! a restarted server, or from another one, too.
//!
//! After a commit the server that made it looks into the outbox at once. Other servers on the same PostgreSQL are woken
//! by NOTIFY, which names the organisation; what is lost while its connection is away is found by reading on. Every few
//! seconds each server looks unasked, so nothing depends on being woken, and a worker beside a server on one SQLite
//! file is heard, too.
//!
//! Who looks at a record or writes in it is [`Presence`]: not kept, told as it changes, and forgotten when it is not said
//! again.

mod hub;
mod news;
pub mod outbox;
mod presence;
#[cfg(test)]
mod tests;

pub use hub::{Hub, Listener, Told};
pub use news::{Hearers, NewNews, News};
pub use presence::{Doing, Presence, Present};
