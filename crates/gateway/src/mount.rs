//! What answers a path of the public listener, before the table of routes is asked.

use crate::files::is_file_path;
use crate::site::is_page_path;
use crate::ws::routes::is_stream;
use crate::ws_api::routes::is_ws_api;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mount {
    /// Sockets of streams.
    Streams,
    /// Sockets of the WebSocket API.
    Requests,
    /// Market-data files.
    Files,
    /// Pages of the site; its files lie beside them and beside the routes.
    Pages,
    /// The table of routes.
    Routes,
}

impl Mount {
    pub const ALL: [Mount; 5] = [
        Mount::Streams,
        Mount::Requests,
        Mount::Files,
        Mount::Pages,
        Mount::Routes,
    ];

    /// Returns who answers a path.
    pub fn of(path: &str) -> Mount {
        if is_stream(path) {
            Mount::Streams
        } else if is_ws_api(path) {
            Mount::Requests
        } else if is_file_path(path) {
            Mount::Files
        } else if is_page_path(path) {
            Mount::Pages
        } else {
            Mount::Routes
        }
    }
}
