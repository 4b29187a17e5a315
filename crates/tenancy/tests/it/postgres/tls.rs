//! TLS to a real server: with its own authority it is spoken to, and with a wrong authority or a
//! wrong name it is not, without a word of the password.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tenancy::Store;

use crate::cluster::{Cluster, connect, create_database, name_of};
use crate::support::{NOW, tenant_of};

const SECRET: &str = "hunter2hunter2";

/// An authority and what it signed, in files.
struct Authority {
    folder: PathBuf,
}

impl Authority {
    fn new(folder: &Path, name: &str) -> Self {
        let authority = Self { folder: folder.join(name) };
        fs::create_dir(&authority.folder).unwrap();
        authority.openssl(&format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key \
             -out ca.pem -subj /CN={name} -addext keyUsage=critical,keyCertSign"
        ));
        authority
    }

    /// The certificate and the key of a server that has this name and no other.
    fn signs(&self, host: &str) -> (Vec<u8>, Vec<u8>) {
        self.openssl(&format!(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key \
             -out server.csr -subj /CN={host}"
        ));
        fs::write(self.folder.join("names"), format!("subjectAltName=DNS:{host}\n")).unwrap();
        self.openssl(
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
             -extfile names -out server.pem",
        );
        let read = |name| fs::read(self.folder.join(name)).unwrap();
        (read("server.pem"), read("server.key"))
    }

    fn root(&self) -> String {
        self.folder.join("ca.pem").display().to_string()
    }

    fn openssl(&self, arguments: &str) {
        let mut openssl = Command::new("openssl");
        openssl.args(arguments.split_whitespace()).current_dir(&self.folder);
        let quiet = openssl.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(quiet.status().unwrap().success(), "openssl {arguments}");
    }
}

fn has_openssl() -> bool {
    let mut openssl = Command::new("openssl");
    let quiet = openssl.arg("version").stdout(Stdio::null()).stderr(Stdio::null());
    let has = quiet.status().is_ok_and(|status| status.success());
    if !has {
        println!("TLS to PostgreSQL was not tried: there is no `openssl`");
    }
    has
}

/// Everything that an error says, down to its first cause.
fn all_of(error: &tenancy::Error) -> String {
    format!("{error} {error:?}")
}

#[tokio::test]
async fn p20_tls_to_the_server_is_verified_and_no_error_says_the_password() {
    if !has_openssl() {
        return;
    }
    let Some(cluster) = Cluster::start(&[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) =
        (Authority::new(folder.path(), "ours"), Authority::new(folder.path(), "theirs"));
    let (certificate, key) = ours.signs("localhost");
    let certificate = cluster.keep("server.pem", &certificate);
    let key = cluster.keep("server.key", &key);
    for (setting, value) in [("ssl_cert_file", &certificate), ("ssl_key_file", &key)] {
        cluster.set(setting, value).await;
    }
    cluster.set("ssl", "on").await;
    let database = create_database(&cluster.url("postgres")).await;
    let (port, database) = (cluster.port(), name_of(&database).to_owned());
    let url = |host: &str, root: &Authority| {
        let root = root.root();
        format!(
            "postgres://tester:{SECRET}@{host}:{port}/{database}?sslmode=verify-full&sslrootcert={root}"
        )
    };

    let store = Store::open(&url("localhost", &ours)).await.unwrap();
    store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
    let plain = connect(&cluster.url_of("admin", "postgres")).await;
    let sessions = "
        SELECT bool_and(ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'phanedge'";
    let sessions = plain.query_one(sessions, &[]).await.unwrap();
    assert!(sessions.get::<_, bool>(0) && sessions.get::<_, i64>(1) > 0);
    store.close().await.unwrap();

    let wrong_name = url("127.0.0.1", &ours);
    let wrong_authority = url("localhost", &theirs);
    let mozillas =
        format!("postgres://tester:{SECRET}@localhost:{port}/{database}?sslmode=verify-full");
    for refused in [&wrong_name, &wrong_authority, &mozillas] {
        let error = Store::open(refused).await.unwrap_err();
        assert!(error.is_unreachable(), "{error:?}");
        let said = all_of(&error);
        assert!(!said.contains(SECRET), "{said}");
        assert!(said.contains("certificate") || said.contains("Certificate"), "{said}");
    }
}
