//! Who vouches for the server that is called.

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject};

/// Why a text names no authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityError {
    #[error("there is no certificate in it")]
    Empty,
    #[error("it has a certificate that cannot be read")]
    Unreadable,
}

/// Returns the authorities that this machine trusts.
pub fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    // One that cannot be read vouches for nobody.
    let (_, _) = roots.add_parsable_certificates(found.certs);
    roots
}

/// Returns the authorities of a PEM text and nobody else: that of the server, or its own certificate where it has
/// signed that itself.
///
/// # Errors
/// There is none in it, or one that is none.
pub fn pinned_roots(pem: &[u8]) -> Result<RootCertStore, AuthorityError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| AuthorityError::Unreadable)?;
        let added = roots.add(certificate);
        added.map_err(|_| AuthorityError::Unreadable)?;
    }
    match roots.is_empty() {
        true => Err(AuthorityError::Empty),
        false => Ok(roots),
    }
}
