//! How a report measures each part.

use crate::cli::{
    HISTORY_CONNECTIONS, HISTORY_RECORDS, HISTORY_REQUESTS, HISTORY_RUNS, HTTP_CONNECTIONS,
    HTTP_REQUESTS, HistoryArguments, HttpArguments, IDENTITY_CONNECTIONS, IDENTITY_LOGINS,
    IDENTITY_REQUESTS, IDENTITY_RUNS, IdentityArguments, MEMORY_COUNT, MemoryArguments,
    RECOVERY_COUNT, RECOVERY_RUNS, RECOVERY_TAIL, RECOVERY_TRADERS, RUNS_DEFAULT,
    RecoveryArguments, ReportArguments, WS_ORDERS_PER_S, WS_RUNS, WS_SECONDS, WS_SOCKETS,
    WS_TRADES_PER_S, WSAPI_CONNECTIONS, WSAPI_REQUESTS, WSAPI_WINDOW, WsArguments, WsapiArguments,
};

impl MemoryArguments {
    /// Returns how a report measures memory.
    pub fn of_report(report: &ReportArguments) -> MemoryArguments {
        MemoryArguments {
            count: MEMORY_COUNT,
            json: report.json,
            check: report.check,
        }
    }
}

impl RecoveryArguments {
    /// Returns how a report measures a start: with fewer commands where its flows are shorter, too.
    pub fn of_report(report: &ReportArguments) -> RecoveryArguments {
        RecoveryArguments {
            accounts: RECOVERY_COUNT,
            traders: RECOVERY_TRADERS,
            orders: RECOVERY_COUNT,
            tail: RECOVERY_TAIL.min(4 * report.records),
            runs: report.runs.min(RECOVERY_RUNS),
            json: report.json,
            check: report.check,
        }
    }
}

impl HistoryArguments {
    /// Returns how a report measures the history.
    pub fn of_report(report: &ReportArguments) -> HistoryArguments {
        HistoryArguments {
            records: HISTORY_RECORDS.min(report.records),
            seed: report.seed,
            live_per_s: None,
            connections: HISTORY_CONNECTIONS,
            requests: HISTORY_REQUESTS,
            runs: pairs(report, HISTORY_RUNS),
            json: report.json,
            check: report.check,
        }
    }
}

impl IdentityArguments {
    /// Returns how a report measures what users and keys cost.
    pub fn of_report(report: &ReportArguments) -> IdentityArguments {
        IdentityArguments {
            connections: IDENTITY_CONNECTIONS,
            requests: IDENTITY_REQUESTS,
            logins: IDENTITY_LOGINS,
            runs: pairs(report, IDENTITY_RUNS),
            json: report.json,
            check: report.check,
        }
    }
}

impl HttpArguments {
    /// Returns how a report measures orders over HTTP.
    pub fn of_report(report: &ReportArguments) -> HttpArguments {
        HttpArguments {
            connections: HTTP_CONNECTIONS,
            requests: HTTP_REQUESTS,
            runs: report.runs,
            json: report.json,
            check: report.check,
        }
    }
}

impl WsapiArguments {
    /// Returns how a report measures orders over the WebSocket API.
    pub fn of_report(report: &ReportArguments) -> WsapiArguments {
        WsapiArguments {
            connections: WSAPI_CONNECTIONS,
            window: WSAPI_WINDOW,
            requests: WSAPI_REQUESTS,
            runs: report.runs,
            json: report.json,
            check: report.check,
        }
    }
}

impl WsArguments {
    /// Returns how a report measures streams.
    pub fn of_report(report: &ReportArguments) -> WsArguments {
        WsArguments {
            sockets: WS_SOCKETS,
            orders_per_s: WS_ORDERS_PER_S,
            trades_per_s: WS_TRADES_PER_S,
            seconds: WS_SECONDS,
            runs: report.runs.min(WS_RUNS),
            json: report.json,
            check: report.check,
        }
    }
}

/// Pairs of runs vary more than rounds: there are as many as it takes, unless a report has few runs of anything.
fn pairs(report: &ReportArguments, runs: u32) -> u32 {
    if report.runs < RUNS_DEFAULT {
        report.runs
    } else {
        runs
    }
}
