//! Users and keys: the database, and the cache that the hot path reads.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex as StdMutex, PoisonError, RwLock, RwLockReadGuard};

use model::account::Scopes;
use model::id::{AccountId, KeyId, OwnerId};
use model::time::Timestamp;
use tokio::sync::Mutex;

use crate::address::AddressRule;
use crate::browser::{self, TokenHash};
use crate::database::DatabaseAddress;
use crate::device::device_of;
use crate::key::{Credential, Key, KeyFacts, PUBLIC_ID_CHARS, Signing};
use crate::key_change::KeyBounds;
use crate::login::NewLogin;
use crate::master::MasterKey;
use crate::outbox::{Notice, Subject};
use crate::random;
use crate::store::device::NewVisit;
use crate::store::outbox::NewMessage;
use crate::store::{Kind, NewRow, Store, StoredKey};
use crate::user::User;

const SECRET_CHARS: usize = 64;
/// What the database holds sealed, so that another master key is noticed.
pub(crate) const SEAL: &[u8] = b"bourse.master";

/// What is to be done about a damaged database.
const RUNBOOK: &str = "docs/runbooks/damaged-users.md";

/// Why users and keys could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("the identity database failed")]
    Database(#[source] sqlx::Error),
    #[error("the identity database is damaged ({what}): {RUNBOOK} says what to do")]
    DatabaseDamaged { what: String },
    #[error("{count} of the {what} do not open under the master key: {RUNBOOK} says what to do")]
    SealedLost { count: u64, what: &'static str },
    #[error("the identity database {path} cannot be created: check the folder and its permissions")]
    DatabaseFile {
        path: String,
        source: std::io::Error,
    },
    #[error(
        "the address of a database is not understood: {reason}; write a path or postgres://USER@HOST/DATABASE"
    )]
    DatabaseAddress { reason: String },
    #[error(
        "the identity database {address} cannot be reached: check that it runs and the address"
    )]
    DatabaseAway {
        address: String,
        source: sqlx::Error,
    },
    #[error("the identity database does not answer in time")]
    DatabaseSilent,
    #[error(
        "another exchange runs on the identity database {address}: stop it, or give this one its own"
    )]
    DatabaseTaken { address: String },
    #[error("the file {path} with the password of a database cannot be read")]
    PasswordFile {
        path: String,
        source: std::io::Error,
    },
    #[error(
        "the file {path} with the password of a database is readable by others: run chmod 600 on it"
    )]
    PasswordFileExposed { path: String },
    #[error("the file {path} has no password in its first line")]
    PasswordFileEmpty { path: String },
    #[error(
        "the identity database has format {found}, this program knows {known}: use a newer one"
    )]
    SchemaNewer { found: i64, known: i64 },
    #[error("row {key} of the table of API keys is damaged: restore the database from a backup")]
    RowDamaged { key: i64 },
    #[error("the master key file {path} cannot be used")]
    MasterKeyFile {
        path: String,
        source: std::io::Error,
    },
    #[error("the master key file {path} is readable by others: run chmod 600 on it")]
    MasterKeyExposed { path: String },
    #[error("the master key file {path} does not hold one or two lines of 32 bytes in hex")]
    MasterKeyMalformed { path: String },
    #[error(
        "the database is sealed under another master key: put the key file back from its backup"
    )]
    MasterKeyForeign,
    #[error(
        "another master key is being taken already: `bourse master-key status` tells how far it is"
    )]
    RotationUnderWay,
    #[error("a secret does not open under this master key")]
    Seal,
    #[error("the operating system gives no randomness: {reason}")]
    Random { reason: String },
    #[error("this is no usable key")]
    KeyMalformed,
    #[error("a key of this kind does not sign whole requests")]
    SigningUnsupported,
    #[error("there is no such key")]
    KeyUnknown,
    #[error("the list of common passwords {path} cannot be used")]
    PasswordList {
        path: String,
        source: std::io::Error,
    },
    #[error("passwords cannot be hashed: {reason}")]
    Hash { reason: String },
    #[error("another user has this email address")]
    EmailTaken,
    #[error("the token is unknown, used or too old")]
    TokenRefused,
    #[error("the password of user {user} is damaged: let them reset it")]
    PasswordDamaged { user: i64 },
    #[error("a session of user {user} is damaged: delete its row of the table of logins")]
    LoginDamaged { user: i64 },
    #[error("the password has been replaced in the meantime")]
    PasswordStale,
    #[error("this is no code of the second factor")]
    FactorRefused,
    #[error("the challenge is unknown, used, too old or of something else")]
    ChallengeRefused,
    #[error("the account has as many API keys as it may have")]
    TooManyKeys,
    #[error("it is the last passkey of an operator without a key")]
    LastPasskey,
    #[error("this is no passkey that was made for this, or it is somebody's already")]
    CredentialRefused,
    #[error("there is no such user")]
    UserUnknown,
    #[error("message {id} of the outbox is damaged: delete the row")]
    MessageDamaged { id: i64 },
    #[error("the preference has another version: {found}")]
    PreferenceConflict { found: i64 },
    #[error("the list of places {path} cannot be used: {reason}")]
    PlacesFile { path: String, reason: String },
    #[error("the list of sanctions {path} cannot be used: {reason}")]
    SanctionsFile { path: String, reason: String },
    #[error(
        "row {id} of the tables of identity checks is damaged: restore the database from a backup"
    )]
    KycDamaged { id: i64 },
    #[error(
        "the file {path} with the secret of the provider of identity checks cannot be used: {reason}"
    )]
    ProviderFile { path: String, reason: String },
    #[error("there are as many alerts as a user may have")]
    AlertsFull,
    #[error("another order of the account that is spread over time has this name")]
    AlgoNameTaken,
    #[error("there are as many open orders that are spread over time as there may be")]
    AlgosFull,
    #[error("row {id} of the tables of orders that are spread over time is damaged: delete it")]
    AlgoDamaged { id: u64 },
    #[error("there are as many sub-accounts as a user may have")]
    SubAccountsFull,
    #[error("another sub-account of the user has this label")]
    LabelTaken,
    #[error("there is no such sub-account")]
    SubAccountUnknown,
    #[error("there are as many auditors as a user may have")]
    AuditorsFull,
    #[error("there is no such leave to read")]
    LeaveUnknown,
    #[error("the event log was taken in up to another place")]
    NoticesElsewhere,
    #[error("row {id} of the table of notifications is damaged: delete it")]
    NotificationDamaged { id: i64 },
    #[error("incident {id} has a state that is none")]
    IncidentDamaged { id: i64 },
    #[error("there are as many addresses in the book as a user may have")]
    DestinationsFull,
    #[error("the address is in the book already")]
    DestinationListed,
    #[error("row {id} of the table of destinations is damaged: delete it")]
    DestinationDamaged { id: i64 },
    #[error("row {id} of the table of withdrawals is damaged: restore the database from a backup")]
    WithdrawalDamaged { id: i64 },
    #[error("row {id} of the table of alerts is damaged: delete it")]
    AlertDamaged { id: i64 },
    #[error("the preferences are too many or too large")]
    PreferencesFull,
    #[error(
        "row {account} of the table of accounts is damaged: restore the database from a backup"
    )]
    AccountDamaged { account: i64 },
    #[error("there are operators already: they add others with `bourse proposal new add-operator`")]
    OperatorsExist,
    #[error("the name or the key is that of another operator")]
    OperatorTaken,
    #[error("there is no such open invitation that you proposed or approved")]
    InvitationUnknown,
    #[error("there is no such active operator")]
    OperatorUnknown,
    #[error("this request was sent before: sign a new one")]
    RequestRepeated,
    #[error("the operator key file {path} cannot be used")]
    OperatorKeyFile {
        path: String,
        source: std::io::Error,
    },
    #[error("the operator key file {path} is readable by others: run chmod 600 on it")]
    OperatorKeyExposed { path: String },
    #[error("the operator key file {path} holds no Ed25519 key in PEM")]
    OperatorKeyMalformed { path: String },
    #[error(
        "row {operator} of the table of operators is damaged: restore the database from a backup"
    )]
    OperatorDamaged { operator: i64 },
    #[error(
        "row {proposal} of the table of proposals is damaged: restore the database from a backup"
    )]
    ProposalDamaged { proposal: i64 },
    #[error("the policy of {kind} is damaged: restore the database from a backup")]
    PolicyDamaged { kind: &'static str },
    #[error("row {number} of the audit log is damaged: run `bourse verify`")]
    AuditDamaged { number: i64 },
}

