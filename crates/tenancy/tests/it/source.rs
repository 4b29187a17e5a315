//! The statements of a backend, as they stand in the source: every one is a constant.

use std::fs;
use std::path::Path;

/// A statement in the source: `file::NAME`, and its text.
pub(crate) struct Statement {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The files that hold a backend's statements: their module name and text.
pub(crate) fn sources(backend: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(backend);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let rust = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| {
        let module = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (module, fs::read_to_string(&path).unwrap())
    })
    .collect()
}

pub(crate) fn statements(backend: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (module, source) in sources(backend) {
        for constant in source.split("const ").skip(1) {
            let Some((name, value)) = constant.split_once(": &str =") else {
                continue;
            };
            let text = value.split(';').next().unwrap().to_owned();
            let name = format!("{module}::{name}");
            statements.push(Statement { name, text });
        }
    }
    statements
}
