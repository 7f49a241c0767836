//! What getting in costs: finding out who asks, on each request, and many log-ins at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use super::load;
use super::program::{PEOPLE, Server, at};
use crate::http::{Connection, request};

/// Nobody's password.
const WRONG: &str = "not-the-password-2026";
/// How often each kind of address is tried.
const TRIES: u8 = 12;
/// How many guess at once.
const GUESSERS: u64 = 8;

/// The histogram of the time in which session, membership and rights are found.
const VISIT: &str = "mediap_visit_duration_seconds";
/// The histogram of the time in which a transaction of PostgreSQL is begun and the tenant set in it.
const BEGIN: &str = "mediap_db_begin_duration_seconds";
const REQUEST: &str = "mediap_http_request_duration_seconds";

/// What knowing who asks costs of a request.
pub struct Visits {
    /// 95 of 100 were at least this quick.
    pub p95: Duration,
    /// The same of setting the tenant, where that is a trip to the database.
    pub tenant: Option<Duration>,
    /// How much of the time of all requests went into both, in percent.
    pub share: u64,
}

/// Reads the program's own clocks.
pub fn visits(server: &Server) -> Result<Visits> {
    let text =
        String::from_utf8(load::once(server.address, &request("GET", "/metrics", server.address, &[], ""))?)?;
    let value = |line: &str| line.rsplit(' ').next().and_then(|number| number.parse::<f64>().ok());
    let sum = |name: &str| {
        let sums = text.lines().filter(|line| line.starts_with(&format!("{name}_sum")));
        sums.filter_map(value).sum::<f64>()
    };
    let p95 = |name: &str| {
        let mut buckets = Vec::new();
        for line in text.lines().filter(|line| line.starts_with(&format!("{name}_bucket"))) {
            let bound = line.split("le=\"").nth(1).and_then(|rest| rest.split('"').next());
            let bound = bound.map_or(Some(f64::INFINITY), |bound| bound.parse().ok());
            buckets.push((bound.context("a bound that is no number")?, value(line).context("no count")?));
        }
        quantile(&buckets, 0.95).map(Duration::try_from_secs_f64).transpose().map_err(anyhow::Error::from)
    };
    let share = (100.0 * (sum(VISIT) + sum(BEGIN)) / sum(REQUEST)).round();
    let visits = p95(VISIT)?.context("no visits were measured")?;
    Ok(Visits { p95: visits, tenant: p95(BEGIN)?, share: format!("{share:.0}").parse()? })
}

/// The value below which `part` of all measurements lie, evenly spread within their bucket.
fn quantile(buckets: &[(f64, f64)], part: f64) -> Option<f64> {
    let wanted = part * buckets.last()?.1;
    let (mut bound_before, mut count_before) = (0.0, 0.0);
    for &(bound, count) in buckets {
        if wanted <= count && count_before < count {
            let within = (wanted - count_before) / (count - count_before);
            return Some(if bound.is_finite() {
                bound_before + within * (bound - bound_before)
            } else {
                bound_before
            });
        }
        (bound_before, count_before) = (bound, count);
    }
    None
}

/// Many log-ins at once, and what they do to others.
pub struct Burst {
    /// Until the last one was in.
    pub took: Duration,
    /// Of a page that somebody else asks for meanwhile, again and again: 95 of 100 were at least this quick.
    pub page: Duration,
    /// The most memory that was occupied meanwhile, in bytes.
    pub memory: u64,
}

/// Logs in `people` at once, each from an address of their own, while somebody who is in already reads a page.
pub fn burst(server: &Server, page: &[u8], people: u8) -> Result<Burst> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| read(server, page, &over));
        let weigher = scope.spawn(|| weigh(server, &over));
        let started = Instant::now();
        let crowd: Vec<_> = (0..people).map(|person| scope.spawn(move || server.log_in_as(person))).collect();
        let entries: Vec<_> = crowd.into_iter().map(|one| one.join()).collect();
        let took = started.elapsed();
        over.store(true, Ordering::Relaxed);
        for entry in entries {
            entry.map_err(|_| anyhow!("a log-in panicked"))??;
        }
        let mut pages = reader.join().map_err(|_| anyhow!("the reader panicked"))??;
        pages.sort();
        let memory = weigher.join().map_err(|_| anyhow!("the scales panicked"))??;
        let page = pages.get(pages.len() * 95 / 100).copied().context("no page was read")?;
        Ok(Burst { took, page, memory })
    })
}