/// What a key is issued for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTerms {
    pub account: AccountId,
    pub label: String,
    pub scopes: Scopes,
    pub addresses: AddressRule,
    pub signing: Signing,
}

/// A new key with a shared secret; the secret is shown this once.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedKey {
    pub id: KeyId,
    pub public_id: String,
    pub secret: String,
}

/// Where a new key comes from.
struct Origin<'a> {
    kind: Kind,
    stored: &'a [u8],
    login: Option<(NewLogin, Notice)>,
}

impl Origin<'_> {
    const fn api(kind: Kind, stored: &[u8]) -> Origin<'_> {
        Origin {
            kind,
            stored,
            login: None,
        }
    }
}

/// Users, API keys and browsers that signed in.
///
/// **Cost** `find` and `find_browser` read memory only; everything else is SQL.
pub struct Identity {
    pub(crate) store: Store,
    pub(crate) master: MasterKey,
    keys: RwLock<Keys>,
    /// Held while a login begins, and while a password is replaced.
    pub(crate) logins: Mutex<()>,
    /// Held while an account is issued a key, so that it counts.
    pub(crate) issuing: Mutex<()>,
    /// Keys that may be used less than before: whatever they listen to is to end.
    narrowed: StdMutex<Vec<KeyId>>,
}

/// Every key that is not revoked.
#[derive(Default)]
struct Keys {
    /// API keys by what clients send.
    api: HashMap<String, Arc<Key>>,
    browsers: HashMap<TokenHash, Arc<Key>>,
}

