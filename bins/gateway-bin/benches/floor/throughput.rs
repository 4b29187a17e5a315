//! As many requests as each contestant can answer, in turn, and the share of nginx.

use std::time::Duration;

use crate::Options;
use crate::contestants::{Contestant, Contestants};
use crate::figures::Column;
use crate::medians::{median, millis, ratio};
use crate::tasks::Tasks;
use crate::usage;
use crate::wrk::{self, Request, Run};

/// Before anything is measured, so that pools and caches are there.
const RUN_UP: Duration = Duration::from_secs(1);

/// One column for each contestant.
pub(crate) fn measure(
    options: &Options,
    contestants: &Contestants,
    tasks: &Tasks,
) -> anyhow::Result<Vec<Column>> {
    let all = contestants.all();
    let mut columns: Vec<_> = all.iter().map(|one| Column::new(one.name)).collect();
    let asked = [
        ("create", Request::Create),
        ("get of a finished task", Request::Get(tasks.finished.clone())),
        ("get of a live task", Request::Get(tasks.live.clone())),
        ("list of 20", Request::List),
    ];
    for (name, request) in asked {
        println!("{name}: {} rounds of {} s each", options.rounds, options.seconds);
        let rounds = rounds(options, &all, &request)?;
        let floor =
            median(rounds.iter().filter_map(|round| round.first()).map(per_second).collect());
        for (place, column) in columns.iter_mut().enumerate() {
            let own: Vec<_> = rounds.iter().filter_map(|round| round.get(place)).collect();
            let of = |figure: fn(&Measured) -> u64| {
                median(own.iter().map(|measured| figure(measured)).collect())
            };
            column.add(&format!("{name}, a second"), of(per_second));
            column.add(&format!("{name}, share of nginx"), ratio(of(per_second), floor));
            column.add(&format!("{name}, processor, us"), of(|measured| measured.cpu_micros));
            column.add(&format!("{name}, p50, ms"), millis(of(|m| m.run.p50_micros)));
            column.add(&format!("{name}, p99, ms"), millis(of(|m| m.run.p99_micros)));
        }
    }
    Ok(columns)
}

/// One contestant in one round.
#[derive(Clone, Copy, Debug)]
struct Measured {
    run: Run,
    /// Processor time for each request.
    cpu_micros: u64,
}

fn per_second(measured: &Measured) -> u64 {
    measured.run.per_second
}

/// All contestants, round by round.
fn rounds(
    options: &Options,
    all: &[Contestant],
    request: &Request,
) -> anyhow::Result<Vec<Vec<Measured>>> {
    for contestant in all {
        wrk::run(contestant, request, options.connections, RUN_UP)?;
    }
    let time = Duration::from_secs(options.seconds);
    let measured = |contestant: &Contestant| -> anyhow::Result<Measured> {
        let before = usage::cpu_millis(contestant.process)?;
        let run = wrk::run(contestant, request, options.connections, time)?;
        let spent = usage::cpu_millis(contestant.process)? - before;
        Ok(Measured { run, cpu_micros: spent * 1000 / run.requests.max(1) })
    };
    (0..options.rounds).map(|_| all.iter().map(measured).collect()).collect()
}
