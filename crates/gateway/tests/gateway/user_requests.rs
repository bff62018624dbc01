//! What somebody who is a user asks on the pages of the exchange, one after the other.

/// Method, path and form; the first begins a session.
pub const OF_USERS: &[(&str, &str, &str)] = &[
    (
        "POST",
        "/v1/login",
        "email=ann%40example.test&password=thirteen+chars",
    ),
    (
        "PUT",
        "/v1/preferences",
        "name=language&value=%22zh-CN%22&version=0",
    ),
    ("GET", "/v1/preferences", ""),
    (
        "POST",
        "/v1/antiPhishingCode",
        "password=thirteen+chars&code=red+fox",
    ),
    ("GET", "/v1/antiPhishingCode", ""),
    ("GET", "/v1/notifications", ""),
    ("POST", "/v1/notifications/read", "untilId=1"),
    ("GET", "/v1/notifications/settings", ""),
    (
        "PUT",
        "/v1/notifications/settings",
        "kind=FILLS&isKept=true&isMailed=false",
    ),
    (
        "POST",
        "/v1/alerts",
        "symbol=BTCUSDT&direction=ABOVE&price=100",
    ),
    ("GET", "/v1/alerts", ""),
    ("DELETE", "/v1/alerts", ""),
];