impl Keys {
    fn insert(&mut self, key: Arc<Key>) {
        match &key.credential {
            Credential::Browser(browser) => self.browsers.insert(browser.hash, key),
            _ => self.api.insert(key.public_id.clone(), key),
        };
    }

    fn remove(&mut self, id: KeyId) {
        self.api.retain(|_, key| key.id != id);
        self.browsers.retain(|_, key| key.id != id);
    }
}

/// What a database says of its own pages is not what it says of a server that is away.
impl From<sqlx::Error> for IdentityError {
    fn from(error: sqlx::Error) -> IdentityError {
        let refused = error.as_database_error();
        let damaged = refused.filter(|refused| refused.code().is_some_and(|code| is_damage(&code)));
        match damaged {
            Some(damaged) => IdentityError::DatabaseDamaged {
                what: damaged.message().to_owned(),
            },
            None => IdentityError::Database(error),
        }
    }
}

/// Returns whether a code is that of a damaged file or page: of SQLite, whose lowest byte is the kind, or of PostgreSQL.
fn is_damage(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) => matches!(number & 0xff, 11 | 26),
        Err(_) => matches!(code, "XX001" | "XX002"),
    }
}

impl Identity {
    /// Opens the database, creating a file and its tables when they are missing, and reads its keys into memory.
    ///
    /// # Errors
    /// When the database is damaged, newer than this program, or sealed under another master key.
    pub async fn open(
        address: &DatabaseAddress,
        master: MasterKey,
    ) -> Result<Identity, IdentityError> {
        let store = Store::open(address).await?;
        let mut keys = Keys::default();
        for stored in store.keys().await? {
            keys.insert(Arc::new(unseal(stored, &master)?));
        }
        let sealed = store.seal(&master.seal(SEAL, SEAL)?).await?;
        if master.open(&sealed, SEAL).is_err() {
            return Err(IdentityError::MasterKeyForeign);
        }
        Ok(Identity {
            store,
            master,
            keys: RwLock::new(keys),
            logins: Mutex::const_new(()),
            issuing: Mutex::const_new(()),
            narrowed: StdMutex::default(),
        })
    }

