//! An upstream that answers at once: nginx with fixed answers, and a new id for each create.
//!
//! Of its tasks, half have succeeded and half are running, for good, by the last digit of their
//! ids. It keeps nothing, has no quotas, and its list is empty.

use std::net::SocketAddr;

use crate::contestants::{LOAD_CORE, on_core};
use crate::nginx::{self, Nginx};

/// The account.
#[derive(Debug)]
pub(crate) struct Account(Nginx);

/// The key of the account, which nobody checks.
pub(crate) const API_KEY: &str = "bench-api-key";

impl Account {
    pub(crate) fn open() -> anyhow::Result<Self> {
        Ok(Self(Nginx::start(on_core(LOAD_CORE, &nginx::program()), server)?))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub(crate) fn task_base_url(&self) -> String {
        format!("http://{}/api/v3", self.address())
    }
}

/// A task, but for its status.
const RUNNING: &str = concat!(
    r#"{"id":"$1","model":"doubao-seedance-2-0-260128","status":"running","#,
    r#""created_at":1780000000,"updated_at":1780000000,"service_tier":"default","#,
    r#""execution_expires_after":172800}"#
);
const SUCCEEDED: &str = concat!(
    r#"{"id":"$1","model":"doubao-seedance-2-0-260128","status":"succeeded","#,
    r#""content":{"video_url":"https://example.com/video.mp4"},"#,
    r#""usage":{"completion_tokens":40800,"total_tokens":40800},"#,
    r#""created_at":1780000000,"updated_at":1780000060,"seed":10,"resolution":"480p","#,
    r#""ratio":"16:9","duration":4,"framespersecond":24,"service_tier":"default","#,
    r#""execution_expires_after":172800}"#
);

fn server(listen: SocketAddr) -> String {
    let tasks = "/api/v3/contents/generations/tasks";
    format!(
        "server {{ listen {listen}; default_type application/json;\n\
         location = {tasks} {{\n\
         if ($request_method = POST) {{ return 200 '{{\"id\":\"cgt-$request_id\"}}'; }}\n\
         return 200 '{{\"items\":[],\"total\":0}}'; }}\n\
         location ~ ^{tasks}/(.*[0-7])$ {{ return 200 '{RUNNING}'; }}\n\
         location ~ ^{tasks}/(.*)$ {{ return 200 '{SUCCEEDED}'; }} }}\n"
    )
}
