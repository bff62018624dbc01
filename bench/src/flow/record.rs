//! One 32-byte record of a flow.

use thiserror::Error;

/// The size of one encoded record.
pub const RECORD_BYTES: usize = 32;

/// What a record asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A limit order whose remainder rests.
    GoodTillCancel = 1,
    /// A limit order whose remainder is dropped.
    ImmediateOrCancel = 2,
    /// Takes a resting order out of the book.
    Cancel = 3,
    /// Cancels a resting order and places it again at a new price; its priority is lost.
    Move = 4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Buy = 0,
    Sell = 1,
}

impl Side {
    pub fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }
}

/// **Shape**: 32 bytes in memory as in the file, so that reading a flow in order costs the same
/// for every measured stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    pub operation: Operation,
    /// On a cancel and a move too: the side of the order named.
    pub side: Side,
    /// From 0.
    pub symbol: u16,
    /// From 1.
    pub account: u32,
    /// Rises in arrival order and is unique over all symbols, but is not dense.
    pub order_id: u64,
    /// On a cancel, the price of the order named.
    pub price_ticks: i64,
    /// On a cancel and a move, what is left of the order named.
    pub quantity_lots: u32,
}

const _: () = assert!(size_of::<Record>() == RECORD_BYTES);

/// Why 32 bytes are not a record.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RecordFault {
    #[error("operation {0} is none of 1 to 4")]
    Operation(u8),
    #[error("side {0} is neither 0 nor 1")]
    Side(u8),
    #[error("the last four bytes hold {0}, not 0")]
    Reserved(u32),
    #[error("symbol {symbol} is not below the header's {symbols}")]
    Symbol { symbol: u16, symbols: u32 },
    #[error("account {account} is not in 1..={accounts}")]
    Account { account: u32, accounts: u32 },
    #[error("order id {order_id} is not below the header's {order_id_end}")]
    OrderId { order_id: u64, order_id_end: u64 },
    #[error("price {price_ticks} is outside the header's {low_ticks}..={high_ticks}")]
    Price {
        price_ticks: i64,
        low_ticks: i64,
        high_ticks: i64,
    },
    #[error("quantity is 0")]
    Quantity,
}

impl Record {
    /// Returns the record as it stands in a file.
    pub fn encode(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[0] = self.operation as u8;
        bytes[1] = self.side as u8;
        bytes[2..4].copy_from_slice(&self.symbol.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.account.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.order_id.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.price_ticks.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.quantity_lots.to_le_bytes());
        bytes
    }

    /// Returns the record that `bytes` hold.
    ///
    /// # Errors
    /// The field that no record can have. Fields bounded by the header are checked there.
    pub fn decode(bytes: &[u8; RECORD_BYTES]) -> Result<Record, RecordFault> {
        match u32::from_le_bytes(field(bytes, 28)) {
            0 => {}
            other => return Err(RecordFault::Reserved(other)),
        }
        Ok(Record {
            operation: operation(bytes[0])?,
            side: side(bytes[1])?,
            symbol: u16::from_le_bytes(field(bytes, 2)),
            account: u32::from_le_bytes(field(bytes, 4)),
            order_id: u64::from_le_bytes(field(bytes, 8)),
            price_ticks: i64::from_le_bytes(field(bytes, 16)),
            quantity_lots: u32::from_le_bytes(field(bytes, 24)),
        })
    }
}

fn operation(byte: u8) -> Result<Operation, RecordFault> {
    match byte {
        1 => Ok(Operation::GoodTillCancel),
        2 => Ok(Operation::ImmediateOrCancel),
        3 => Ok(Operation::Cancel),
        4 => Ok(Operation::Move),
        other => Err(RecordFault::Operation(other)),
    }
}

fn side(byte: u8) -> Result<Side, RecordFault> {
    match byte {
        0 => Ok(Side::Buy),
        1 => Ok(Side::Sell),
        other => Err(RecordFault::Side(other)),
    }
}

fn field<const N: usize>(bytes: &[u8; RECORD_BYTES], offset_bytes: usize) -> [u8; N] {
    *bytes[offset_bytes..]
        .first_chunk()
        .expect("every field lies inside the record")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVE: Record = Record {
        operation: Operation::Move,
        side: Side::Sell,
        symbol: 0x0201,
        account: 0x0605_0403,
        order_id: 0x0e0d_0c0b_0a09_0807,
        price_ticks: -2,
        quantity_lots: 0x1413_1211,
    };

    #[test]
    fn a_record_lies_in_the_file_as_the_format_says() {
        let mut expected = vec![4, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
        expected.extend([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        expected.extend([0x11, 0x12, 0x13, 0x14, 0, 0, 0, 0]);
        assert_eq!(MOVE.encode().to_vec(), expected);
    }

    #[test]
    fn a_record_survives_the_round_trip() {
        assert_eq!(Record::decode(&MOVE.encode()), Ok(MOVE));
    }

    #[test]
    fn impossible_bytes_are_refused_by_field() {
        let check = |offset_bytes: usize, byte: u8, fault: RecordFault| {
            let mut bytes = MOVE.encode();
            bytes[offset_bytes] = byte;
            assert_eq!(Record::decode(&bytes), Err(fault));
        };
        check(0, 0, RecordFault::Operation(0));
        check(0, 5, RecordFault::Operation(5));
        check(1, 2, RecordFault::Side(2));
        check(28, 9, RecordFault::Reserved(9));
    }
}