    /// Returns the account with the greatest number that a user or sub-account is known to have.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn greatest_account(&self) -> Result<Option<AccountId>, IdentityError> {
        self.store.greatest_account().await
    }

    /// Gives no number from now on to a user or key that is not above these, whatever the database says: they are the
    /// greatest that the exchange knows, and the database may have gone back to an older state.
    pub fn know_numbers(&self, user: OwnerId, key: KeyId) {
        self.store.know_numbers(user, key);
    }

    /// Adds a user and returns its number.
    ///
    /// # Errors
    /// When another user has the email address.
    pub async fn create_user(
        &self,
        name: &str,
        email: &str,
        at: Timestamp,
    ) -> Result<OwnerId, IdentityError> {
        self.store.add_user(name, email, at).await
    }

    /// Returns every user, by number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<User>, IdentityError> {
        self.store.users().await
    }

    /// Issues a key with a random id and a random shared secret.
    ///
    /// # Errors
    /// When the database or the randomness fails.
    pub async fn create_hmac_key(
        &self,
        terms: &KeyTerms,
        at: Timestamp,
    ) -> Result<IssuedKey, IdentityError> {
        let public_id = random::alphanumeric(PUBLIC_ID_CHARS)?;
        let secret = random::alphanumeric(SECRET_CHARS)?;
        let id = self.import_hmac_key(terms, &public_id, &secret, at).await?;
        Ok(IssuedKey {
            id,
            public_id,
            secret,
        })
    }

    /// Adds a key whose id and shared secret exist already.
    ///
    /// # Errors
    /// When the id is not 64 letters and digits or is taken.
    pub async fn import_hmac_key(
        &self,
        terms: &KeyTerms,
        public_id: &str,
        secret: &str,
        at: Timestamp,
    ) -> Result<KeyId, IdentityError> {
        let credential = Credential::hmac(secret.as_bytes())?;
        let sealed = self.master.seal(secret.as_bytes(), public_id.as_bytes())?;
        let origin = Origin::api(Kind::Hmac, &sealed);
        self.add(terms, public_id, origin, credential, at).await
    }

    /// Issues a random id for a public key the user keeps the private half of, as SPKI PEM.
    ///
    /// # Errors
    /// When the PEM is no Ed25519 public key.
    pub async fn create_ed25519_key(
        &self,
        terms: &KeyTerms,
        pem: &str,
        at: Timestamp,
    ) -> Result<(KeyId, String), IdentityError> {
        let credential = Credential::ed25519(pem)?;
        let public_id = random::alphanumeric(PUBLIC_ID_CHARS)?;
        let origin = Origin::api(Kind::Ed25519, pem.as_bytes());
        let id = self.add(terms, &public_id, origin, credential, at).await?;
        Ok((id, public_id))
    }

    /// Issues a random id for an RSA public key the user keeps the private half of, as SPKI PEM.
    ///
    /// # Errors
    /// When the PEM is no RSA public key of 2048 to 4096 bits, `SigningUnsupported` when whole requests are to be signed.
    pub async fn create_rsa_key(
        &self,
        terms: &KeyTerms,
        pem: &str,
        at: Timestamp,
    ) -> Result<(KeyId, String), IdentityError> {
        let credential = Credential::rsa(pem)?;
        if terms.signing == Signing::Request {
            return Err(IdentityError::SigningUnsupported);
        }
        let public_id = random::alphanumeric(PUBLIC_ID_CHARS)?;
        let origin = Origin::api(Kind::Rsa, pem.as_bytes());
        let id = self.add(terms, &public_id, origin, credential, at).await?;
        Ok((id, public_id))
    }

    /// Issues a key for a browser that signed in, and the token that it is to send; the token is told this once.
    ///
    /// # Errors
    /// `PasswordStale` when the user has another password than the one that was compared.
    pub async fn create_browser_key(
        &self,
        terms: &KeyTerms,
        login: Option<NewLogin>,
        at: Timestamp,
    ) -> Result<(Arc<Key>, String), IdentityError> {
        let _turn = self.logins.lock().await;
        let token = browser::new_token()?;
        let public_id = random::alphanumeric(PUBLIC_ID_CHARS)?;
        let hash = TokenHash::of(&token);
        let login = match login {
            Some(new) => {
                let notice = self.visit_notice(&new.login).await?;
                Some((new, notice))
            }
            None => None,
        };
        let origin = Origin {
            kind: Kind::Browser,
            stored: hash.bytes(),
            login,
        };
        let credential = Credential::browser(hash);
        self.add(terms, &public_id, origin, credential, at).await?;
        let key = self.find_browser(&token, at);
        Ok((key.ok_or(IdentityError::KeyUnknown)?, token))
    }

    async fn add(
        &self,
        terms: &KeyTerms,
        public_id: &str,
        origin: Origin<'_>,
        credential: Credential,
        at: Timestamp,
    ) -> Result<KeyId, IdentityError> {
        if !is_public_id(public_id) {
            return Err(IdentityError::KeyMalformed);
        }
        let id = self
            .store
            .add_key(&NewRow {
                public_id,
                kind: origin.kind,
                credential: origin.stored,
                login: origin
                    .login
                    .as_ref()
                    .map(|(new, notice)| (new, visit(new, notice, at))),
                account: terms.account,
                label: &terms.label,
                scopes: terms.scopes,
                addresses: &terms.addresses,
                signing: terms.signing,
                created_at: at,
            })
            .await?;
        let facts = KeyFacts {
            id,
            public_id: public_id.to_owned(),
            account: terms.account,
            label: terms.label.clone(),
            scopes: terms.scopes,
            addresses: terms.addresses.clone(),
            signing: terms.signing,
            created_at: at,
            last_used: Timestamp::ZERO,
            bounds: KeyBounds::NONE,
            login: origin.login.map(|(new, _)| new.login),
            is_ended: false,
        };
        let key = Arc::new(Key::new(facts, credential));
        self.write_keys(|keys| keys.insert(key));
        Ok(id)
    }

    /// Returns the API key a client names, from memory.
    pub fn find(&self, public_id: &str) -> Option<Arc<Key>> {
        self.read_keys().api.get(public_id).cloned()
    }

    /// Returns the key of the browser that sends this token, from memory, unless it was idle for too long.
    pub fn find_browser(&self, token: &str, at: Timestamp) -> Option<Arc<Key>> {
        let hash = TokenHash::of(token);
        let key = self.read_keys().browsers.get(&hash).cloned();
        key.filter(|key| !key.has_ended(at))
    }

    /// Returns a key as it is now, which somebody may have changed since; an API key that is gone is returned as it was.
    pub fn refreshed(&self, key: &Arc<Key>) -> Arc<Key> {
        let keys = self.read_keys();
        let found = keys.api.get(&key.public_id);
        found.map_or_else(|| Arc::clone(key), Arc::clone)
    }

    /// Keeps a key as it was stored instead of what is known of it.
    pub(crate) fn keep_changed(&self, stored: StoredKey) -> Result<Arc<Key>, IdentityError> {
        let key = Arc::new(unseal(stored, &self.master)?);
        if let Some(former) = self.find(&key.public_id) {
            key.note_use(former.last_used());
        }
        self.write_keys(|keys| keys.insert(Arc::clone(&key)));
        Ok(key)
    }

    pub(crate) fn note_narrowed(&self, key: KeyId) {
        let mut narrowed = self.narrowed.lock().unwrap_or_else(PoisonError::into_inner);
        narrowed.push(key);
    }

    /// Returns the keys that may be used less than before, once.
    pub fn take_narrowed(&self) -> Vec<KeyId> {
        let mut narrowed = self.narrowed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut narrowed)
    }

    /// Returns every API key that is not revoked, by number.
    pub fn keys(&self) -> Vec<Arc<Key>> {
        by_number(self.read_keys().api.values())
    }

    /// Returns the numbers of the API keys that are not revoked and are such, in order.
    pub(crate) fn key_numbers(&self, is_such: impl Fn(&Key) -> bool) -> Vec<KeyId> {
        let keys = self.read_keys();
        let such = keys.api.values().filter(|key| is_such(key));
        let mut numbers: Vec<KeyId> = such.map(|key| key.id).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Returns the keys of an account's browsers, the oldest first.
    pub fn browsers(&self, account: AccountId) -> Vec<Arc<Key>> {
        let keys = self.read_keys();
        by_number(keys.browsers.values().filter(|key| key.account == account))
    }

    /// Returns the accounts at which somebody is signed in with a browser.
    pub(crate) fn accounts_with_browsers(&self) -> BTreeSet<AccountId> {
        let keys = self.read_keys();
        keys.browsers.values().map(|key| key.account).collect()
    }

    /// Returns the keys of browsers whose end the exchange is to be told.
    pub fn ended_browsers(&self, at: Timestamp) -> Vec<Arc<Key>> {
        by_number(
            self.read_keys()
                .browsers
                .values()
                .filter(|key| key.has_ended(at)),
        )
    }

    /// Returns the shared secret of a key.
    ///
    /// # Errors
    /// When there is no such key or it has no shared secret.
    pub async fn reveal_secret(&self, key: &Key) -> Result<String, IdentityError> {
        if !matches!(key.credential, Credential::Hmac(_)) {
            return Err(IdentityError::KeyMalformed);
        }
        let sealed = self.store.credential(key.id).await?;
        self.secret_of(&key.public_id, &sealed)
    }

    /// Opens the sealed secret of the key with this public id.
    pub(crate) fn secret_of(
        &self,
        public_id: &str,
        sealed: &[u8],
    ) -> Result<String, IdentityError> {
        let secret = self.master.open(sealed, public_id.as_bytes())?;
        String::from_utf8(secret).map_err(|_| IdentityError::Seal)
    }

    /// Forgets a key: it signs nothing from now on.
    ///
    /// # Errors
    /// When the database fails; the key is then still known.
    pub async fn revoke(&self, id: KeyId, at: Timestamp) -> Result<(), IdentityError> {
        self.store.revoke(id, at).await?;
        self.write_keys(|keys| keys.remove(id));
        Ok(())
    }

    /// Forgets every key and every browser of accounts.
    pub(crate) fn forget_keys(&self, accounts: &[AccountId]) {
        self.write_keys(|keys| {
            keys.api.retain(|_, key| !accounts.contains(&key.account));
            keys.browsers
                .retain(|_, key| !accounts.contains(&key.account));
        });
    }

    /// Ends every login of a user: from here on they are known to nobody.
    pub(crate) fn end_logins(&self, user: OwnerId) {
        let keys = self.read_keys();
        let is_of_user =
            |key: &&Arc<Key>| key.login.as_ref().is_some_and(|login| login.user == user);
        keys.browsers
            .values()
            .filter(is_of_user)
            .for_each(|key| key.end());
    }

    /// Writes down when the keys were last used, as far as they were used since `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_uses(&self, since: Timestamp) -> Result<(), IdentityError> {
        let browsers = by_number(self.read_keys().browsers.values());
        for key in self.keys().into_iter().chain(browsers) {
            if since < key.last_used() {
                self.store.note_use(key.id, key.last_used()).await?;
            }
        }
        Ok(())
    }

    /// Closes the database cleanly.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn read_keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_keys(&self, change: impl FnOnce(&mut Keys)) {
        change(&mut self.keys.write().unwrap_or_else(PoisonError::into_inner));
    }
}

