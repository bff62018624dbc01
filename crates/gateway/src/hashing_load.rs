//! How busy the threads are that hash passwords, as figures for alerts.

use core::fmt::Write;

use identity::hashing::Load;

/// Appends what waits, what was done by which thread, and who was turned away.
pub fn write(load: Load, text: &mut String) {
    let Load {
        waiting,
        waiting_max,
        by_first,
        by_second,
        turned_away,
        shortest,
    } = load;
    let shortest_ms = shortest.map_or(0, |shortest| shortest.as_millis());
    let _ = write!(
        text,
        "# HELP bourse_identity_hash_queue_depth passwords that wait to be hashed\n\
         # TYPE bourse_identity_hash_queue_depth gauge\n\
         bourse_identity_hash_queue_depth {waiting}\n\
         # HELP bourse_identity_hash_queue_depth_max how many may wait\n\
         # TYPE bourse_identity_hash_queue_depth_max gauge\n\
         bourse_identity_hash_queue_depth_max {waiting_max}\n\
         # HELP bourse_identity_hashes_total passwords hashed: idle, by what nothing else wants; late, again since that took too long\n\
         # TYPE bourse_identity_hashes_total counter\n\
         bourse_identity_hashes_total{{by=\"idle\"}} {by_first}\n\
         bourse_identity_hashes_total{{by=\"late\"}} {by_second}\n\
         # HELP bourse_identity_hashes_turned_away_total requests refused since the queue was full\n\
         # TYPE bourse_identity_hashes_turned_away_total counter\n\
         bourse_identity_hashes_turned_away_total {turned_away}\n\
         # HELP bourse_identity_hash_shortest_milliseconds the quickest hash since the start, 0 before the first: below 100 a guess is cheap here\n\
         # TYPE bourse_identity_hash_shortest_milliseconds gauge\n\
         bourse_identity_hash_shortest_milliseconds {shortest_ms}\n"
    );
}
