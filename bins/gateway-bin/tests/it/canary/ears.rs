//! Where canaries are listened for.
//!
//! A test that hears one itself fails. Where no test would notice, as in a log line or a panic of
//! the gateway, the whole run ends.

use std::io::{self, Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;
use std::time::Duration;
use std::{fs, panic, thread};

use super::scanner::{find_in_answer, find_in_log};

/// Longest wait for the page of metrics at the end of a test.
const PATIENCE: Duration = Duration::from_secs(2);

/// Listens to the log and to panics of every gateway in this process.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // As `log.rs` has it, with everything that a filter can let through short of traces.
        let subscriber = tracing_subscriber::fmt().json().with_writer(|| Log);
        let subscriber = subscriber.with_max_level(tracing::Level::DEBUG).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |told| {
            if !told.location().is_some_and(|location| is_of_a_test(location.file())) {
                logged(&told.to_string());
            }
            before(told);
        }));
    });
}

/// What a failing test says is its own matter.
fn is_of_a_test(file: &str) -> bool {
    file.contains("tests/") && !file.ends_with("planting.rs")
}

/// One answer of either listener, or any part of one.
#[track_caller]
pub(crate) fn answered(bytes: &[u8]) {
    if let Some(found) = find_in_answer(bytes) {
        panic!("an answer holds {found}: {}", String::from_utf8_lossy(bytes));
    }
}

/// One line of a log, or the text of a panic.
pub(crate) fn logged(line: &str) {
    if let Some(found) = find_in_log(line.as_bytes()) {
        let thread = thread::current().name().unwrap_or("a worker").to_owned();
        // Past the capture of test output, which would be lost.
        writeln!(io::stderr(), "\nseen by {thread}: a log line holds {found}: {line}").ok();
        std::process::exit(101);
    }
}

/// Runs a command to its end and reads what it prints.
#[track_caller]
pub(crate) fn output(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    answered(&output.stdout);
    answered(&output.stderr);
    output
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        logged(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads the metrics of a gateway and the folder of its store when it is dropped.
pub(crate) struct Afterwards {
    pub(crate) admin: SocketAddr,
    pub(crate) folder: PathBuf,
}

impl Drop for Afterwards {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        // A test may have stopped its gateway.
        if let Ok(page) = metrics(self.admin) {
            answered(&page);
        }
        files_are_clean(&self.folder);
    }
}

fn metrics(admin: SocketAddr) -> io::Result<Vec<u8>> {
    let mut socket = TcpStream::connect(admin)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.write_all(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
    let mut page = Vec::new();
    socket.read_to_end(&mut page)?;
    Ok(page)
}

/// Reads every file but configurations, which have to name the account.
#[track_caller]
fn files_are_clean(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            continue;
        }
        let found = fs::read(&path).ok().and_then(|bytes| find_in_answer(&bytes));
        if let Some(found) = found {
            panic!("{} holds {found}", path.display());
        }
    }
}