/// Something that whoever is not logged in can ask for at an address of mail.
struct Way {
    path: &'static str,
    fields: &'static str,
}

/// All of them: a wrong password, a link that logs in, one that sets a new password, and signing up.
const WAYS: [Way; 4] = [
    Way { path: "/api/identity/session/api/log_in", fields: "password=not-the-password-2026" },
    Way { path: "/api/identity/session/api/request_link", fields: "" },
    Way { path: "/api/identity/account/api/request_reset", fields: "" },
    Way {
        path: "/api/identity/account/api/sign_up",
        fields: "name=Ida+Holm&password=four+quiet+winter+cars",
    },
];

/// How long an answer takes, in the middle, for an address with an account and for one without.
#[derive(Default)]
pub struct Strangers {
    pub known: Duration,
    pub unknown: Duration,
}

/// Tries each of [`WAYS`] for both in turns, each time from elsewhere, since tries from one place are limited.
pub fn strangers(server: &Server) -> Result<[Strangers; 4]> {
    let mut found = <[Strangers; 4]>::default();
    for (way, found) in WAYS.iter().zip(&mut found) {
        *found = strangers_by(server, way)?;
    }
    Ok(found)
}

fn strangers_by(server: &Server, way: &Way) -> Result<Strangers> {
    let mut times = [Vec::new(), Vec::new()];
    let mut answers = Vec::new();
    for place in 0..TRIES {
        let known = PEOPLE.get(usize::from(place) % PEOPLE.len()).copied().unwrap_or_default();
        for (email, times) in [known, &format!("nobody-{place}@nordvik.example")].iter().zip(&mut times) {
            let form = format!("email={}&{}", at(email), way.fields);
            let request = server.form_request(way.path, &form, &format!("198.51.100.{place}"), "");
            let sent = Instant::now();
            let response = Connection::open(server.address)?.send(&request)?;
            times.push(sent.elapsed());
            answers.push((response.status, response.body));
        }
    }
    answers.dedup();
    if answers.len() != 1 {
        bail!("{} tells who has an account: {:?}", way.path, answers.iter().map(|answer| answer.0));
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    });
    Ok(Strangers { known, unknown })
}

/// Many wrong passwords for one account from one address.
pub struct Flood {
    /// Answers per second.
    pub per_second: u64,
    /// How many were not even looked at.
    pub refused: u64,
    /// How long its owner took to log in right after it, in a browser that they have used before.
    pub owner: Duration,
}

/// Guesses the password of somebody who then logs in as if nothing had happened. They must not be locked out.
pub fn flood(server: &Server, tries: u64) -> Result<Flood> {
    const OWNER: &str = "maja@halden.example";
    const HOME: &str = "203.0.113.1";
    let browser = server.log_in_from(OWNER, HOME, "")?.join("; ");
    let guess = server.log_in_request(OWNER, WRONG, "203.0.113.66", "");
    let started = Instant::now();
    let refused = thread::scope(|scope| {
        let guessers: Vec<_> = (0..GUESSERS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::open(server.address)?;
                    let mut refused = 0;
                    for _ in 0..tries / GUESSERS {
                        match connection.send(&guess)?.status {
                            200 => bail!("a wrong password logs in"),
                            429 => refused += 1,
                            _ => (),
                        }
                    }
                    Ok(refused)
                })
            })
            .collect();
        let joined = guessers.into_iter().map(|one| one.join().map_err(|_| anyhow!("a guesser panicked"))?);
        joined.sum::<Result<u64>>()
    })?;
    let took = started.elapsed();
    let sent = Instant::now();
    server.log_in_from(OWNER, HOME, &browser).context("the owner is locked out")?;
    let per_second = (Duration::from_secs(tries).as_secs_f64() / took.as_secs_f64()).round();
    Ok(Flood { per_second: format!("{per_second:.0}").parse()?, refused, owner: sent.elapsed() })
}

fn read(server: &Server, page: &[u8], over: &AtomicBool) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(server.address)?;
    let mut times = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let sent = Instant::now();
        let response = connection.send(page)?;
        if response.status != 200 {
            bail!("the page answered {} during the log-ins", response.status);
        }
        times.push(sent.elapsed());
    }
    Ok(times)
}

fn weigh(server: &Server, over: &AtomicBool) -> Result<u64> {
    let mut most = 0;
    while !over.load(Ordering::Relaxed) {
        most = most.max(server.memory()?);
        thread::sleep(Duration::from_millis(10));
    }
    Ok(most)
}
