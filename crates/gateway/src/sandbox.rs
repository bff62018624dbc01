//! What only a sandbox does: guests come in, accounts are given something, and addresses are confirmed by themselves.

use std::sync::OnceLock;

use crate::gateway::Gateway;
use crate::rest::faucet::Faucet;
use crate::rest::sign_in::Guest;

/// What a gateway was told that runs a sandbox; nothing of it otherwise.
#[derive(Default)]
pub(crate) struct Sandbox {
    guests: OnceLock<Vec<Guest>>,
    faucet: OnceLock<Faucet>,
    is_confirming: OnceLock<()>,
}

impl Gateway {
    /// Lets anyone sign in as these: for a sandbox, once.
    pub fn admit_guests(&self, guests: Vec<Guest>) {
        self.sandbox.guests.get_or_init(|| guests);
    }

    /// Returns as whom anyone may sign in.
    pub fn guests(&self) -> &[Guest] {
        self.sandbox.guests.get().map_or(&[], Vec::as_slice)
    }

    /// Gives to every account that is opened for a user, and to whoever asks: for a sandbox, once.
    pub fn give(&self, faucet: Faucet) {
        self.sandbox.faucet.get_or_init(|| faucet);
    }

    pub fn faucet(&self) -> Option<&Faucet> {
        self.sandbox.faucet.get()
    }

    /// Confirms the address of every registration by itself: for a sandbox that sends no letters.
    pub fn confirm_addresses(&self) {
        self.sandbox.is_confirming.get_or_init(|| ());
    }

    pub(crate) fn confirms_addresses(&self) -> bool {
        self.sandbox.is_confirming.get().is_some()
    }
}
