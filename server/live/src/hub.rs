//! Where news is told and heard, in one process.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use db::{Db, Known, Reader, Result, Scope};
use tokio::{
    sync::{broadcast, broadcast::error::RecvError},
    time::{MissedTickBehavior, interval, sleep},
};
use uuid::Uuid;

use crate::{
    News, Presence, Present, outbox,
    presence::{self, Room as Here},
};

/// How much news a slow listener may be behind before it reads the outbox again.
const BACKLOG: usize = 256;
/// What somebody who was away is told of one by one; beyond it looking at everything again is cheaper.
const CATCH_UP: usize = 200;
/// How often a server looks without being woken.
const LOOK: Duration = Duration::from_secs(5);
/// What [`Room::told`] is before it is known where the sequence is.
const UNKNOWN: i64 = -1;
/// How long it waits before it asks again for a connection to be woken by.
const AGAIN: Duration = Duration::from_secs(1);

/// Where news is told and heard. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    db: Db,
    rooms: Mutex<HashMap<Uuid, Arc<Room>>>,
}

/// The listeners of one organisation, and who is at its records.
#[derive(Debug)]
struct Room {
    organisation: Uuid,
    voice: broadcast::Sender<Said>,
    /// The last number that was told, or [`UNKNOWN`]. Changes only in the hands of who is `reading`.
    told: AtomicI64,
    reading: tokio::sync::Mutex<()>,
    /// Somebody is about to read on.
    due: AtomicBool,
    here: Mutex<Here>,
}

#[derive(Debug, Clone)]
enum Said {
    News(Arc<News>),
    Present(Arc<Present>),
}

/// What a [`Listener`] hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something happened.
    News(Arc<News>),
    /// Who is at a record has changed.
    Present(Arc<Present>),
    /// More has happened than is told one by one: look at everything again. What comes next follows this number.
    Missed(i64),
}

impl Hub {
    /// A hub for what is written in `db`.
    pub fn new(db: Db) -> Self {
        Hub(Arc::new(Parts { db, rooms: Mutex::default() }))
    }

    /// Listens to an organisation: first to what came after the given number, then to what happens.
    pub async fn listen(&self, organisation: Uuid, after: Option<i64>) -> Result<Listener> {
        let (room, voice) = {
            let mut rooms = self.rooms();
            let room = room(&mut rooms, organisation);
            (room.clone(), room.voice.subscribe())
        };
        let mut listener =
            Listener { hub: self.clone(), room, voice, heard: 0, behind: VecDeque::new(), missed: false };
        let head = {
            let _reading = listener.room.reading.lock().await;
            match listener.room.told() {
                Some(number) => number,
                None => {
                    let head = outbox::head(&self.reader(organisation), organisation).await?;
                    listener.room.told.store(head, Ordering::Release);
                    head
                }
            }
        };
        listener.heard = after.unwrap_or(head);
        if listener.heard != head {
            listener.read_on().await?;
        }
        Ok(listener)
    }

    /// The number of an organisation's last news, if it is followed here: what is read from now on knows of it.
    pub fn head(&self, organisation: Uuid) -> Option<i64> {
        self.rooms().get(&organisation)?.told()
    }

    /// Follows an organisation from this number on, which was just read, until the next look at who is there.
    pub fn follow_from(&self, organisation: Uuid, head: i64) {
        let room = room(&mut self.rooms(), organisation);
        if let Ok(_reading) = room.reading.try_lock()
            && room.told().is_none()
        {
            room.told.store(head, Ordering::Release);
        }
    }

    /// Tells the listeners of an organisation what has been committed since the last time.
    pub fn follow(&self, organisation: Uuid) {
        if let Some(room) = self.rooms().get(&organisation).cloned()
            // Whoever is about to read will find this, too.
            && !room.due.swap(true, Ordering::AcqRel)
        {
            let reader = self.reader(organisation);
            tokio::spawn(async move {
                if let Err(error) = room.read_on(reader).await {
                    tracing::warn!(%error, "News could not be read; it is looked for again");
                }
            });
        }
    }

    /// Says that a member is at a record, on every server.
    pub async fn appear(&self, organisation: Uuid, presence: Presence) -> Result<()> {
        if let Some(payload) = presence.payload(organisation) {
            self.0.db.notify(presence::CHANNEL, &payload).await?;
        }
        self.see(organisation, presence);
        Ok(())
    }

    /// Who is at a record now.
    pub fn present(&self, organisation: Uuid, topic: &str) -> Vec<(Uuid, crate::Doing)> {
        let room = self.rooms().get(&organisation).cloned();
        room.map(|room| room.here().at(topic)).unwrap_or_default()
    }

    /// How many listeners there are.
    pub fn listeners(&self) -> usize {
        self.rooms().values().map(|room| room.voice.receiver_count()).sum()
    }

    /// Hears what other processes commit and who is there with them, for as long as it is polled.
    pub async fn attend(&self) {
        tokio::join!(self.look(), self.be_woken());
    }

