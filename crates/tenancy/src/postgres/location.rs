//! The URL of a server: where it is, and whether the way to it is encrypted.
//!
//! Nothing of a URL is repeated in an error, because it may hold a password.

use std::net::IpAddr;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::failing::ServerCause;

/// How long a server may take to answer a connection.
const CONNECT: Duration = Duration::from_secs(3);

/// How long sent bytes may stay unacknowledged, and how soon an idle connection is probed: a
/// server that vanished without a word is noticed within about this time.
const SILENCE: Duration = Duration::from_secs(4);

/// Where a server is, and how to get there.
pub(crate) struct Location {
    pub(super) config: Config,
    pub(super) tls: ClientConfig,
}

impl Location {
    /// Reads `postgres://…`. `sslmode` and `sslrootcert` are ours, the other parameters those of
    /// `tokio_postgres`.
    pub(crate) fn parse(url: &str) -> Result<Self, ServerCause> {
        let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => roots = Some(value),
                _ => others.push(parameter),
            }
        }
        let rest = format!("{place}?{}", others.join("&"));
        // The reason would repeat parts of the URL.
        let mut config = Config::from_str(&rest).map_err(|_| ServerCause::BadUrl)?;
        if config.get_hosts().is_empty() {
            return Err(ServerCause::BadUrl);
        }
        config.ssl_mode(ssl_mode(mode, &config)?);
        set_defaults(&mut config);
        Ok(Self { config, tls: tls(roots.map(Path::new))? })
    }
}

/// Encrypted and verified, unless the URL says otherwise or the server is on this machine.
///
/// `require` and `verify-ca` verify the host name too: without that, who is in between reads
/// everything. `allow` and `prefer` would let whoever is in between choose.
fn ssl_mode(said: Option<&str>, config: &Config) -> Result<SslMode, ServerCause> {
    match said {
        Some("disable") => Ok(SslMode::Disable),
        Some("require" | "verify-ca" | "verify-full") => Ok(SslMode::Require),
        Some(_) => Err(ServerCause::BadSslMode),
        None if is_on_this_machine(config) => Ok(SslMode::Disable),
        None => Ok(SslMode::Require),
    }
}

fn is_on_this_machine(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        }
        Host::Unix(_) => true,
    })
}

fn set_defaults(config: &mut Config) {
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    config.keepalives_idle(SILENCE);
    config.keepalives_interval(Duration::from_secs(1));
    config.keepalives_retries(3);
    if config.get_application_name().is_none() {
        config.application_name("phanedge");
    }
}

/// TLS that trusts the certificates in the file, or Mozilla's.
fn tls(roots: Option<&Path>) -> Result<ClientConfig, ServerCause> {
    let mut trusted = RootCertStore::empty();
    match roots {
        None => trusted.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let unusable = || ServerCause::BadRootCertificates { path: path.to_owned() };
            let certificates = CertificateDer::pem_file_iter(path).map_err(|_| unusable())?;
            for certificate in certificates {
                let certificate = certificate.map_err(|_| unusable())?;
                trusted.add(certificate).map_err(|_| unusable())?;
            }
            if trusted.is_empty() {
                return Err(unusable());
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(ServerCause::Tls)?;
    Ok(tls.with_root_certificates(trusted).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str) -> Option<SslMode> {
        Location::parse(url).ok().map(|location| location.config.get_ssl_mode())
    }

    #[test]
    fn a_server_elsewhere_is_reached_by_tls_unless_the_url_says_otherwise() {
        for plain in [
            "postgres://u:p@localhost/db",
            "postgres://u:p@127.0.0.1:5433/db",
            "postgres://u:p@[::1]/db",
            "postgresql:///db?host=/run/postgresql&user=u",
            "postgres://u:p@db.example.org/db?sslmode=disable",
        ] {
            assert_eq!(mode(plain), Some(SslMode::Disable), "{plain}");
        }
        for encrypted in [
            "postgres://u:p@db.example.org/db",
            "postgres://u:p@127.0.0.1,db.example.org/db",
            "postgres://u:p@localhost/db?hostaddr=192.0.2.1",
            "postgres://u:p@10.0.0.1/db?sslmode=require",
            "postgres://u:p@localhost/db?sslmode=verify-full&connect_timeout=1",
        ] {
            assert_eq!(mode(encrypted), Some(SslMode::Require), "{encrypted}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_without_being_repeated() {
        for bad in [
            "postgres://u:secret@host/db?sslmode=prefer",
            "postgres://u:secret@host/db?sslmode=allow",
            "postgres://u:secret@host/db?sslrootcert=/no/such/secret",
            "postgres://u:secret@host:port/db",
            "postgres://u:secret@/db",
        ] {
            let refusal = Location::parse(bad).err().unwrap();
            assert!(!refusal.to_string().contains("u:sec"), "{refusal}");
            assert!(!format!("{refusal:?}").contains("u:sec"), "{refusal:?}");
        }
    }
}
