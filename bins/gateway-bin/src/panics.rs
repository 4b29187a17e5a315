//! A panic is a fault of the gateway: its request is answered with 500, and the log has the place.
//! Its text is in neither, because it may hold whatever the code had in hands.

use std::panic::{AssertUnwindSafe, PanicHookInfo};

use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use crate::error::{ApiError, Kind};
use crate::tasks::Refusal;

/// From now on a panic is one line of the log, and nothing on standard error.
pub(crate) fn report_to_log() {
    std::panic::set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a panic");
}

/// What a handler answers, or that it has panicked. What requests share is behind locks that outlive
/// a panic.
pub(crate) async fn caught(answer: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_text| {
        let text = "the gateway failed to handle this request";
        Refusal::from(ApiError::new(Kind::Internal, text)).into_response()
    })
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use axum::body::Body;
    use http::Request;
    use http_body_util::BodyExt as _;
    use tracing::instrument::WithSubscriber as _;

    use crate::metrics::Metrics;
    use crate::request_id;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn p20_a_panic_is_a_fixed_500_and_its_text_is_nowhere() {
        super::report_to_log();
        let written = Written::default();
        let log = written.clone();
        let log = tracing_subscriber::fmt().json().with_writer(move || log.clone()).finish();
        let word = String::from("canary");
        let panics = async move { panic!("a prompt with a {word}") };
        let request = Request::get("/").body(Body::empty()).unwrap();
        let edge = Metrics::new().edge();
        let answer = request_id::attach(Some(&edge), request, |_| super::caught(panics));
        let answer = answer.with_subscriber(log).await;
        assert_eq!(answer.status(), 500);
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let lines = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(!body.contains("canary") && !lines.contains("canary"), "{body}\n{lines}");
        let told = lines.lines().find(|line| line.contains("\"a panic\"")).unwrap();
        assert!(told.contains(&id) && told.contains("panics.rs"), "{told}");
    }
}
