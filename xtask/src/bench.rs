//! `bench`: measures the program as people meet it, and the same page made by hand for comparison.
//!
//! For SQLite and for PostgreSQL: seeding, start to ready, memory, and the board page under load, logged in.
//! The generator of the load runs on the same machine and shares its cores, for both contestants alike.
//! The hand-made page is `xtask/bare`: axum and sqlx, the same statements, HTML written by hand.

mod api;
mod begins;
mod bulk;
mod crowd;
mod entry;
mod files;
mod jobs;
mod load;
mod machine;
mod migration;
mod moves;
mod program;
mod webhooks;

use std::time::{Duration, Instant};
use std::{env, fs, path::Path, process};

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use xshell::cmd;

use self::begins::Begins;
use self::bulk::Bulk;
use self::crowd::Crowd;
use self::entry::{Burst, Flood, Strangers, Visits};
use self::files::Large;
use self::jobs::Jobs;
use self::load::{Figures, Load};
use self::migration::Migration;
use self::program::Program;
use self::webhooks::Webhooks;
use crate::guard::Guard;
use crate::pg::Cluster;
use crate::project::{Mode, Project, shell};
use crate::steps::report;
use crate::{build, table};

/// How many people log in at once.
const LOG_INS: u8 = 100;
/// How often somebody guesses a password.
const GUESSES: u64 = 10_000;

/// How many pages are open at once.
const PAGES: usize = 5_000;

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// How many work items the database holds.
    #[arg(long, default_value_t = 50_000)]
    items: u32,
    /// How many kept-alive connections ask at once.
    #[arg(long, default_value_t = 16)]
    connections: u32,
    /// Seconds of load for each contestant, after a quarter of that as warm-up.
    #[arg(long, default_value_t = 12)]
    seconds: u64,
    /// How often start to ready is measured; the median counts.
    #[arg(long, default_value_t = 5)]
    starts: usize,
    /// Measure what is built already.
    #[arg(long)]
    no_build: bool,
    /// Only this database, `sqlite` or `postgres`, or only the `drawing` of large workflows in Chromium.
    #[arg(long)]
    only: Option<String>,
}

/// The figures of one database.
struct Row {
    engine: &'static str,
    seeding: Duration,
    ready: Duration,
    idle: u64,
    page: usize,
    ours: Figures,
    loaded: u64,
    busy: Visits,
    visits: Visits,
    /// Only where there are transactions of a tenant.
    begins: Option<Begins>,
    burst: Burst,
    strangers: [Strangers; 4],
    flood: Flood,
    crowd: Crowd,
    large: Large,
    jobs: Jobs,
    webhooks: Webhooks,
    moves: Figures,
    bulk: Bulk,
    migration: Migration,
    list: Figures,
    /// Absent while there is no hand-made page.
    bare: Option<Figures>,
    /// The list by hand.
    bare_list: Option<Figures>,
}