    async fn look(&self) {
        let mut time = interval(LOOK);
        time.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            time.tick().await;
            self.follow_all();
            for room in self.all() {
                room.forget_who_went();
            }
            self.rooms().retain(|_, room| !room.is_deserted());
        }
    }

    async fn be_woken(&self) {
        loop {
            match self.0.db.listen(&[outbox::CHANNEL, presence::CHANNEL, db::known::CHANNEL]).await {
                Ok(Some(mut notices)) => {
                    // From before it listened, and from while it was away.
                    self.catch_up();
                    loop {
                        match notices.next().await {
                            Ok(Some((channel, payload))) => self.wake(&channel, &payload),
                            Ok(None) => self.catch_up(),
                            Err(error) => {
                                tracing::warn!(%error, "Not woken by other servers; news comes later meanwhile");
                                break;
                            }
                        }
                    }
                }
                // One process alone.
                Ok(None) => return,
                Err(error) => tracing::debug!(%error, "Still not woken by other servers"),
            }
            sleep(AGAIN).await;
        }
    }

    fn catch_up(&self) {
        self.0.db.changed(&Known::ALL);
        self.follow_all();
    }

    fn wake(&self, channel: &str, payload: &str) {
        match channel {
            db::known::CHANNEL => match Known::named(payload) {
                Some(known) => self.0.db.changed(&[known]),
                None => tracing::warn!(channel, "Not understood what another server says"),
            },
            outbox::CHANNEL => match payload.parse() {
                Ok(organisation) => self.follow(organisation),
                Err(_) => tracing::warn!(channel, "Not understood what another server says"),
            },
            _ => match Presence::parse(payload) {
                Some((organisation, presence)) => self.see(organisation, presence),
                None => tracing::warn!(channel, "Not understood what another server says"),
            },
        }
    }

    fn see(&self, organisation: Uuid, presence: Presence) {
        // Also while nobody listens: who comes next asks who is there.
        let room = room(&mut self.rooms(), organisation);
        let changed = room.here().see(presence);
        room.say_who(changed);
    }

    fn follow_all(&self) {
        for room in self.all() {
            self.follow(room.organisation);
        }
    }

    fn all(&self) -> Vec<Arc<Room>> {
        self.rooms().values().cloned().collect()
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<Room>>> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reader(&self, organisation: Uuid) -> Reader {
        self.0.db.reader(Scope::organisation(organisation))
    }
}

/// The room of an organisation, a new one if need be.
fn room(rooms: &mut HashMap<Uuid, Arc<Room>>, organisation: Uuid) -> Arc<Room> {
    rooms.entry(organisation).or_insert_with(|| Arc::new(Room::new(organisation))).clone()
}

impl Room {
    fn new(organisation: Uuid) -> Self {
        Room {
            organisation,
            voice: broadcast::channel(BACKLOG).0,
            told: AtomicI64::new(UNKNOWN),
            reading: tokio::sync::Mutex::default(),
            due: AtomicBool::new(false),
            here: Mutex::default(),
        }
    }

    async fn read_on(&self, reader: Reader) -> Result<()> {
        let _reading = self.reading.lock().await;
        self.due.store(false, Ordering::Release);
        // The first listener finds out where to begin.
        let Some(mut last) = self.told() else { return Ok(()) };
        loop {
            let news = outbox::after(&reader, self.organisation, last, CATCH_UP).await?;
            let more = news.len() == CATCH_UP;
            for news in news {
                last = news.number;
                self.say(Said::News(Arc::new(news)));
            }
            self.told.store(last, Ordering::Release);
            if !more {
                return Ok(());
            }
        }
    }

    fn told(&self) -> Option<i64> {
        Some(self.told.load(Ordering::Acquire)).filter(|number| *number != UNKNOWN)
    }

    /// Whether nobody listens and nobody is at a record.
    fn is_deserted(&self) -> bool {
        self.voice.receiver_count() == 0 && self.here().is_empty()
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_who_went(&self) {
        let changed = self.here().forget_who_went();
        self.say_who(changed);
    }

    fn say_who(&self, changed: impl IntoIterator<Item = Present>) {
        for present in changed {
            self.say(Said::Present(Arc::new(present)));
        }
    }

    fn say(&self, said: Said) {
        // Nobody listening is fine.
        self.voice.send(said).ok();
    }
}

/// Hears one organisation.
#[derive(Debug)]
pub struct Listener {
    hub: Hub,
    room: Arc<Room>,
    voice: broadcast::Receiver<Said>,
    /// The last number that was heard.
    heard: i64,
    behind: VecDeque<Arc<News>>,
    missed: bool,
}

impl Listener {
    /// The next thing. An error means that the outbox cannot be read; listen again later, after the last number.
    pub async fn next(&mut self) -> Result<Told> {
        loop {
            if std::mem::take(&mut self.missed) {
                return Ok(Told::Missed(self.heard));
            }
            if let Some(news) = self.behind.pop_front() {
                self.heard = news.number;
                return Ok(Told::News(news));
            }
            match self.voice.recv().await {
                Ok(Said::Present(present)) => return Ok(Told::Present(present)),
                Ok(Said::News(news)) if news.number <= self.heard => {}
                Ok(Said::News(news)) if news.number == self.heard + 1 => self.behind.push_back(news),
                // Too slow, or something before it was not told.
                Ok(Said::News(_)) | Err(RecvError::Lagged(_)) => self.read_on().await?,
                // The room has the other end for as long as there are listeners.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    async fn read_on(&mut self) -> Result<()> {
        let organisation = self.room.organisation;
        let reader = self.hub.reader(organisation);
        let head = outbox::head(&reader, organisation).await?;
        let near = usize::try_from(head - self.heard).is_ok_and(|behind| behind <= CATCH_UP);
        let news = match near {
            true => outbox::after(&reader, organisation, self.heard, CATCH_UP).await?,
            false => Vec::new(),
        };
        // The first one may have been swept away by now.
        let whole = head == self.heard || news.first().is_some_and(|first| first.number == self.heard + 1);
        if whole {
            self.behind.extend(news.into_iter().map(Arc::new));
        } else {
            self.missed = true;
            self.heard = head;
        }
        Ok(())
    }
}
