//! The commands about tenants and tokens leave the records that the API leaves.

use crate::ledger::books::Books;

#[tokio::test(flavor = "multi_thread")]
async fn p66_what_commands_do_to_tenants_and_tokens_is_in_the_audit_log() {
    let books = Books::open().await;
    let run = |arguments: &str| {
        let arguments: Vec<&str> = arguments.split(' ').chain(["--actor", "ann"]).collect();
        let output = books.phanedge(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run("tenant create acme");
    run("token issue --tenant acme");
    run("token revoke 1");
    run("tenant suspend acme");
    run("tenant resume acme");
    let log = books.store.audit_page(None, 10).await.unwrap();
    let actions: Vec<&str> = log.iter().map(|record| record.action.as_str()).collect();
    let expected =
        ["create-tenant", "issue-token", "revoke-token", "suspend-tenant", "resume-tenant"];
    assert_eq!(actions, expected);
    assert!(log.iter().all(|record| record.actor == "operator:ann" && record.request_id.is_none()));
    // An act that fails leaves none.
    assert_eq!(books.phanedge(&["tenant", "create", "acme"]).status.code(), Some(1));
    assert_eq!(books.phanedge(&["tenant", "suspend", "nobody"]).status.code(), Some(1));
    assert_eq!(books.phanedge(&["tenant", "create", "No"]).status.code(), Some(64));
    assert_eq!(books.store.audit_page(None, 10).await.unwrap().len(), expected.len());
}
