//! As much of JSON Schema as the documents use: whether a value is what a schema says.

use serde_json::Value;

/// Checks a value against a schema of a document.
///
/// # Errors
/// The first place that differs, and how.
pub fn check(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(target) = schema["$ref"].as_str() {
        let pointer = target
            .strip_prefix('#')
            .expect("a reference into the document");
        let schema = document
            .pointer(pointer)
            .ok_or(format!("{target} leads nowhere"))?;
        return check(document, schema, value, place);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let checks = choices
            .iter()
            .map(|choice| check(document, choice, value, place));
        let failures: Vec<String> = checks.map_while(Result::err).collect();
        return if failures.len() < choices.len() {
            Ok(())
        } else {
            Err(format!("{place} is none of: {}", failures.join("; ")))
        };
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Err(format!("{place} is {value} and not {}", schema["const"]));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|words| !words.contains(value))
    {
        return Err(format!("{place} is {value} and none of {}", schema["enum"]));
    }
    match schema["type"].as_str() {
        Some("object") => object(document, schema, value, place),
        Some("array") => array(document, schema, value, place),
        Some("string") => text(schema, value, place),
        Some("integer") => integer(schema, value, place),
        Some("boolean") => found(value.is_boolean(), value, place),
        Some("null") => found(value.is_null(), value, place),
        _ => Ok(()),
    }
}

fn found(is_right: bool, value: &Value, place: &str) -> Result<(), String> {
    is_right.then_some(()).ok_or(format!("{place} is {value}"))
}

fn object(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let members = value
        .as_object()
        .ok_or(format!("{place} is no object: {value}"))?;
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().expect("a name");
        found(
            members.contains_key(name),
            &Value::Null,
            &format!("{place}.{name}"),
        )?;
    }
    for (name, member) in members {
        match schema["properties"].get(name) {
            Some(known) => check(document, known, member, &format!("{place}.{name}"))?,
            None if schema["additionalProperties"] == false => {
                return Err(format!("{place}.{name} is not described"));
            }
            None => check(
                document,
                &schema["additionalProperties"],
                member,
                &format!("{place}.{name}"),
            )?,
        }
    }
    Ok(())
}

fn array(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let items = value
        .as_array()
        .ok_or(format!("{place} is no array: {value}"))?;
    let least = schema["minItems"].as_u64().unwrap_or(0) as usize;
    let most = schema["maxItems"]
        .as_u64()
        .map_or(usize::MAX, |most| most as usize);
    found(least <= items.len() && items.len() <= most, value, place)?;
    let places = schema["prefixItems"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    for (index, item) in items.iter().enumerate() {
        let place = format!("{place}[{index}]");
        match places.get(index) {
            Some(own) => check(document, own, item, &place)?,
            None if schema["items"] == false => return Err(format!("{place} is not described")),
            None => check(document, &schema["items"], item, &place)?,
        }
    }
    Ok(())
}

fn integer(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    found(
        value.as_i64().is_some_and(|number| least <= number),
        value,
        place,
    )
}

/// Decimals are the only texts whose pattern matters here: how many places they have, and whether a sign.
fn text(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let text = value
        .as_str()
        .ok_or(format!("{place} is no text: {value}"))?;
    let pattern = schema["pattern"].as_str().unwrap_or("");
    let places = [(r"\.[0-9]{8}$", 8), (r"\.[0-9]{3}$", 3)];
    let Some((_, places)) = places.iter().find(|(end, _)| pattern.ends_with(end)) else {
        return Ok(());
    };
    let unsigned = text
        .strip_prefix('-')
        .filter(|_| pattern.starts_with("^-?"));
    let (whole, fraction) = unsigned.unwrap_or(text).split_once('.').unwrap_or(("", ""));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_decimal = is_digits(whole) && is_digits(fraction) && fraction.len() == *places;
    found(is_decimal, value, place)
}
