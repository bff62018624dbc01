//! Pictures of documents: known by their content, bounded before they are decoded, and drawn anew, so that nothing of
//! what was uploaded is kept but what can be seen.
//!
//! **Source** `docs/spec/kyc.md` §4. Absent: PDF and SVG, which can hold programs; names of files, which nobody asks for.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, Limits, RgbImage};

/// The most bytes that are read of an upload.
pub const UPLOAD_BYTES_MAX: usize = 10 << 20;
/// The most pixels: twice what a good camera of a telephone gives.
pub const PIXELS_MAX: u64 = 25_000_000;
pub const SIDE_PIXELS_MAX: u32 = 10_000;
/// Smaller than that nothing can be read.
pub const SIDE_PIXELS_MIN: u32 = 16;
/// What a decoder may take: 16 bits for each of four channels of every pixel, and as much again.
const DECODER_BYTES_MAX: u64 = PIXELS_MAX * 8 * 2;
/// Fine print stays legible.
const QUALITY: u8 = 90;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Why an upload is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureRefusal {
    #[error("it is neither a PNG nor a JPEG picture")]
    Type,
    #[error("it has more than 10 MiB")]
    Size,
    #[error("a picture has 16 to 10000 pixels a side, and at most 25 million together")]
    Pixels,
    #[error("the picture is damaged or not whole")]
    Damaged,
}

/// A picture that was drawn anew: a JPEG of ours.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

impl core::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Picture({} × {})", self.width, self.height)
    }
}

impl Picture {
    /// Returns what an upload shows, drawn anew.
    ///
    /// **Cost** up to a second of a processor and 300 MB: not on a thread that answers requests.
    ///
    /// # Errors
    /// `Size`, `Type`, `Pixels` before anything is decoded, `Damaged`.
    pub fn redraw(upload: &[u8]) -> Result<Picture, PictureRefusal> {
        if UPLOAD_BYTES_MAX < upload.len() {
            return Err(PictureRefusal::Size);
        }
        let drawn = if upload.starts_with(PNG) {
            let decoder = PngDecoder::with_limits(Cursor::new(upload), limits());
            decode(decoder.map_err(refused)?)?
        } else if upload.starts_with(JPEG) {
            check_pixels(jpeg_pixels(upload).ok_or(PictureRefusal::Damaged)?)?;
            let decoder = JpegDecoder::new(Cursor::new(upload));
            decode(decoder.map_err(refused)?)?
        } else {
            return Err(PictureRefusal::Type);
        };
        encode(&drawn)
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_PIXELS_MAX);
    limits.max_image_height = Some(SIDE_PIXELS_MAX);
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    limits
}

fn check_pixels((width, height): (u32, u32)) -> Result<(), PictureRefusal> {
    let is_side = |side: u32| SIDE_PIXELS_MIN <= side && side <= SIDE_PIXELS_MAX;
    let is_legal =
        is_side(width) && is_side(height) && u64::from(width) * u64::from(height) <= PIXELS_MAX;
    if mutant::plant!("pixels-uncounted", true, is_legal) {
        Ok(())
    } else {
        Err(PictureRefusal::Pixels)
    }
}

fn decode(mut decoder: impl ImageDecoder) -> Result<RgbImage, PictureRefusal> {
    // The head alone is read so far.
    check_pixels(decoder.dimensions())?;
    decoder.set_limits(limits()).map_err(refused)?;
    let orientation = decoder.orientation().map_err(refused)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refused)?;
    image.apply_orientation(orientation);
    Ok(image.into_rgb8())
}

fn encode(image: &RgbImage) -> Result<Picture, PictureRefusal> {
    let (width, height) = image.dimensions();
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    encoder
        .write_image(image.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(refused)?;
    Ok(Picture {
        jpeg,
        width,
        height,
    })
}

fn refused(error: image::ImageError) -> PictureRefusal {
    match error {
        image::ImageError::Limits(_) => PictureRefusal::Pixels,
        _ => PictureRefusal::Damaged,
    }
}

/// Returns width and height of a JPEG that has everything from its beginning to its end marker; the decoder would draw
/// a truncated one in grey.
///
/// **Source** ITU-T T.81, annex B.
fn jpeg_pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    const END: u8 = 0xd9;
    const SCAN: u8 = 0xda;
    let mut place = 2;
    let mut pixels = None;
    loop {
        // Any number of fill bytes may stand before a marker.
        if *bytes.get(place)? != 0xff {
            return None;
        }
        let marker = *bytes.get(place + 1)?;
        match marker {
            0xff => place += 1,
            END => return pixels,
            0x01 | 0xd0..=0xd7 => place += 2,
            _ => {
                let length = bytes.get(place + 2..place + 4)?;
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                let segment = bytes.get(place + 4..place + 2 + length.max(2))?;
                if is_frame(marker) {
                    let sides = segment.get(1..5)?;
                    let side =
                        |at: usize| u32::from(u16::from_be_bytes([sides[at], sides[at + 1]]));
                    pixels = Some((side(2), side(0)));
                }
                place += 2 + length.max(2);
                if marker == SCAN {
                    place = scan_end(bytes, place)?;
                }
            }
        }
    }
}

/// Whether a marker begins a frame: all of 0xc0 to 0xcf but tables and the extension.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Returns where the coded data of a scan ends: at the next marker that is neither a stuffed byte nor a restart.
fn scan_end(bytes: &[u8], mut place: usize) -> Option<usize> {
    loop {
        let pair = bytes.get(place..place + 2)?;
        if pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff) {
            return Some(place);
        }
        place += 1;
    }
}
