//! `phanedge store`: copies that are killed, served and refused, and backups, by the real binary.

mod backup;
mod copying;
mod killed;
mod refused;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the binary with these arguments.
fn phanedge(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a copy to its end, and gives what it said.
#[track_caller]
fn copies(from: &str, to: &str) -> String {
    let output = phanedge(&["store", "copy", "--from", from, "--to", to]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn url_of(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// A configuration with this store, for commands and servers that call nobody.
fn configured(folder: &Path, store: &str) -> String {
    let path = folder.join("phanedge.toml");
    let written = format!(
        "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\n\
         server.drain_delay = '0s'\nstore.url = '{store}'\npricing.cny_per_usd = '7.10'\n\
         upstreams.default.task_base_url = 'http://127.0.0.1:9/api/v3'\n\
         upstreams.default.api_key = 'sim-api-key'\n"
    );
    std::fs::write(&path, written).unwrap();
    path.to_str().unwrap().to_owned()
}
