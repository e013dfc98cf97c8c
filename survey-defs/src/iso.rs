//! Reads days and moments from text, without jiff's general parser.
//!
//! That parser takes every form of ISO 8601 and RFC 9557, and its errors can describe all of them:
//! 36 KB compressed in the form, of which a phone needs the two forms that we write.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// Reads `2025-07-01` and nothing else that ISO 8601 allows, so that each day has one text.
pub fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let has_form = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    if !has_form {
        return None;
    }
    Date::new(digits(&bytes[..4])?, small(&bytes[5..7])?, small(&bytes[8..])?).ok()
}

/// Reads a moment of RFC 3339: `2026-03-01T00:00:00Z`, with or without a fraction of up to nine
/// digits, with `Z` or an offset such as `+07:00`.
pub fn moment(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let date = day(date)?;
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone_at);
    let (time, fraction) = time.split_once('.').map_or((time, None), |(t, f)| (t, Some(f)));
    let mut parts = time.split(':').map(|part| {
        let has_form = part.len() == 2;
        has_form.then(|| small(part.as_bytes())).flatten()
    });
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    let nanosecond = fraction.map_or(Some(0), nanoseconds)?;
    let time = Time::new(hour, minute, second, nanosecond).ok()?;
    offset(zone)?.to_timestamp(DateTime::from_parts(date, time)).ok()
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let number = digits.into_iter().try_fold(0, |number: i32, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i32::from(byte - b'0'))
    });
    number.filter(|_| (1..=9).contains(&fraction.len()))
}

fn offset(zone: &str) -> Option<Offset> {
    let (sign, hours, minutes) = match *zone.as_bytes() {
        [b'Z'] => return Some(Offset::UTC),
        [sign @ (b'+' | b'-'), a, b, b':', c, d] => (sign, digits(&[a, b])?, digits(&[c, d])?),
        _ => return None,
    };
    if minutes > 59 {
        return None;
    }
    let seconds = i32::from(hours) * 3_600 + i32::from(minutes) * 60;
    Offset::from_seconds(if sign == b'-' { -seconds } else { seconds }).ok()
}

fn digits(bytes: &[u8]) -> Option<i16> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0'))
    })
}

fn small(bytes: &[u8]) -> Option<i8> {
    i8::try_from(digits(bytes)?).ok()
}

/// `#[serde(deserialize_with = "…")]`: the reading half; writing is jiff's.
pub(crate) mod de {
    use std::borrow::Cow;

    use jiff::Timestamp;
    use jiff::civil::Date;
    use serde::de::{Deserialize, Deserializer, Error};

    fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        Cow::deserialize(deserializer)
    }

    pub(crate) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        super::day(&text(deserializer)?)
            .ok_or_else(|| D::Error::custom("not a day such as 2025-07-01"))
    }

    pub(crate) fn optional_day<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Date>, D::Error> {
        let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
        text.map(|text| {
            super::day(&text).ok_or_else(|| D::Error::custom("not a day such as 2025-07-01"))
        })
        .transpose()
    }

    pub(crate) fn moment<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Timestamp, D::Error> {
        super::moment(&text(deserializer)?)
            .ok_or_else(|| D::Error::custom("not a moment such as 2026-03-01T00:00:00Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_that_jiff_reads() {
        for text in [
            "2026-03-01T00:00:00Z",
            "2026-03-01T23:59:59.999999999Z",
            "2026-03-01T00:00:00.5+07:00",
            "2024-02-29T12:30:00-11:30",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(moment(text), text.parse().ok(), "{text}");
            assert!(moment(text).is_some(), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2026-03-01",
            "2026-03-01T00:00:00",
            "2026-03-01T24:00:00Z",
            "2026-03-01T00:00:60Z",
            "2026-02-29T00:00:00Z",
            "2026-03-01T00:00:00.Z",
            "2026-03-01T00:00:00.1234567890Z",
            "2026-03-01T00:00:00+0700",
            "2026-03-01T00:00:00+07:60",
            "2026-03-01 00:00:00Z",
            "+2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00:00Z",
            "2026-03-01T0:00:00Z",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        for text in [
            "",
            "2026-060",
            "2026-02-28T00:00",
            "2026-3-01",
            "20260301",
            "2026-13-01",
            "2026-02-29",
            "2026-03-01Z",
            "ngày mai!!",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
