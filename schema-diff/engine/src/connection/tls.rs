//! TLS according to libpq's `sslmode`, by rustls with ring.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme, SupportedProtocolVersion, version};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::ConnectionError;
use crate::config::Environment;

/// How much of a server's certificate is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verification {
    /// Nothing: `prefer`, and `require` without a root certificate.
    None,
    /// The chain: a trusted certificate signed it: `verify-ca`, and `require` with a root certificate.
    Chain,
    /// The chain and the host's name: `verify-full`.
    Full,
}

/// Returns a TLS connector for these parameters.
pub(super) fn connector(
    parameters: &BTreeMap<String, String>,
    environment: &Environment,
) -> Result<MakeRustlsConnect, ConnectionError> {
    let get = |name: &str| parameters.get(name).map(String::as_str);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verification = match get("sslmode") {
        Some("verify-full") => Verification::Full,
        Some("verify-ca") => Verification::Chain,
        Some("require") if get("sslrootcert").is_some() => Verification::Chain,
        _ => Verification::None,
    };
    let verifier = Verifier::new(verification, get("sslrootcert"), environment, Arc::clone(&provider))?;
    let versions = versions(get("ssl_min_protocol_version"), get("ssl_max_protocol_version"));
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions)
        .map_err(|error| ConnectionError::no_tls(format!("`ssl_min_protocol_version` and `ssl_max_protocol_version` allow no TLS version that is supported: {error}"), None))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match client_certificate(get("sslcert"), get("sslkey"), environment)? {
        Some((chain, key)) => builder
            .with_client_auth_cert(chain, key)
            .map_err(|error| ConnectionError::no_tls(format!("`sslcert` and `sslkey` do not match: {error}"), None))?,
        None => builder.with_no_client_auth(),
    };
    config.enable_sni = get("sslsni") != Some("0");
    if get("sslnegotiation") == Some("direct") {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn versions(min: Option<&str>, max: Option<&str>) -> Vec<&'static SupportedProtocolVersion> {
    let mut versions = Vec::new();
    if max != Some("TLSv1.2") {
        versions.push(&version::TLS13);
    }
    if min != Some("TLSv1.3") {
        versions.push(&version::TLS12);
    }
    versions
}

/// Returns the path of a file in `~/.postgresql`, if it exists.
fn home_path(name: &str, environment: &Environment) -> Option<PathBuf> {
    let path = PathBuf::from(environment.get("HOME")?).join(".postgresql").join(name);
    path.is_file().then_some(path)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn client_certificate(
    certificate: Option<&str>,
    key: Option<&str>,
    environment: &Environment,
) -> Result<Option<Identity>, ConnectionError> {
    let path = |given: Option<&str>, name| given.map(PathBuf::from).or_else(|| home_path(name, environment));
    let Some(certificate) = path(certificate, "postgresql.crt") else {
        return Ok(None);
    };
    let Some(key) = path(key, "postgresql.key") else {
        return Err(ConnectionError::no_tls(
            "a client certificate was found, but no key for it",
            Some("name the key's file with `sslkey`".to_owned()),
        ));
    };
    let key = PrivateKeyDer::from_pem_file(&key)
        .map_err(|error| ConnectionError::no_tls(format!("cannot read the key `{}`: {error}", key.display()), None))?;
    Ok(Some((certificates(&certificate)?, key)))
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>, ConnectionError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        ConnectionError::no_tls(
            format!("cannot read the certificates of `{}`: {error}", path.display()),
            None,
        )
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(&error))?;
    if certificates.is_empty() {
        Err(unreadable(&"it contains none"))
    } else {
        Ok(certificates)
    }
}

#[derive(Debug)]
struct Verifier {
    verification: Verification,
    roots: RootCertStore,
    /// The certificates of `sslrootcert`. As in OpenSSL, the server's own certificate may be one of them.
    pinned: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(
        verification: Verification,
        root: Option<&str>,
        environment: &Environment,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, ConnectionError> {
        let mut verifier = Self {
            verification,
            roots: RootCertStore::empty(),
            pinned: Vec::new(),
            provider,
        };
        if verification == Verification::None {
            return Ok(verifier);
        }
        let file = match root {
            Some("system") => None,
            Some(path) => Some(PathBuf::from(path)),
            None => home_path("root.crt", environment),
        };
        match file {
            Some(path) => verifier.pinned = certificates(&path)?,
            None => {
                verifier
                    .roots
                    .add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if verifier.roots.is_empty() {
                    return Err(ConnectionError::no_tls(
                        "this machine has no root certificates with which to verify the server's certificate",
                        Some("name a file of root certificates with `sslrootcert`".to_owned()),
                    ));
                }
            }
        }
        verifier
            .roots
            .add_parsable_certificates(verifier.pinned.iter().cloned());
        Ok(verifier)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.verification == Verification::None {
            return Ok(ServerCertVerified::assertion());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if !self.pinned.contains(end_entity) {
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, &self.roots, intermediates, now, algorithms)?;
        }
        if self.verification == Verification::Full {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.verification == Verification::None {
            return Ok(HandshakeSignatureValid::assertion());
        }
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.verification == Verification::None {
            return Ok(HandshakeSignatureValid::assertion());
        }
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
