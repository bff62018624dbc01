//! What answers about incidents are made of.

use crate::description::shape::Shape::{Count, Flag, List, One, OrNull, Text, Time, Word};
use crate::description::shape::{Record, field, record};

/// What those answers consist of, by name.
pub const RECORDS: &[Record] = &[
    record(
        "Incident",
        "A trouble, or a work that is planned, as operators tell of it.",
        &[&[
            field("id", Count, "A later one has a greater number."),
            field("kind", Word(&["INCIDENT", "MAINTENANCE"]), ""),
            field("title", Text, ""),
            field("state", Word(INCIDENT_STATES), ""),
            field("isOver", Flag, "Whether nothing follows."),
            field("beginsAt", Time, "Of planned work, when it is to begin."),
            field(
                "endsAt",
                OrNull(&Time),
                "When it has ended; of planned work, when it is to end.",
            ),
            field("updates", List(&One("IncidentUpdate")), "The oldest first."),
        ]],
    ),
    record(
        "IncidentUpdate",
        "What was told at a moment.",
        &[&[
            field("at", Time, ""),
            field("state", Word(INCIDENT_STATES), ""),
            field("text", Text, ""),
        ]],
    ),
];

const INCIDENT_STATES: &[&str] = &[
    "INVESTIGATING",
    "IDENTIFIED",
    "MONITORING",
    "RESOLVED",
    "SCHEDULED",
    "IN_PROGRESS",
    "COMPLETED",
    "CANCELLED",
];
