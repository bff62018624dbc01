//! The bugs that are planted where orders get other terms.

use crate::planted::{Mutant, bug};

/// Those of amendments.
pub const ALL: &[Mutant] = &[
    bug(
        "amend-guard-ignored",
        "an order is amended although it has executed more than the request knows",
    ),
    bug(
        "requeued-keeps-its-old-hold",
        "an order that gets other terms holds for the old ones, too",
    ),
    bug(
        "requeued-forgets-its-fills",
        "an order that gets other terms loses what it had executed",
    ),
    bug(
        "requeued-stays-in-its-level",
        "the depth shows an amended order where it was, too",
    ),
    bug(
        "fills-before-an-amendment-lost",
        "an order that took once it was amended shows no fills from before",
    ),
    bug(
        "requeued-shows-all",
        "an iceberg that gets other terms shows all of itself",
    ),
    bug(
        "amended-to-a-met-trigger",
        "an order that waits is amended to a price that the market is at",
    ),
    bug(
        "amended-trigger-stays",
        "an order that waits starts at the price it had before its amendment",
    ),
    bug(
        "amended-waits-with-its-old-hold",
        "an order that is amended while it waits holds what it held",
    ),
    bug(
        "views-keep-the-old-trigger",
        "an order that waits shows the price it waited for before its amendment",
    ),
    bug(
        "one-leg-of-a-pair-shrinks",
        "one leg of a pair gets another quantity than the other",
    ),
    bug(
        "amended-past-its-partner",
        "a leg of a pair is amended to the wrong side of the other",
    ),
    bug(
        "partner-keeps-its-part",
        "a pair of which one leg is amended holds for the old price of that leg",
    ),
    bug(
        "amended-leg-leaves-its-list",
        "a leg that queues again forgets that it is one",
    ),
    bug(
        "views-keep-the-old-part",
        "an iceberg shows its owner another part than it does on the book",
    ),
];
