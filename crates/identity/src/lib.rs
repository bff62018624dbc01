//! Who may ask: users, API keys with their sealed secrets, and browsers that signed in, in SQL.
//!
//! Whether a key is live and what it may do is decided by the engine, whose commands create and revoke it (D8); this
//! crate only says whether bytes were signed by the key they name. Absent by design: HTTP, balances, permissions.

#![forbid(unsafe_code)]

pub mod identity;

pub mod address;
pub mod alert;
pub mod algo;
pub mod api_key;
pub mod audit;
pub mod auditor;
pub mod brought;
pub mod challenge;
pub mod closing;
mod compare;
pub mod country;
pub mod data_export;
pub mod database;
pub mod delivery;
pub mod destination;
pub mod drawing;
pub mod email;
pub mod email_change;
pub mod erasure;
pub mod factor_reset;
mod failure;
pub mod hashing;
pub mod hold;
pub mod incident;
pub mod integrity;
pub mod key;
pub mod key_change;
pub mod kyc;
pub mod kyc_call;
pub mod lease;
pub mod letter;
pub mod listen_key;
pub mod login;
pub mod login_rule;
pub mod master;
pub mod master_file;
pub mod near_words;
pub mod notification;
pub mod operator;
pub mod operator_invitation;
pub mod operator_key;
pub mod operator_passkey;
pub mod outbox;
pub mod passkey;
pub mod password;
pub mod person;
pub mod phishing;
pub mod picture;
pub mod places;
pub mod policy;
pub mod preferences;
pub mod probe;
pub mod proposal;
pub mod provider;
pub mod random;
pub mod rotation;
pub mod sanctions;
pub mod sandbox_key;
mod sandbox_password;
pub mod scanner;
pub mod signed_request;
pub mod sub_account;
pub mod totp;
pub mod user;
pub mod webauthn;
pub mod withdrawal;

pub mod beyond;
mod browser;
mod device;
mod recovery;
mod registration;
mod rsa;
mod store;

// The database of a test is made as that of the tests beside the crate.
#[cfg(test)]
#[path = "../tests/place/database.rs"]
mod place;
