//! `CreateAssetGroup`.

/// A group that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAssetGroup {
    name: String,
    description: Option<String>,
    group_type: Option<&'static str>,
}

impl NewAssetGroup {
    /// `Name`, 1 to 64 characters.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `Description`, at most 300 characters.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The body to send upstream, in our own serialisation; `project` is the platform's.
    pub fn upstream_body(&self, project: &str) -> Vec<u8> {
        let _ = (project, self.group_type);
        todo!()
    }
}