fn visit<'a>(new: &NewLogin, notice: &'a Notice, at: Timestamp) -> NewVisit<'a> {
    NewVisit {
        device: device_of(&new.login),
        notice: NewMessage {
            recipient: &notice.recipient,
            subject: Subject::NewDevice,
            content: &notice.content,
            created_at: at,
        },
    }
}

fn by_number<'a>(keys: impl Iterator<Item = &'a Arc<Key>>) -> Vec<Arc<Key>> {
    let mut list: Vec<Arc<Key>> = keys.cloned().collect();
    list.sort_unstable_by_key(|key| key.id);
    list
}

/// Returns whether a text has the form of a key id: 64 letters and digits.
pub fn is_public_id(text: &str) -> bool {
    text.len() == PUBLIC_ID_CHARS && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn unseal(stored: StoredKey, master: &MasterKey) -> Result<Key, IdentityError> {
    let credential = match stored.kind {
        Kind::Hmac => {
            let owner = stored.facts.public_id.as_bytes();
            Credential::hmac(&master.open(&stored.credential, owner)?)?
        }
        Kind::Ed25519 => {
            let pem = core::str::from_utf8(&stored.credential);
            Credential::ed25519(pem.map_err(|_| IdentityError::KeyMalformed)?)?
        }
        Kind::Rsa => {
            let pem = core::str::from_utf8(&stored.credential);
            Credential::rsa(pem.map_err(|_| IdentityError::KeyMalformed)?)?
        }
        Kind::Browser => Credential::browser(TokenHash::from_bytes(&stored.credential)?),
    };
    Ok(Key::new(stored.facts, credential))
}
