//! Reading what `strace -f -y -xx` wrote.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::dice::Dice;

/// How the names of a database and of its log end.
const DATABASE: &str = ".db";
const LOG: &str = ".db-wal";

/// How the line of a call ends that has no result yet.
const UNFINISHED: [&str; 2] = [" <unfinished ...>", " <detached ...>"];

/// A call, and where in the trace it begins and ends. The place is the number of the line.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) begins: usize,
    /// `None`: it never ended.
    pub(super) ends: Option<usize>,
    pub(super) call: Call,
}

/// What a call does.
#[derive(Debug)]
pub(super) enum Call {
    Write {
        file: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    Sync {
        file: String,
    },
    /// Bytes for somebody outside: a socket or a pipe.
    Say {
        bytes: Vec<u8>,
    },
}

/// All calls that matter, in the order in which they began.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) events: Vec<Event>,
    lines: usize,
}

impl Trace {
    /// Reads the trace of a program whose database is at `database`.
    ///
    /// Shared memory is left out: SQLite builds it anew after a crash.
    pub(super) fn read(trace: &Path, database: &Path) -> anyhow::Result<Self> {
        let folder = database.parent().context("the database is in a folder")?;
        let mut reader = Reader { folder: folder.display().to_string(), ..Reader::default() };
        for line in BufReader::new(File::open(trace)?).lines() {
            reader.line(&line?)?;
            reader.place += 1;
        }
        Ok(Self { events: reader.events, lines: reader.place })
    }

    /// Places for cuts, from front to back.
    pub(super) fn places(&self, dice: &mut Dice, cuts: u64) -> Vec<usize> {
        let mut places: Vec<usize> = (0..cuts).map(|_| dice.place(self.lines + 1)).collect();
        places.sort_unstable();
        places
    }

    pub(super) fn count(&self, wanted: impl Fn(&Call) -> bool) -> u64 {
        self.events.iter().filter(|event| wanted(&event.call)).count() as u64
    }
}

#[derive(Debug, Default)]
struct Reader {
    folder: String,
    place: usize,
    events: Vec<Event>,
    /// The place in `events` of the call that each thread is in the middle of.
    unfinished: BTreeMap<String, Option<usize>>,
}

impl Reader {
    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        let (thread, rest) = line.split_once(' ').context("a line without a thread")?;
        let rest = rest.trim_start();
        if rest.starts_with("<...") {
            if let Some(Some(event)) = self.unfinished.remove(thread)
                && let Some(event) = self.events.get_mut(event)
            {
                event.ends = Some(self.place);
            }
            return Ok(());
        }
        // A call that the tracer let go of while it ran has no end in the trace.
        let is_unfinished = UNFINISHED.iter().any(|mark| rest.ends_with(mark));
        let number = self.read_call(rest)?.map(|call| {
            let ends = (!is_unfinished).then_some(self.place);
            self.events.push(Event { begins: self.place, ends, call });
            self.events.len() - 1
        });
        if is_unfinished {
            self.unfinished.insert(thread.to_owned(), number);
        }
        Ok(())
    }

    /// The call, if it changes a file of the database or says something.
    fn read_call(&self, line: &str) -> anyhow::Result<Option<Call>> {
        let Some((name, arguments)) = line.split_once('(') else { return Ok(None) };
        if name == "rename" || name == "unlink" {
            let path = quoted(arguments).first().cloned().unwrap_or_default();
            return match self.file(&String::from_utf8_lossy(&path)) {
                Some(file) => bail!("the replay does not know `{name}` of {file}"),
                None => Ok(None),
            };
        }
        let Some(target) = target(arguments) else { return Ok(None) };
        let file = self.file(&target);
        Ok(match (name, file) {
            ("pwrite64", Some(file)) => {
                let bytes = quoted(arguments).into_iter().next().context("no buffer")?;
                let offset = number_from_end(arguments, 0)?;
                Some(Call::Write { file, offset, bytes })
            }
            ("ftruncate", Some(file)) => {
                Some(Call::Truncate { file, length: number_from_end(arguments, 0)? })
            }
            ("fdatasync" | "fsync", Some(file)) => Some(Call::Sync { file }),
            ("write" | "writev" | "pwritev", Some(file)) => {
                bail!("the replay does not know `{name}` to {file}")
            }
            ("write" | "writev" | "sendto" | "sendmsg", None) => {
                Some(Call::Say { bytes: quoted(arguments).concat() })
            }
            _ => None,
        })
    }

    /// The name of a file of the database, if the path is one.
    fn file(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(&self.folder)?.strip_prefix('/')?;
        let is_ours = [DATABASE, LOG].iter().any(|ending| name.ends_with(ending));
        is_ours.then(|| name.to_owned())
    }
}

/// What the first argument, a file descriptor, stands for: `7<…>`.
fn target(arguments: &str) -> Option<String> {
    let (descriptor, rest) = arguments.split_once('<')?;
    descriptor.parse::<u32>().ok()?;
    let (path, _) = rest.split_once('>')?;
    Some(String::from_utf8_lossy(&unescaped(path)).into_owned())
}

/// Every quoted text among the arguments.
fn quoted(arguments: &str) -> Vec<Vec<u8>> {
    // Inside quotes everything is hexadecimal, so a quote is always the end of one.
    arguments.split('"').skip(1).step_by(2).map(unescaped).collect()
}

/// Bytes from `\x41` and from plain characters.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4);
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if let [b'\\', b'x', high, low, after @ ..] = rest {
            bytes.push(digit(*high) * 16 + digit(*low));
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

fn digit(character: u8) -> u8 {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0)
}

/// The last argument but `skipped`, as a number.
fn number_from_end(arguments: &str, skipped: usize) -> anyhow::Result<usize> {
    let mut arguments = arguments;
    for mark in UNFINISHED {
        arguments = arguments.strip_suffix(mark).unwrap_or(arguments);
    }
    let arguments = arguments.rsplit_once(") = ").map_or(arguments, |(before, _)| before);
    let text = arguments.trim_end_matches(')').rsplit(", ").nth(skipped).unwrap_or_default();
    text.trim().parse().with_context(|| format!("`{text}` is no number"))
}
