//! What several test files share: tables of verdicts, and the outcome of a look-up.

use public_url::{Guard, Reason, Refusal, Schemes, check_text};

/// Each text is accepted and becomes the string beside it.
#[track_caller]
pub(crate) fn accepted(cases: &[(&str, &str)]) {
    for (text, canonical) in cases {
        let verdict = check_text(text, Schemes::HttpsOnly);
        let url = verdict.unwrap_or_else(|refusal| panic!("{text:?} is refused: {refusal}"));
        assert_eq!(url.as_str(), *canonical, "{text:?}");
    }
}

/// Each text is refused for this reason.
#[track_caller]
pub(crate) fn refused(reason: Reason, texts: &[&str]) {
    for text in texts {
        match check_text(text, Schemes::HttpsOnly) {
            Ok(url) => panic!("{text:?} is accepted as {}", url.as_str()),
            Err(refusal) => assert_eq!(refusal.reason(), reason, "{text:?}: {refusal}"),
        }
    }
}

/// The verdict on `https://NAME/cb`.
pub(crate) async fn vet(guard: &Guard, name: &str) -> Result<String, Refusal> {
    let url = guard.vet(&format!("https://{name}/cb"), Schemes::HttpsOnly).await?;
    Ok(url.as_str().to_owned())
}

/// The reason why a name is refused.
pub(crate) async fn reason(guard: &Guard, name: &str) -> Reason {
    match vet(guard, name).await {
        Ok(url) => panic!("{url} is accepted"),
        Err(refusal) => refusal.reason(),
    }
}
