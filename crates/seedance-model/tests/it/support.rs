//! Fixtures, and short ways to say what a test needs.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::sample::Index;
use seedance_model::{AssetAction, Error, Json, MediaPolicy, Object, TaskRequest};

/// One file of `fixtures/`.
pub(crate) struct Fixture {
    /// The file's name without `.json`.
    pub(crate) name: String,
    /// The whole document.
    pub(crate) document: Object,
}

impl Fixture {
    /// All fixtures of a folder below `fixtures/`, by name.
    pub(crate) fn all(folder: &str) -> Vec<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let files = fs::read_dir(root.join(folder)).unwrap();
        let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::open(path)).collect()
    }

    fn open(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let json = Json::parse(&fs::read(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let Json::Object(document) = json else {
            panic!("{name} is no object");
        };
        Self { name, document }
    }

    /// The bytes that the fixture stands for.
    pub(crate) fn body(&self) -> Vec<u8> {
        match self.document.get("body_text") {
            Some(text) => text.as_str().unwrap().as_bytes().to_vec(),
            None => self.document.get("body").unwrap().to_bytes(),
        }
    }

    /// The asset action that the fixture is about.
    pub(crate) fn action(&self) -> AssetAction {
        let name = self.document.get("action").and_then(Json::as_str).unwrap();
        AssetAction::parse(name).unwrap()
    }

    pub(crate) fn policy(&self) -> MediaPolicy {
        match self.document.get("policy").and_then(Json::as_str) {
            Some("asset-only") => MediaPolicy::AssetOnly,
            Some("any-public-url") => MediaPolicy::AnyPublicUrl,
            other => panic!("{}: policy {other:?}", self.name),
        }
    }

    /// A member of `expect`.
    pub(crate) fn expected(&self, key: &str) -> Option<&Json> {
        self.document.get("expect")?.as_object()?.get(key)
    }

    pub(crate) fn expected_text(&self, key: &str) -> Option<&str> {
        self.expected(key).and_then(Json::as_str)
    }

    /// Checks a refusal to the letter.
    #[track_caller]
    pub(crate) fn refuses(&self, error: &Error) {
        let name = &self.name;
        assert_eq!(self.expected_text("message"), Some(&*error.to_string()), "{name}");
        assert_eq!(self.expected_text("field"), Some(error.field()), "{name}");
        let kind = format!("{:?}", error.kind());
        assert_eq!(self.expected_text("kind"), Some(&*kind), "{name}");
    }

    /// Checks what a tenant is shown to the letter.
    #[track_caller]
    pub(crate) fn shows(&self, public: &[u8]) {
        let expected = self.expected("public").unwrap().to_string();
        assert_eq!(text(public.to_vec()), expected, "{}", self.name);
    }
}

/// The request in `body`, where assets only are allowed.
pub(crate) fn parse(body: &str) -> Result<TaskRequest, Error> {
    parse_under(body, MediaPolicy::AssetOnly)
}

pub(crate) fn parse_under(body: &str, policy: MediaPolicy) -> Result<TaskRequest, Error> {
    TaskRequest::parse(body.as_bytes(), policy)
}

/// The request with `members` beside a prompt, on the standard model.
pub(crate) fn parse_with(members: &str) -> Result<TaskRequest, Error> {
    let content = r#""content":[{"type":"text","text":"a paper boat"}]"#;
    parse(&format!(r#"{{"model":"doubao-seedance-2-0",{content},{members}}}"#))
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A stand-in for the gateway's redaction: request ids go.
pub(crate) fn without_request_ids(text: &str) -> String {
    text.replace("0217", "…")
}

/// The same value, the members of all objects in an order that `picks` chooses.
pub(crate) fn shuffled(json: &Json, picks: &mut impl Iterator<Item = Index>) -> Json {
    if let Some(elements) = json.as_array() {
        let shuffled: Vec<Json> = elements.iter().map(|element| shuffled(element, picks)).collect();
        return Json::from(shuffled);
    }
    let Some(members) = json.as_object() else {
        return json.clone();
    };
    let mut left: Vec<(&str, &Json)> = members.iter().collect();
    let mut object = Object::new();
    while !left.is_empty() {
        let pick = picks.next().unwrap().index(left.len());
        let (key, value) = left.swap_remove(pick);
        object.insert(key, shuffled(value, picks));
    }
    Json::from(object)
}
