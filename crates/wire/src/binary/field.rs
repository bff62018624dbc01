//! One definition for both directions: what a value is in bytes, and what it is in a dump.
//!
//! `layout!` lists the fields of a struct, `choice!` the variants of an enum. Encoder, decoder and dump come from
//! the same list, so they cannot drift apart, and a field or variant that `model` gains does not compile until it
//! has its place here.

use super::codec::{DecodeError, Reader};
use super::json_line::Line;

/// A value with one encoding.
pub(crate) trait Field: Sized {
    /// No encoding is shorter.
    const BYTES_MIN: usize;

    fn put(&self, out: &mut Vec<u8>);

    /// # Errors
    /// When the next bytes are not the encoding of a legal value.
    fn take(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// A boxed value has the encoding of the value.
impl<T: Field> Field for Box<T> {
    const BYTES_MIN: usize = T::BYTES_MIN;

    fn put(&self, out: &mut Vec<u8>) {
        T::put(self, out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Box<T>, DecodeError> {
        T::take(reader).map(Box::new)
    }
}

/// A value that a person can read.
pub(crate) trait Show {
    fn show(&self, line: &mut Line);
}

impl<T: Show> Show for Box<T> {
    fn show(&self, line: &mut Line) {
        T::show(self, line);
    }
}

/// An enum whose variants have numbers.
pub(crate) trait Choice: Sized {
    /// The number of a variant, or number and version.
    type Code: Code;

    /// Every code this binary reads.
    const CODES: &'static [Self::Code];

    /// What errors call the enum.
    const EXPECTED: &'static str;

    fn code(&self) -> Self::Code;

    fn put_body(&self, out: &mut Vec<u8>);

    /// Takes the fields of the variant whose code was the last thing read.
    ///
    /// # Errors
    /// When no variant has this code, or the next bytes are not its fields.
    fn take_body(code: Self::Code, reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    fn name(&self) -> &'static str;

    /// Shows the fields as members of the object that is open.
    fn show_members(&self, line: &mut Line);
}

/// What tells variants apart.
pub(crate) trait Code: Copy + 'static {
    /// Returns the refusal of a code that is not among the `known`; `offset` is that of the byte after it.
    fn unknown(self, known: &[Self], expected: &'static str, offset: usize) -> DecodeError;
}

/// The number of a variant inside a record: one byte.
impl Code for u8 {
    #[cold]
    fn unknown(self, _known: &[u8], expected: &'static str, offset: usize) -> DecodeError {
        DecodeError::UnknownType {
            offset: offset - 1,
            expected,
            found: u16::from(self),
        }
    }
}

/// Type and version of a record, and the two bytes of its length.
impl Code for (u8, u8) {
    #[cold]
    fn unknown(self, known: &[(u8, u8)], expected: &'static str, offset: usize) -> DecodeError {
        let offset = offset - FRAME_BYTES;
        let (kind, version) = self;
        let versions = known.iter().filter(|(known, _)| *known == kind);
        match versions.map(|(_, version)| *version).max() {
            None => DecodeError::UnknownType {
                offset,
                expected,
                found: u16::from(kind),
            },
            Some(newest) if newest < version => DecodeError::NewerVersion {
                offset,
                expected,
                found: u16::from(version),
            },
            Some(_) => DecodeError::Illegal { offset, expected },
        }
    }
}

/// Type, version and length of a record.
const FRAME_BYTES: usize = 4;

/// Fields in order, each with its type: the bytes of a struct.
macro_rules! layout {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {$(
        impl $crate::binary::field::Field for $name {
            const BYTES_MIN: usize = 0 $(+ <$type as $crate::binary::field::Field>::BYTES_MIN)*;

            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                let $name { $($field),* } = self;
                $($crate::binary::field::Field::put($field, out);)*
            }

            #[inline]
            fn take(
                reader: &mut $crate::binary::codec::Reader<'_>,
            ) -> Result<$name, $crate::binary::codec::DecodeError> {
                Ok($name { $($field: $crate::binary::field::Field::take(reader)?),* })
            }
        }

    )*};
}

/// The same, and the struct as an object in a dump.
macro_rules! shown_layout {
    ($($name:ident { $($field:ident: $type:ty),* $(,)? })*) => {$(
        $crate::binary::field::layout! { $name { $($field: $type),* } }

        impl $crate::binary::field::Show for $name {
            fn show(&self, line: &mut $crate::binary::json_line::Line) {
                let $name { $($field),* } = self;
                line.open();
                $(line.member(stringify!($field), $field);)*
                line.close();
            }
        }
    )*};
}

/// A row a variant: its code, its name, its shape as pattern and expression, its fields in order.
macro_rules! choice {
    (
        $type:ty, $code_type:ty, $expected:literal;
        $($code:tt $name:ident [$($shape:tt)*] ($($field:ident),*);)*
    ) => {
        impl $crate::binary::field::Choice for $type {
            type Code = $code_type;

            const CODES: &'static [$code_type] = &[$($code),*];
            const EXPECTED: &'static str = $expected;

            #[inline]
            #[allow(unused_variables, reason = "the code needs no field")]
            fn code(&self) -> $code_type {
                match self {
                    $($($shape)* => $code,)*
                }
            }

            #[inline]
            #[allow(unused_variables, reason = "no variant of this enum may have a field")]
            fn put_body(&self, out: &mut Vec<u8>) {
                match self {
                    $($($shape)* => { $($crate::binary::field::Field::put($field, out);)* })*
                }
            }

            #[inline]
            #[allow(unused_variables, reason = "no variant of this enum may have a field")]
            fn take_body(
                code: $code_type,
                reader: &mut $crate::binary::codec::Reader<'_>,
            ) -> Result<$type, $crate::binary::codec::DecodeError> {
                match code {
                    $($code => {
                        $(let $field = $crate::binary::field::Field::take(reader)?;)*
                        Ok($($shape)*)
                    })*
                    _ => Err($crate::binary::field::Code::unknown(
                        code,
                        <$type as $crate::binary::field::Choice>::CODES,
                        $expected,
                        reader.offset(),
                    )),
                }
            }

            #[allow(unused_variables, reason = "the name needs no field")]
            fn name(&self) -> &'static str {
                match self {
                    $($($shape)* => stringify!($name),)*
                }
            }

            #[allow(unused_variables, reason = "no variant of this enum may have a field")]
            fn show_members(&self, line: &mut $crate::binary::json_line::Line) {
                match self {
                    $($($shape)* => { $(line.member(stringify!($field), $field);)* })*
                }
            }
        }
    };
}

/// An enum inside a record: its number in one byte, then its fields, which may be known to fill a few bytes.
macro_rules! inline_choice {
    ($type:ty, $expected:literal $(, and at least $bytes_min:expr)?; $($rows:tt)*) => {
        $crate::binary::field::choice! { $type, u8, $expected; $($rows)* }

        impl $crate::binary::field::Field for $type {
            const BYTES_MIN: usize = 1 $(+ $bytes_min)?;

            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                out.push($crate::binary::field::Choice::code(self));
                $crate::binary::field::Choice::put_body(self, out);
            }

            #[inline]
            fn take(
                reader: &mut $crate::binary::codec::Reader<'_>,
            ) -> Result<$type, $crate::binary::codec::DecodeError> {
                $crate::binary::field::take_choice(reader)
            }
        }

        impl $crate::binary::field::Show for $type {
            fn show(&self, line: &mut $crate::binary::json_line::Line) {
                $crate::binary::field::show_choice(self, line);
            }
        }
    };
}

pub(crate) use {choice, inline_choice, layout, shown_layout};

#[inline]
pub(crate) fn take_choice<T: Choice<Code = u8>>(reader: &mut Reader<'_>) -> Result<T, DecodeError> {
    let [code] = reader.array(T::EXPECTED)?;
    T::take_body(code, reader)
}

/// Shows a variant without fields as its name, another as an object of that one name.
pub(crate) fn show_choice<T: Choice<Code = u8>>(choice: &T, line: &mut Line) {
    let mut members = Line::default();
    members.open();
    choice.show_members(&mut members);
    members.close();
    if members.is_empty_object() {
        line.string(choice.name());
    } else {
        line.open();
        line.key(choice.name());
        line.append(&members);
        line.close();
    }
}

/// Appends a value that carries its own type, version and length: 4 bytes, then its fields.
///
/// # Panics
/// When the fields fill more than 65,535 bytes; no variant comes near.
#[inline]
pub(crate) fn put_framed<T: Choice<Code = (u8, u8)>>(value: &T, out: &mut Vec<u8>) {
    let (kind, version) = value.code();
    out.extend_from_slice(&[kind, version, 0, 0]);
    let body = out.len();
    value.put_body(out);
    let length = u16::try_from(out.len() - body).expect("every variant is far below 64 KiB");
    out[body - 2..body].copy_from_slice(&length.to_le_bytes());
}

/// Takes a value that carries its own type, version and length.
///
/// # Errors
/// When type or version are unknown, a field is illegal, or the length is not that of the fields.
#[inline]
pub(crate) fn take_framed<T: Choice<Code = (u8, u8)>>(
    reader: &mut Reader<'_>,
) -> Result<T, DecodeError> {
    let [kind, version, low, high] = reader.array::<FRAME_BYTES>(T::EXPECTED)?;
    let length = usize::from(u16::from_le_bytes([low, high]));
    let mut body = reader.part(length, T::EXPECTED)?;
    let value = T::take_body((kind, version), &mut body);
    if value.is_ok() {
        body.finish(T::EXPECTED)?;
    }
    value
}
