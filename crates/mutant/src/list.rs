//! Planted bugs and what each breaks; those of some parts stand in lists of their own.

use crate::planted::{Mutant, bug};

/// In the order of the crates an order passes through.
pub const ALL: &[Mutant] = &[
    bug(
        "fee-rounds-down",
        "a fee is rounded in favour of whoever pays it",
    ),
    bug(
        "rebate-rounds-up",
        "a rebate is rounded in favour of whoever gets it",
    ),
    bug(
        "rebate-beyond-its-fee",
        "a rebate is larger than the fee that pays it",
    ),
    bug(
        "maker-pays-the-takers-rate",
        "the maker is charged at the rate of takers",
    ),
    bug(
        "improvement-kept",
        "a fill below the limit gives nothing back",
    ),
    bug("dust-sold", "a part of a lot is sold as a whole one"),
    bug(
        "budget-overspent",
        "a quote amount buys a lot it cannot pay",
    ),
    bug(
        "band-rounds-outward",
        "a price just outside its band is accepted",
    ),
    bug(
        "band-overrun",
        "a taker meets makers outside the execution band",
    ),
    bug(
        "average-never-forgets",
        "trades older than five minutes stay in the average",
    ),
    bug("newest-first", "the newest order of a level is taken first"),
    bug("limit-excluded", "a taker meets no maker at its limit"),
    bug(
        "self-trade-by-mark",
        "groups that share a mark are taken for one",
    ),
    bug(
        "decrement-takes-the-maker",
        "the decrement mode ends the maker instead of shrinking it",
    ),
    bug(
        "strategy-wants-trading",
        "an order that has nothing but a strategy is refused where no order may wait or hide",
    ),
    bug(
        "refill-keeps-its-place",
        "an iceberg that shows its next lots stays first in its queue",
    ),
    bug(
        "probe-misses-what-is-hidden",
        "a taker that measures the book counts only what is on display",
    ),
    bug(
        "cancelled-order-still-found",
        "an order that left the book is still in its index",
    ),
    bug(
        "amend-leaves-the-book",
        "an amended order keeps its quantity on the book",
    ),
    bug(
        "emptied-level-stays",
        "a level without orders stays the best",
    ),
    bug(
        "fee-leg-missing",
        "a fee is taken from the receiver and given to nobody",
    ),
    bug(
        "paid-to-the-payer",
        "what a trade moves ends on the account it came from",
    ),
    bug("hold-not-released", "an order that ends keeps its hold"),
    bug(
        "withdrawal-fee-unbooked",
        "the fee of a withdrawal is earned by nobody",
    ),
    bug(
        "deposit-stays-pending",
        "a final deposit is booked on the wrong chain account",
    ),
    bug(
        "transfer-to-the-payer",
        "a transfer ends on the account it came from",
    ),
    bug(
        "expired-request-taken",
        "a request is carried out after its time",
    ),
    bug(
        "refusal-forgotten",
        "a refused request is not remembered under its key",
    ),
    bug(
        "other-body-repeated",
        "another request under a known key is answered as a repetition",
    ),
    bug(
        "result-forgotten-early",
        "an answered key is forgotten before its day is over",
    ),
    bug("revoked-key-signs", "a revoked key still acts"),
    bug(
        "restricted-account-amends",
        "an account that may not trade amends its orders",
    ),
    bug("phase-unchecked", "a market takes orders in every phase"),
    bug(
        "notional-unchecked",
        "a limit order below the smallest value is taken",
    ),
    bug(
        "one-open-order-too-many",
        "the limit of open orders is one too high",
    ),
    bug(
        "position-without-open-buys",
        "the position limit does not count open buys",
    ),
    bug(
        "client-id-taken-twice",
        "two open orders of an account bear one client id",
    ),
    bug(
        "fill-or-kill-fills-partly",
        "a fill-or-kill order takes what there is",
    ),
    bug(
        "foreign-order-cancelled",
        "an account cancels the order of another",
    ),
    bug(
        "halted-market-cancels",
        "a market that is closed to cancels takes one",
    ),
    bug(
        "cancel-all-newest-first",
        "a mass cancel goes from the newest order to the oldest",
    ),
    bug("cancel-keeps-the-hold", "a cancelled order keeps its hold"),
    bug(
        "amend-releases-what-stays",
        "an amended order gets the hold of what is left of it",
    ),
    bug(
        "amend-to-what-was-filled",
        "an order is amended to exactly what was executed of it",
    ),
    bug(
        "replace-goes-on",
        "a failed cancel does not stop the order that was to replace",
    ),
    bug(
        "improvement-denied",
        "a taker pays its own limit instead of the price of the maker",
    ),
    bug(
        "last-price-not-kept",
        "a trade does not become the last price",
    ),
    bug(
        "prevented-maker-keeps-its-hold",
        "a maker that self-trade prevention ends keeps its hold",
    ),
    bug(
        "parked-keeps-its-hold",
        "a waiting order that ends keeps its hold",
    ),
    bug(
        "met-trigger-waits",
        "an order whose trigger is met already is taken and waits",
    ),
    bug("due-newest-first", "the newest due order starts first"),
    bug(
        "due-without-end",
        "one command starts every due order, however many",
    ),
    bug(
        "due-starts-in-any-phase",
        "due orders start in a market that is not continuous",
    ),
    bug(
        "extreme-follows-the-market",
        "the extreme of a trail moves with the price in both directions",
    ),
    bug(
        "restored-trail-forgets",
        "after a start a trail tracks from the last price",
    ),
    bug(
        "triggered-keeps-its-old-hold",
        "an order that starts keeps what it held while it waited",
    ),
    bug(
        "peg-takes-the-other-side",
        "a pegged order takes its price from the wrong side of the book",
    ),
    bug(
        "peg-follows-a-level-too-far",
        "a pegged order takes the price of the level behind its own",
    ),
    bug(
        "withdraw-from-anywhere",
        "a key that may withdraw is made without addresses",
    ),
    bug(
        "challenge-of-any-parameters",
        "an answer to a challenge counts for other parameters of the act",
    ),
    bug(
        "passkey-signature-unchecked",
        "whatever names a passkey signs in as its user",
    ),
    bug(
        "passkey-of-any-challenge",
        "what a passkey once signed counts for every challenge",
    ),
    bug(
        "passkey-without-its-user",
        "a passkey counts though its authenticator did not verify the user",
    ),
    bug(
        "passkey-copy-taken",
        "a passkey counts though its counter has not risen",
    ),
    bug(
        "held-payout-made",
        "a withdrawal is taken while payouts are held",
    ),
    bug(
        "frozen-by-the-master-trades",
        "a sub-account that its master has frozen places orders",
    ),
    bug(
        "named-account-ignored",
        "an order that names another account is placed for that of its key",
    ),
    bug(
        "anybody-audits",
        "a user reads accounts of others without their leave",
    ),
    bug(
        "sub-account-pays-anybody",
        "a key of a sub-account pays other sub-accounts",
    ),
    bug(
        "transfer-between-owners",
        "money is transferred to an account of another owner",
    ),
    bug(
        "closing-with-a-balance",
        "an account is closed while there is money in it",
    ),
    bug(
        "hold-of-payouts-shortened",
        "a hold of payouts can be made to end sooner",
    ),
    bug(
        "countdown-cannot-be-ended",
        "a countdown runs out though its owner has ended it",
    ),
    bug(
        "countdown-leaves-what-waits",
        "a countdown that ran out cancels only what is on the book",
    ),
    bug(
        "iceberg-shows-all",
        "an iceberg rests with everything on display",
    ),
    bug(
        "partner-outlives-a-fill",
        "the other leg of a pair lives on when one trades",
    ),
    bug("pair-holds-twice", "both legs of a pair hold all they need"),
    bug(
        "pair-holds-too-little",
        "a pair holds what its cheaper leg needs",
    ),
    bug(
        "pending-starts-unfilled",
        "a pending leg starts whatever became of its working leg",
    ),
    bug(
        "activated-trigger-waits",
        "a leg whose trigger is met already waits for another trade",
    ),
    bug(
        "cancelled-leg-leaves-its-list",
        "the other legs of a list outlive one that is cancelled",
    ),
    bug(
        "deposit-credited-twice",
        "a deposit that comes again is credited again",
    ),
    bug(
        "withdrawal-ends-twice",
        "a withdrawal that was cancelled is settled as well",
    ),
    bug(
        "self-approval-taken",
        "an operator approves what they proposed",
    ),
    bug(
        "adjustment-beyond-equity",
        "operators give away more than the exchange owns",
    ),
    bug(
        "operator-signature-unchecked",
        "whoever names the key of an operator is that operator",
    ),
    bug(
        "operator-nonce-forgotten",
        "a request of an operator that was heard can be sent again",
    ),
    bug(
        "operator-role-unchecked",
        "an operator reads what their roles do not allow",
    ),
    bug(
        "own-proposal-approved",
        "the office lets operators approve what they proposed",
    ),
    bug(
        "other-digest-approved",
        "an operator approves something else than they saw",
    ),
    bug(
        "snapshot-without-approvals",
        "a snapshot leaves out which proposals were answered",
    ),
    bug(
        "snapshot-without-results",
        "a snapshot leaves out the answered keys",
    ),
    bug(
        "snapshot-without-average",
        "a snapshot leaves out the five-minute average",
    ),
    bug(
        "snapshot-without-the-last-price",
        "a snapshot leaves out the last price of a market",
    ),
    bug(
        "checksum-unchecked",
        "a frame is believed without its checksum",
    ),
    bug(
        "chain-unchecked",
        "a frame may follow another than the one it names",
    ),
    bug(
        "packed-block-unchecked",
        "what comes out of a packed block is believed",
    ),
    bug(
        "packed-before-it-is-named",
        "a file is removed before the name of its packed form is durable",
    ),
    bug(
        "place-unchecked",
        "a frame is believed at a place it was not written for",
    ),
    bug(
        "journal-not-synced",
        "a batch is acknowledged without a sync",
    ),
    bug(
        "old-segment-not-synced",
        "a new segment begins before the old one is durable",
    ),
    bug(
        "segment-header-not-synced",
        "a segment has its name before its header is durable",
    ),
    bug(
        "segment-name-not-synced",
        "the directory is not synced after a segment got its name",
    ),
    bug(
        "failed-sync-retried",
        "the journal goes on after a failed sync",
    ),
    bug(
        "short-write-ignored",
        "a write that did half counts as whole",
    ),
    bug(
        "watermark-unchecked",
        "a journal that ends before its watermark opens",
    ),
    bug(
        "watermark-not-synced",
        "the watermark is written and not synced",
    ),
    bug(
        "newer-slot-overwritten",
        "the watermark overwrites the newer of its slots",
    ),
    bug(
        "closed-journal-unchecked",
        "a journal that was closed may lose its end",
    ),
    bug(
        "stray-frame-unseen",
        "a foreign frame in the tail is taken for a crash",
    ),
    bug(
        "torn-tail-kept",
        "recovery leaves the torn tail on the disk",
    ),
    bug(
        "unsure-frames-not-rewritten",
        "recovery trusts that frames after the watermark are on the disk",
    ),
    bug(
        "epoch-not-counted",
        "two openings of a journal bear one number",
    ),
    bug(
        "directory-order-trusted",
        "segments are read in the order the directory lists them",
    ),
    bug(
        "missing-segment-unseen",
        "a missing middle segment is taken for the end of the log",
    ),
    bug(
        "first-frame-not-replayed",
        "a replay from a snapshot skips the first frame after it",
    ),
    bug("snapshot-hash-unchecked", "a damaged snapshot is loaded"),
    bug(
        "damaged-snapshot-counted",
        "the last sound snapshots are removed while damaged ones stay",
    ),
    bug(
        "snapshot-not-synced",
        "a snapshot gets its name before it is durable",
    ),
    bug(
        "acknowledged-before-sync",
        "a batch goes to the core before the sync that covers it",
    ),
    bug(
        "clock-runs-back",
        "the time of commands follows a clock that was set back",
    ),
    bug("mass-cancel-shed", "a full disk sheds mass cancels"),
    bug(
        "reserve-unused",
        "cancels do not use the reserve of a full disk",
    ),
    bug(
        "marked-order-panics",
        "an order of a certain name stops the exchange: the drill of commands that cannot be applied wakes it, too",
    ),
    bug(
        "events-of-the-whole-batch",
        "a command is answered with the events of those before it",
    ),
    bug(
        "clock-forgotten",
        "after a start the clock may stand before the last command",
    ),
    bug(
        "update-id-skipped",
        "a level changes without a new update number",
    ),
    bug(
        "update-ids-start-again",
        "update numbers start again after a restart",
    ),
    bug(
        "balance-misses-a-release",
        "a balance shows money as held that no order holds",
    ),
    bug(
        "balance-misses-the-rebate",
        "a balance does not show the rebate",
    ),
    bug(
        "off-grid-truncated",
        "a price between two ticks is rounded instead of refused",
    ),
    bug("late-request-taken", "a request counts after its window"),
    bug("early-request-taken", "a request from the future counts"),
    bug(
        "signature-not-compared",
        "any signature of the right length is the right one",
    ),
    bug(
        "rsa-signature-unchecked",
        "anything in base64 is the signature of an RSA key",
    ),
    bug("address-not-compared", "a key answers to every address"),
    bug("scope-unchecked", "a key that may only read places orders"),
    bug(
        "foreign-order-shown",
        "an account reads the order of another",
    ),
    bug("newest-request-first", "a later request is answered first"),
    bug(
        "ticket-answers-another",
        "a late answer reaches whoever has the slot now",
    ),
    bug(
        "common-password-taken",
        "a password that everybody tries first may be chosen",
    ),
    bug("near-words-taken", "one's own address may be the password"),
    bug(
        "encoded-body-read",
        "a packed body is read as if it were none",
    ),
    bug("any-body-is-a-form", "a body of JSON is read as a form"),
    bug(
        "attempts-not-counted",
        "an address may try as many passwords as it likes",
    ),
    bug(
        "idle-for-ever",
        "a session lives on that nobody uses any more",
    ),
    bug(
        "code-counts-twice",
        "a code of a second factor may be used again",
    ),
    bug("password-not-compared", "any password is the right one"),
    bug(
        "foreign-origin-taken",
        "a page of another origin asks in the name of whoever reads it",
    ),
    bug(
        "foreign-name-taken",
        "a page whose name was turned to this machine reads what pages of the exchange read",
    ),
    bug(
        "connections-of-one",
        "one address holds as many connections as it likes",
    ),
    bug("bans-forgotten", "a crowd of strangers lifts every ban"),
    bug("known-devices-as-strangers", "strangers use up all resets"),
    bug(
        "strangers-lock-out",
        "whoever fails to sign in elsewhere makes the user wait everywhere",
    ),
    bug(
        "notification-unasked",
        "streams tell notifications that nobody asked for",
    ),
    bug(
        "notifications-for-keys",
        "an API key is told what is for the pages of its user",
    ),
    bug(
        "csrf-unchecked",
        "a browser's request needs no token that only own pages can read",
    ),
    bug(
        "event-log-left-behind",
        "a start from a snapshot that the event log does not reach leaves a gap in it",
    ),
    bug(
        "pair-beyond-its-limit",
        "a pair is taken whose limit the market has passed already",
    ),
    bug(
        "login-for-any-key",
        "a socket that logged on with one key asks in the name of any",
    ),
    bug(
        "socket-signature-unchecked",
        "any signature of a request over a socket is the right one",
    ),
    bug(
        "foreign-listen-key-taken",
        "an account ends the listen key of another",
    ),
    bug(
        "listen-key-unwritten",
        "a listen key that is given up is good again after a restart",
    ),
    bug(
        "event-before-stands-still",
        "every event of a stream is said to follow the first one",
    ),
    bug(
        "revoked-key-listens",
        "a stream goes on by the right of a key that was revoked",
    ),
    bug(
        "end-of-order-untold",
        "the last fill of an order leaves it open in user data",
    ),
    bug(
        "cancel-without-its-name",
        "user data calls a cancel by the name of its order",
    ),
    bug("depth-told-twice", "a depth stream tells old changes again"),
    bug("weight-not-counted", "requests of an address weigh nothing"),
    bug(
        "rebate-not-in-the-history",
        "a maker's fill has no rebate once it is old",
    ),
    bug(
        "entry-misses-the-rebate",
        "the entries of a maker leave its rebate out",
    ),
    bug(
        "closed-order-open-in-history",
        "an order that ended is open in the history",
    ),
    bug(
        "history-over-the-views",
        "an order is answered as the history had it, though the views know more",
    ),
    bug(
        "formula-in-a-file",
        "a spreadsheet calculates what a stranger wrote",
    ),
    bug(
        "cursor-not-bound",
        "a cursor of one account's list opens the list of another",
    ),
    bug(
        "history-behind-unseen",
        "old rows are left out while the history has not come so far",
    ),
    bug("history-never-waits", "nothing makes the history wait"),
    bug(
        "foreign-history-kept",
        "a history of other events is folded on",
    ),
    bug(
        "mail-never-noted",
        "a message that was sent is sent again, and again",
    ),
    bug(
        "notices-without-their-place",
        "what the event log tells is told again after a restart",
    ),
    bug(
        "new-device-untold",
        "a login from a new browser is not told to its user",
    ),
    bug(
        "wider-key-without-proof",
        "an API key is made to do more by a session alone",
    ),
    bug(
        "later-end-without-proof",
        "an API key gets a later end by a session alone",
    ),
    bug(
        "ended-key-lives-again",
        "a key whose end has come is given another one",
    ),
    bug(
        "key-weight-not-counted",
        "the limit that a user set for a key is not kept",
    ),
    bug(
        "foreign-master-key-taken",
        "a key file without the key that seals is taken over",
    ),
    bug(
        "master-key-retired-early",
        "a former master key retires while requests that sealed under it are under way",
    ),
    bug(
        "email-change-without-hold",
        "another address holds no payouts",
    ),
    bug(
        "approval-of-any-digest",
        "an operator's passkey approves another digest than it signed",
    ),
    bug("approval-without-passkey", "a session alone approves"),
    bug("approved-sent-twice", "a proposal is sent twice"),
    bug("passkey-without-passkey", "a session alone adds a passkey"),
    bug("level-without-passkey", "a session alone grants a level"),
    bug(
        "settled-without-passkey",
        "a session alone says that a payout is final",
    ),
    bug(
        "list-head-unread",
        "the columns of a list that is brought are not looked at",
    ),
    bug(
        "key-beside-passkey",
        "the key file of an operator approves beside a passkey",
    ),
    bug("one-approval-suffices", "one of two approvals is enough"),
    bug(
        "older-log-anchored",
        "an audit log that went back is forgotten once it is longer",
    ),
    bug(
        "operator-session-for-ever",
        "sessions of operators never end",
    ),
    bug(
        "operator-csrf-unchecked",
        "pages of others act in the session of an operator",
    ),
    bug(
        "version-unchecked",
        "a document is replaced whatever version was read",
    ),
    bug(
        "json-depth-unbounded",
        "JSON from outside is as deep as it likes",
    ),
    bug(
        "unverified-owner-trades",
        "an order is taken whatever the level of the owner",
    ),
    bug(
        "allowance-not-held",
        "more is withdrawn than the level of the owner allows",
    ),
    bug(
        "half-answer-is-clean",
        "an answer of the scanner of viruses that only begins well is taken for one",
    ),
    bug(
        "scanner-open",
        "an upload is taken while the scanner of viruses does not answer",
    ),
    bug("pixels-uncounted", "a picture of any size is decoded"),
    bug(
        "blocked-country-served",
        "somebody of a blocked country may apply",
    ),
    bug(
        "documents-unneeded",
        "an application is handed in without its documents",
    ),
    bug(
        "match-approved-by-one",
        "what something speaks against is approved by one person",
    ),
    bug(
        "provider-signature-unchecked",
        "anybody may say what a provider found",
    ),
    bug("call-leads-inside", "a name leads a call into this network"),
    bug(
        "file-forgets-the-first-update",
        "a file of depth changes says that they begin later than they do",
    ),
    bug(
        "file-flat-at-the-open",
        "a file has empty candles at another price than the last",
    ),
    bug(
        "hidden-file-served",
        "whoever knows its name gets a file that is not finished",
    ),
    bug(
        "amendment-after-itself",
        "the history says that an amendment changed nothing",
    ),
];
