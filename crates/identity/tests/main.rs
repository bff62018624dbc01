//! Users, keys, sessions and what guards them, over restarts and on both databases.

mod algo;
mod challenge;
mod data_export;
mod databases;
mod email_change;
mod erasure;
mod factor;
mod factor_reset;
mod failure;
mod incident;
mod kyc;
mod listen_key;
mod login;
mod network;
mod notification;
mod operators;
mod passkey;
mod place;
mod recovery;
mod registration;
mod restart;
mod rotation;
mod scanner;
mod sub_account;
mod uploads;
mod withdrawal;
