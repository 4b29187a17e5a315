//! The models behind the names, and what each can do.

use crate::refusal::Refusal;
use crate::settings::Endpoint;

/// One dated model.
#[derive(Debug)]
pub(crate) struct Capability {
    /// The name with its version, which replies show.
    pub(crate) dated: &'static str,
    /// The name without it, which messages show and requests must not use.
    pub(crate) family: &'static str,
    pub(crate) resolutions: &'static [&'static str],
}

static MODELS: [Capability; 3] = [
    Capability {
        dated: "doubao-seedance-2-0-260128",
        family: "doubao-seedance-2-0",
        resolutions: &["480p", "720p", "1080p", "4k"],
    },
    Capability {
        dated: "doubao-seedance-2-0-fast-260128",
        family: "doubao-seedance-2-0-fast",
        resolutions: &["480p", "720p"],
    },
    Capability {
        dated: "doubao-seedance-2-0-mini-260615",
        family: "doubao-seedance-2-0-mini",
        resolutions: &["480p", "720p"],
    },
];

/// The model behind a dated name or an endpoint; anything else is 404, family names too.
pub(super) fn find(name: &str, endpoints: &[Endpoint]) -> Result<&'static Capability, Refusal> {
    let endpoint = endpoints.iter().find(|endpoint| endpoint.name == name);
    let dated = endpoint.map_or(name, |endpoint| endpoint.model.as_str());
    MODELS.iter().find(|model| model.dated == dated).ok_or_else(|| {
        let message =
            format!("The model or endpoint {name} does not exist or you do not have access to it.");
        Refusal::new(404, "InvalidEndpointOrModel.NotFound", message)
    })
}
