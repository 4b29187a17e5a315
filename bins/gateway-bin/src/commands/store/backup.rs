//! `phanedge store backup`: the file of the store, as it is now, into a new file, beside a running
//! server. It gets its name when it is whole, verified and on the disk.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tempfile::{Builder, NamedTempFile};
use tenancy::Store;

use super::bar::bar;
use super::verify;
use crate::commands::arguments::ConfigPath;
use crate::commands::{Misuse, load};
use crate::output;

/// What stands between the name of a backup and a few random letters while it is made.
const PARTIAL: &str = ".partial-";

pub(super) async fn run(config: &ConfigPath, to: &Path) -> anyhow::Result<()> {
    let url = load(&config.path)?.store_url;
    if !url.starts_with("sqlite:") {
        bail!(Misuse(
            "`store.url` names a PostgreSQL; back it up with `pg_basebackup` or `pg_dump`"
                .to_owned()
        ));
    }
    if to.symlink_metadata().is_ok() {
        bail!("`{}` exists already; name a new file", to.display());
    }
    let (partial, folder) = begin(to)?;
    let store = Store::open(&url).await?;
    let copied = copy(&store, partial.path()).await;
    store.close().await?;
    copied?;
    check(partial.path()).await?;
    end(partial, to, &folder)?;
    let bytes = to.metadata()?.len();
    output::line(&format!("`{}` holds {bytes} bytes, and is verified", to.display()))?;
    Ok(())
}

/// A file beside the future backup, which its owner alone can read and which goes away with this.
fn begin(to: &Path) -> anyhow::Result<(NamedTempFile, PathBuf)> {
    let name = to.file_name();
    let name = name.with_context(|| format!("`{}` names no file", to.display()))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    let mut prefix = name.to_owned();
    prefix.push(PARTIAL);
    let partial = Builder::new().prefix(&prefix).tempfile_in(&folder);
    Ok((partial.with_context(|| format!("writing into `{}`", folder.display()))?, folder))
}

async fn copy(store: &Store, to: &Path) -> anyhow::Result<()> {
    let bar = bar("copying", 0, "pages");
    let progress = move |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    Ok(store.back_up(to, progress).await?)
}

/// The copy is a store, whole, and adds up.
async fn check(partial: &Path) -> anyhow::Result<()> {
    let store = Store::open(&format!("sqlite:{}", partial.display())).await?;
    let verified = verify(&store, "backup").await;
    store.close().await?;
    verified
}

/// Gives the file its name, unless somebody else took it meanwhile, and makes that last.
fn end(partial: NamedTempFile, to: &Path, folder: &Path) -> anyhow::Result<()> {
    partial.as_file().sync_all()?;
    partial.persist_noclobber(to).with_context(|| format!("naming `{}`", to.display()))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}
