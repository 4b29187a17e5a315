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
    sources_in(&folder, "")
}

/// `parent` is what the name of a module begins with.
fn sources_in(folder: &Path, parent: &str) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let module = format!("{parent}{}", path.file_stem().unwrap().to_str().unwrap());
        if module.ends_with("tests") {
            continue; // Tests say their statements where they make them.
        }
        if path.is_dir() {
            sources.extend(sources_in(&path, &format!("{module}::")));
        } else {
            sources.push((module, fs::read_to_string(&path).unwrap()));
        }
    }
    sources
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
