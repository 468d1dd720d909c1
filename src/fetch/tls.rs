//! TLS that verifies as usual and remembers the whole chain that each server showed.
//!
//! reqwest's `tls_info` gives the leaf only, so the verifier that rustls asks records leaf and intermediates. Session
//! resumption is off, because a resumed session shows no certificates.

use super::bounded::Bounded;
use super::settings::FetchError;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

/// Chains remembered.
const CHAINS: usize = 4_096;
/// Certificates kept of one chain.
const CHAIN_LENGTH: usize = 10;

/// A verifier that records the chains it accepted.
#[derive(Debug)]
pub(super) struct ChainRecorder {
    provider: Arc<CryptoProvider>,
    /// `None` on a machine without root certificates: then every server is refused.
    inner: Option<Verifier>,
    chains: Mutex<Bounded<[u8; 32], Vec<Vec<u8>>>>,
}

impl ChainRecorder {
    /// A recorder that trusts the system's roots and the extra ones.
    pub(super) fn new(extra_roots: &[Vec<u8>]) -> Result<Self, FetchError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let roots = read_roots(extra_roots)?;
        let inner = if roots.is_empty() {
            Verifier::new(Arc::clone(&provider))
                .inspect_err(|error| tracing::warn!(%error, "no HTTPS: no root certificates"))
                .ok()
        } else {
            let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider));
            Some(verifier.map_err(|error| FetchError::Root {
                number: 1,
                cause: error.to_string(),
            })?)
        };
        Ok(Self {
            provider,
            inner,
            chains: Mutex::new(Bounded::new(CHAINS)),
        })
    }

    /// The chain that came with a leaf, leaf first; the leaf alone if it is not remembered.
    pub(super) fn chain_of(&self, leaf: &[u8]) -> Vec<Vec<u8>> {
        let key: [u8; 32] = Sha256::digest(leaf).into();
        let mut chains = self.chains.lock().unwrap_or_else(PoisonError::into_inner);
        match chains.get(&key) {
            Some(chain) => chain.clone(),
            None => vec![leaf.to_vec()],
        }
    }

    fn record(&self, leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) {
        let key: [u8; 32] = Sha256::digest(leaf).into();
        let chain = std::iter::once(leaf)
            .chain(intermediates)
            .take(CHAIN_LENGTH)
            .map(|certificate| certificate.to_vec())
            .collect();
        let mut chains = self.chains.lock().unwrap_or_else(PoisonError::into_inner);
        chains.insert(key, chain);
    }

    fn inner(&self) -> Result<&Verifier, Error> {
        let missing = || Error::General("this machine has no root certificates".to_owned());
        self.inner.as_ref().ok_or_else(missing)
    }
}

impl ServerCertVerifier for ChainRecorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let inner = self.inner()?;
        let verdict =
            inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)?;
        self.record(end_entity, intermediates);
        Ok(verdict)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner()?.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner()?.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// The TLS configuration of all clients.
pub(super) fn config(recorder: &Arc<ChainRecorder>) -> Result<ClientConfig, FetchError> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&recorder.provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| FetchError::Client {
            cause: error.to_string(),
        })?;
    let verifier: Arc<dyn ServerCertVerifier> = recorder.clone();
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    // reqwest leaves a ready-made configuration alone, so the protocols are offered here.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn read_roots(given: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, FetchError> {
    let mut roots = Vec::new();
    for (bytes, number) in given.iter().zip(1..) {
        if !bytes.trim_ascii_start().starts_with(b"-----BEGIN") {
            roots.push(CertificateDer::from(bytes.clone()));
            continue;
        }
        for certificate in CertificateDer::pem_slice_iter(bytes) {
            roots.push(certificate.map_err(|error| FetchError::Root {
                number,
                cause: error.to_string(),
            })?);
        }
    }
    Ok(roots)
}