/// Measures the release build and prints a Markdown table.
pub fn bench(project: &Project, options: &Options) -> Result<()> {
    if !options.no_build {
        build::build(project, Mode::Release, true)?;
    }
    if options.only.as_deref() == Some("drawing") {
        // Says its figures itself; it needs the packages and the browser that `script/setup` brings.
        let sh = shell(project)?;
        return Ok(cmd!(sh, "node end2end/bench/drawing.js").run()?);
    }
    let bare = build::bare(project)?;
    let folder = env::temp_dir().join(format!("mediap-bench-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let _guard = Guard::new(&format!("rm -rf '{}'", folder.display()))?;

    let wanted = |engine: &str| options.only.as_deref().is_none_or(|only| only == engine);
    let mut rows = Vec::new();
    if wanted("sqlite") {
        let url = format!("sqlite://{}", folder.join("mediap.db").display());
        let jobs = jobs::on_sqlite(project)?;
        let program = Program::new(project, &url, &folder, bare.clone());
        rows.push(measure(&program, options, "SQLite", jobs, None)?);
    }
    if wanted("postgres") {
        let (cluster, _guard) = Cluster::guarded(&env::temp_dir())?;
        let jobs = jobs::on_postgres(project, &cluster.url)?;
        let program = Program::new(project, &cluster.url, &folder, bare);
        rows.push(measure(&program, options, "PostgreSQL", jobs, Some((&cluster, &folder)))?);
    }
    if rows.is_empty() {
        bail!("--only takes `sqlite`, `postgres` or `drawing`");
    }
    print(options, &rows);
    Ok(())
}

fn measure(
    program: &Program,
    options: &Options,
    engine: &'static str,
    jobs: Jobs,
    cluster: Option<(&Cluster, &Path)>,
) -> Result<Row> {
    println!("{engine}");
    program.run(&["migrate"])?;
    let start = Instant::now();
    program.run(&["seed-demo", "--items", &options.items.to_string()])?;
    let seeding = start.elapsed();
    report("seeding", &milliseconds(seeding));

    let mut starts = Vec::new();
    for _ in 0..options.starts {
        starts.push(program.start()?.ready);
    }
    starts.sort();
    let ready = *starts.get(starts.len() / 2).context("--starts must be at least 1")?;
    report("ready", &milliseconds(ready));

    let server = program.start()?;
    std::thread::sleep(Duration::from_secs(3));
    let idle = server.memory()?;
    report("idle", &megabytes(idle));
    let session = server.log_in()?;
    let request = server.board_request(&session);
    let page = load::once(server.address, &request)?.len();
    let ours = load(options, server.address, request.clone(), None)?;
    report("mediap", &format!("{}/s", ours.per_second));
    let loaded = server.memory()?;
    let busy = entry::visits(&server)?;
    let begins = cluster
        .map(|(cluster, folder)| {
            let seconds = Duration::from_secs(options.seconds);
            std::thread::scope(|scope| {
                let load = scope.spawn(|| load(options, server.address, request.clone(), None));
                // Neither its warm-up nor its end.
                std::thread::sleep(seconds / 4);
                let begins = begins::begins(cluster, folder, seconds / 2);
                load.join().map_err(|_| anyhow!("the load panicked"))??;
                begins
            })
        })
        .transpose()?;
    report("begins", &begun(begins.as_ref(), 1));
    let burst = entry::burst(&server, &server.board_request(&session), LOG_INS)?;
    report("log-ins", &milliseconds(burst.took));
    let strangers = entry::strangers(&server)?;
    let flood = entry::flood(&server, GUESSES)?;
    report("guesses", &format!("{}/s", flood.per_second));
    drop(server);
    // A fresh one, so that its clocks know only this: the same people, who ask for half of what it can answer.
    let server = program.start()?;
    let every = Duration::from_secs(2) * options.connections / u32::try_from(ours.per_second)?.max(1);
    load(options, server.address, server.board_request(&session), Some(every))?;
    let visits = entry::visits(&server)?;
    report("who asks", &asks(&visits));
    drop(server);
    // A fresh one, so that the memory is that of the open pages.
    let server = program.start()?;
    let crowd = crowd::crowd(&server, &session, PAGES)?;
    report("open pages", &milliseconds(crowd.told));
    drop(server);
    let server = program.start()?;
    let large = files::large(&server, &session)?;
    report("1 GB", &megabytes(large.memory));
    drop(server);
    let (key, seconds) = (program.key()?, Duration::from_secs(options.seconds));
    // The mails that the log-ins above have caused are not what is measured.
    let server = program.start_with(&[("MEDIAP_WORKER", "false")])?;
    let call = api::Call::find(&server, &key)?;
    let listed = api::ids(&server, &call)?;
    let list = api::measure(&server, &call, seconds)?;
    report("list", &format!("{}/s", list.per_second));
    drop(server);

    let (bare, bare_list) = match program.start_bare()? {
        None => (None, None),
        Some(bare) => {
            let request = bare.board_request(&session);
            load::once(bare.address, &request)?;
            let figures = load(options, bare.address, request, None)?;
            report("bare", &format!("{}/s", figures.per_second));
            if api::ids(&bare, &call)? != listed {
                bail!("the list by hand has other items");
            }
            let list = api::measure(&bare, &call, seconds)?;
            report("bare list", &format!("{}/s", list.per_second));
            (Some(figures), Some(list))
        }
    };
    // Last, since they write.
    let moves = moves::moves(program, &key, options.seconds)?;
    report("moves", &format!("{}/s", moves.per_second));
    let bulk = bulk::bulk(program, &key)?;
    report("bulk", &milliseconds(bulk.moved));
    let migration = migration::migration(program)?;
    report("migration", &milliseconds(migration.taken));
    let webhooks = webhooks::webhooks(program, &key)?;
    report("webhooks", &format!("{}/s", webhooks.delivered));
    Ok(Row {
        engine,
        seeding,
        ready,
        idle,
        page,
        ours,
        loaded,
        busy,
        visits,
        begins,
        burst,
        strangers,
        flood,
        crowd,
        large,
        jobs,
        webhooks,
        moves,
        bulk,
        migration,
        list,
        bare,
        bare_list,
    })
}

fn load(
    options: &Options,
    address: std::net::SocketAddr,
    request: Vec<u8>,
    every: Option<Duration>,
) -> Result<Figures> {
    let duration = Duration::from_secs(options.seconds);
    let connections = options.connections;
    load::run(&Load { address, request, connections, every, warm_up: duration / 4, duration })
}

fn print(options: &Options, rows: &[Row]) {
    println!("\n{}\n", machine::describe());
    let mut head = vec!["measured"];
    head.extend(rows.iter().map(|row| row.engine));
    let line = |name: String, cell: &dyn Fn(&Row) -> String| {
        let mut cells = vec![name];
        cells.extend(rows.iter().map(cell));
        cells
    };
    let Options { items, connections, .. } = options;
    let list = api::CONNECTIONS;
    let lines = [
        line(format!("`seed-demo --items {items}`"), &|row| format!("{:.1} s", row.seeding.as_secs_f64())),
        line(format!("start to ready with {items} items"), &|row| milliseconds(row.ready)),
        line("memory, idle".to_owned(), &|row| megabytes(row.idle)),
        line("memory, after the load".to_owned(), &|row| megabytes(row.loaded)),
        line("board page, HTML".to_owned(), &|row| format!("{} kB", row.page / 1000)),
        line(format!("board at {connections} connections, p50"), &|row| milliseconds(row.ours.p50)),
        line(format!("board at {connections} connections, p95"), &|row| milliseconds(row.ours.p95)),
        line(format!("board at {connections} connections, p99"), &|row| milliseconds(row.ours.p99)),
        line("pages per second".to_owned(), &|row| row.ours.per_second.to_string()),
        line("of which who asks (session, membership, rights), p95".to_owned(), &|row| asks(&row.busy)),
        line("of which the tenant is set, p95".to_owned(), &|row| tenant(&row.busy)),
        line(
            "beside it, a transaction begins and ends, p50: without a tenant, with one".to_owned(),
            &|row| begun(row.begins.as_ref(), 0),
        ),
        line("the same, p95".to_owned(), &|row| begun(row.begins.as_ref(), 1)),
        line("share of both of the time of all requests".to_owned(), &|row| format!("{} %", row.busy.share)),
        line("who asks, when they ask for half as many pages, p95".to_owned(), &|row| asks(&row.visits)),
        line("the tenant is set then, p95".to_owned(), &|row| tenant(&row.visits)),
        line("share of both then".to_owned(), &|row| format!("{} %", row.visits.share)),
        line(format!("{LOG_INS} log-ins at once, all in after"), &|row| milliseconds(row.burst.took)),
        line("the board meanwhile, p95".to_owned(), &|row| milliseconds(row.burst.page)),
        line("memory meanwhile, at most".to_owned(), &|row| megabytes(row.burst.memory)),
        line("a wrong password, median: address with an account, without one".to_owned(), &|row| {
            strangers(row, 0)
        }),
        line("a link that logs in: the same".to_owned(), &|row| strangers(row, 1)),
        line("a link that sets a password: the same".to_owned(), &|row| strangers(row, 2)),
        line("signing up: the same".to_owned(), &|row| strangers(row, 3)),
        line(format!("{GUESSES} guesses at one account from one address"), &|row| {
            format!("{}/s, {} refused unseen", row.flood.per_second, row.flood.refused)
        }),
        line("its owner logs in right after, in their own browser".to_owned(), &|row| {
            milliseconds(row.flood.owner)
        }),
        line(format!("memory with {PAGES} open pages"), &|row| megabytes(row.crowd.memory)),
        line("something happens: all of them told after".to_owned(), &|row| milliseconds(row.crowd.told)),
        line("a file of 1 GB: sent, whole, fetched".to_owned(), &|row| {
            let Large { sent, whole, fetched, .. } = &row.large;
            format!(
                "{:.1} s, {:.1} s, {:.1} s",
                sent.as_secs_f64(),
                whole.as_secs_f64(),
                fetched.as_secs_f64()
            )
        }),
        line("the memory that it takes at most, server just started".to_owned(), &|row| {
            megabytes(row.large.memory)
        }),
        line("empty jobs per second, SQLite with one worker, PostgreSQL with two".to_owned(), &|row| {
            row.jobs.per_second.to_string()
        }),
        line("200 jobs a second of another process: due to start, p50".to_owned(), &|row| {
            milliseconds(row.jobs.p50)
        }),
        line("the same, p99".to_owned(), &|row| milliseconds(row.jobs.p99)),
        line("deliveries of webhooks written by acts of four programs, per second".to_owned(), &|row| {
            row.webhooks.queued.to_string()
        }),
        line("brought to eight receivers on this machine, per second".to_owned(), &|row| {
            row.webhooks.delivered.to_string()
        }),
        line("items moved through the interface by 16 programs, p50".to_owned(), &|row| {
            milliseconds(row.moves.p50)
        }),
        line("the same, p99".to_owned(), &|row| milliseconds(row.moves.p99)),
        line("moves per second".to_owned(), &|row| row.moves.per_second.to_string()),
        line("1,000 items: what a move of all would do".to_owned(), &|row| milliseconds(row.bulk.preview)),
        line("moved at once".to_owned(), &|row| milliseconds(row.bulk.moved)),
        line("taken back as one".to_owned(), &|row| milliseconds(row.bulk.undone)),
        line("a version is published, and so many running items stay on theirs".to_owned(), &|row| {
            format!("{}: {}", row.migration.items, milliseconds(row.migration.stay))
        }),
        line("all of them are taken along to it".to_owned(), &|row| milliseconds(row.migration.taken)),
        line(
            format!("interface: 50 of {items} items, filter, order, cursor; {list} connections, p50"),
            &|row| milliseconds(row.list.p50),
        ),
        line("the same, p99".to_owned(), &|row| milliseconds(row.list.p99)),
        line("lists per second".to_owned(), &|row| row.list.per_second.to_string()),
        line("the list by hand (axum + sqlx): p99".to_owned(), &|row| {
            list_by_hand(row, |bare| milliseconds(bare.p99))
        }),
        line("the list by hand: per second".to_owned(), &|row| {
            list_by_hand(row, |bare| bare.per_second.to_string())
        }),
        line("share of the lists by hand".to_owned(), &|row| {
            list_by_hand(row, |bare| share(row.list.per_second, bare.per_second))
        }),
        line("by hand (axum + sqlx): p95".to_owned(), &|row| by_hand(row, |bare| milliseconds(bare.p95))),
        line("by hand (axum + sqlx): pages per second".to_owned(), &|row| {
            by_hand(row, |bare| bare.per_second.to_string())
        }),
        line("share of the pages by hand".to_owned(), &|row| {
            by_hand(row, |bare| share(row.ours.per_second, bare.per_second))
        }),
    ];
    print!("{}", table::markdown(&head, &lines));
}

fn strangers(row: &Row, way: usize) -> String {
    let strangers = row.strangers.get(way);
    strangers.map_or_else(String::new, |times| {
        format!("{}, {}", milliseconds(times.known), milliseconds(times.unknown))
    })
}

fn by_hand(row: &Row, cell: impl FnOnce(&Figures) -> String) -> String {
    row.bare.as_ref().map_or_else(|| "–".to_owned(), cell)
}

fn list_by_hand(row: &Row, cell: impl FnOnce(&Figures) -> String) -> String {
    row.bare_list.as_ref().map_or_else(|| "–".to_owned(), cell)
}

/// What finding out who asks takes.
fn asks(visits: &Visits) -> String {
    format!("{:.2} ms", 1000.0 * visits.p95.as_secs_f64())
}

/// What setting the tenant takes: nothing where statements name it themselves.
fn tenant(visits: &Visits) -> String {
    visits.tenant.map_or_else(|| "–".to_owned(), |tenant| format!("{:.2} ms", 1000.0 * tenant.as_secs_f64()))
}

/// What both kinds of transactions take: of half of them, or of 95 of 100.
fn begun(begins: Option<&Begins>, part: usize) -> String {
    let of = |times: [Duration; 2]| times.get(part).map_or(0.0, |time| 1000.0 * time.as_secs_f64());
    let both = |begins: &Begins| format!("{:.2} ms, {:.2} ms", of(begins.bare), of(begins.tenant));
    begins.map_or_else(|| "–".to_owned(), both)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

fn share(part: u64, whole: u64) -> String {
    format!("{} %", 100 * part / whole.max(1))
}
