//! Who may ask: users, API keys with their sealed secrets, and browsers that signed in, in SQL.
//!
//! Whether a key is live and what it may do is decided by the engine, whose commands create and revoke it (D8); this
//! crate only says whether bytes were signed by the key they name. Absent by design: HTTP, balances, permissions.

#![forbid(unsafe_code)]

pub mod identity;

pub mod address;
pub mod alert;
pub mod api_key;
pub mod audit;
pub mod challenge;
mod compare;
pub mod database;
pub mod delivery;
pub mod email;
mod failure;
pub mod hashing;
pub mod hold;
pub mod key;
pub mod lease;
pub mod letter;
pub mod login;
pub mod master;
pub mod notification;
pub mod operator;
pub mod operator_key;
pub mod outbox;
pub mod passkey;
pub mod password;
pub mod phishing;
pub mod policy;
pub mod preferences;
pub mod proposal;
pub mod random;
pub mod totp;
pub mod user;
pub mod webauthn;

mod browser;
mod device;
mod recovery;
mod registration;
mod rsa;
mod store;
