//! The corpus of uploads: what is drawn anew, and what is refused before anything is decoded.

use identity::drawing::Drawing;
use identity::picture::{Picture, PictureRefusal, UPLOAD_BYTES_MAX};
use std::path::PathBuf;

/// The sides of what an upload shows, or why it is refused.
type Outcome = Result<(u32, u32), PictureRefusal>;

/// Every file of `tests/uploads`: the sides of what it shows, or why it is refused.
const CORPUS: &[(&str, Outcome)] = &[
    ("plain.png", Ok((32, 24))),
    ("plain.jpg", Ok((32, 24))),
    ("grey.jpg", Ok((32, 24))),
    ("deep_with_alpha.png", Ok((32, 24))),
    ("turned_with_place.jpg", Ok((24, 32))),
    ("polyglot_page.png", Ok((32, 24))),
    ("polyglot_archive.png", Ok((32, 24))),
    ("polyglot_page.jpg", Ok((32, 24))),
    ("polyglot_archive.jpg", Ok((32, 24))),
    ("polyglot_paper.jpg", Ok((32, 24))),
    ("flood.png", Err(PictureRefusal::Pixels)),
    ("flood_within_sides.png", Err(PictureRefusal::Pixels)),
    ("line.png", Err(PictureRefusal::Pixels)),
    ("dot.png", Err(PictureRefusal::Pixels)),
    ("flood.jpg", Err(PictureRefusal::Pixels)),
    ("truncated.png", Err(PictureRefusal::Damaged)),
    ("truncated.jpg", Err(PictureRefusal::Damaged)),
    ("without_end.jpg", Err(PictureRefusal::Damaged)),
    ("wrong_sum.png", Err(PictureRefusal::Damaged)),
    ("head_alone.png", Err(PictureRefusal::Damaged)),
    ("head_alone.jpg", Err(PictureRefusal::Damaged)),
    ("empty.png", Err(PictureRefusal::Type)),
    ("page.png", Err(PictureRefusal::Type)),
    ("drawing.svg", Err(PictureRefusal::Type)),
    ("paper.pdf", Err(PictureRefusal::Type)),
    ("slip.zip", Err(PictureRefusal::Type)),
    ("moving.gif", Err(PictureRefusal::Type)),
    ("picture.webp", Err(PictureRefusal::Type)),
    ("program.elf", Err(PictureRefusal::Type)),
    ("byte_before.jpg", Err(PictureRefusal::Type)),
];

/// What hides in some of the files and in nothing that is kept.
const HIDDEN: &[&[u8]] = &[
    b"<script",
    b"<?php",
    b"PK\x03\x04",
    b"%PDF",
    b"JavaScript",
    b"Exif",
    b"52.5N",
    b"../",
];

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "uploads"]
        .iter()
        .collect()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn every_upload_of_the_corpus_is_drawn_anew_or_refused_as_it_says() {
    let mut hidden = 0;
    for (name, expected) in CORPUS {
        let upload = std::fs::read(folder().join(name)).expect("the file is there");
        let drawn = Picture::redraw(&upload);
        let sides = drawn
            .as_ref()
            .map(|picture| (picture.width, picture.height));
        assert_eq!(sides.map_err(|refusal| *refusal), *expected, "{name}");
        let Ok(picture) = drawn else {
            continue;
        };
        assert!(picture.jpeg.starts_with(b"\xff\xd8\xff"), "{name}");
        assert!(
            picture.jpeg.ends_with(b"\xff\xd9"),
            "{name}: nothing follows it"
        );
        for part in HIDDEN {
            hidden += usize::from(has(&upload, part));
            assert!(!has(&picture.jpeg, part), "{name} keeps {part:?}");
        }
    }
    assert!(8 <= hidden, "the corpus hides {hidden} things");
}

#[test]
fn every_file_of_the_corpus_is_in_the_table() {
    let entries = std::fs::read_dir(folder()).expect("the folder is there");
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("a plain name");
        assert!(CORPUS.iter().any(|(known, _)| *known == name), "{name}");
    }
}

#[test]
fn what_is_cut_anywhere_is_refused_and_never_half_drawn() {
    for name in ["plain.png", "plain.jpg"] {
        let upload = std::fs::read(folder().join(name)).expect("the file is there");
        let whole = Picture::redraw(&upload).expect("a picture");
        for end in 0..upload.len() {
            if let Ok(drawn) = Picture::redraw(&upload[..end]) {
                assert_eq!(drawn, whole, "{name} cut at {end}");
            }
        }
    }
}

#[test]
fn any_byte_may_be_another_without_a_panic() {
    for name in ["plain.png", "plain.jpg", "turned_with_place.jpg"] {
        let upload = std::fs::read(folder().join(name)).expect("the file is there");
        for place in 0..upload.len() {
            let mut changed = upload.clone();
            changed[place] ^= 0xff;
            let _ = Picture::redraw(&changed);
        }
    }
}

#[test]
fn an_upload_of_one_byte_too_much_is_not_looked_at() {
    let refused = Picture::redraw(&vec![0; UPLOAD_BYTES_MAX + 1]);
    assert_eq!(refused, Err(PictureRefusal::Size));
}

#[tokio::test]
async fn only_so_many_uploads_wait_at_a_time() {
    let drawing = Drawing::new();
    let places: Vec<_> = core::iter::from_fn(|| drawing.reserve()).take(10).collect();
    assert_eq!(places.len(), 4);
    drop(places);
    let upload = std::fs::read(folder().join("plain.png")).expect("the file is there");
    let place = drawing.reserve().expect("a place");
    let drawn = place.draw(upload).await.expect("a picture");
    assert_eq!((drawn.width, drawn.height), (32, 24));
}
