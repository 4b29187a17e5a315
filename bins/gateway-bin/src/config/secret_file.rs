//! Files that hold one secret each. Only who has to may read them.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;

/// Anybody at all: read, write, enter.
const OTHERS: u32 = 0o007;
/// The group may change the file.
const GROUP_WRITES: u32 = 0o020;
/// The group may read the file.
const GROUP_READS: u32 = 0o040;
/// Largest content, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// The content without its final line break; the error goes on where the name of the file ends.
pub(super) fn read(path: &str) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        return Err("is not a file".to_owned());
    }
    if !is_private(found.mode(), found.uid()) {
        let mode = found.mode() & 0o777;
        return Err(format!(
            "has the mode {mode:03o}, so others can read or change it; use 400 or 600"
        ));
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The owner alone, or root's file for one group: that is how Kubernetes and systemd hand secrets
/// to a process that is not root.
fn is_private(mode: u32, owner: u32) -> bool {
    let is_closed = mode & (OTHERS | GROUP_WRITES) == 0;
    is_closed && (mode & GROUP_READS == 0 || owner == 0)
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn p20_a_secret_is_its_owners_or_roots_and_one_groups() {
        for (mode, owner, fine) in [
            (0o400, 10_001, true),
            (0o600, 10_001, true),
            (0o600, 0, true),
            (0o440, 0, true),
            (0o440, 10_001, false),
            (0o640, 10_001, false),
            (0o660, 0, false),
            (0o644, 0, false),
            (0o604, 10_001, false),
            (0o601, 10_001, false),
            (0o777, 0, false),
        ] {
            assert_eq!(is_private(0o100_000 | mode, owner), fine, "{mode:o} of {owner}");
        }
    }
}
