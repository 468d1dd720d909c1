//! Where servers stand, by a table of networks that the office brings: one `CIDR,place` a line.

use std::net::IpAddr;

/// Lines of a table.
const MOST_LINES: usize = 5_000_000;

/// A table of networks, sorted. Made by [`Networks::read`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks {
    /// First and last address, as 128 bits (IPv4 mapped), and number of the place; sorted by the first.
    ranges: Vec<(u128, u128, u32)>,
    places: Vec<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}; write a network and a place, such as `203.0.113.0/24,CN/辽宁`")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: &'static str,
}

impl Networks {
    /// Reads a table. Lines that are empty or begin with `#` are passed over, and a first line without a network is a header.
    pub fn read(text: &str) -> Result<Self, BadLine> {
        let mut table = Self::default();
        let mut known = std::collections::BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |problem| BadLine {
                line: number + 1,
                problem,
            };
            if table.ranges.len() >= MOST_LINES {
                return Err(bad("the table is longer than five million lines"));
            }
            let (network, place) = line
                .split_once([',', '\t', ';'])
                .ok_or_else(|| bad("no comma"))?;
            let place = place.trim().trim_matches('"');
            let Some((first, last)) = range(network.trim().trim_matches('"')) else {
                if number == 0 {
                    continue;
                }
                return Err(bad("no network"));
            };
            if place.is_empty() {
                return Err(bad("no place"));
            }
            let next = u32::try_from(table.places.len()).unwrap_or(u32::MAX);
            let place = *known.entry(place.to_owned()).or_insert_with(|| {
                table.places.push(place.to_owned());
                next
            });
            table.ranges.push((first, last, place));
        }
        table.ranges.sort_unstable();
        Ok(table)
    }

    /// Networks in it.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The place of the smallest network that an address lies in.
    pub fn place(&self, address: IpAddr) -> Option<&str> {
        let address = bits(address);
        let upto = self.ranges.partition_point(|(first, ..)| *first <= address);
        // Networks are nested or apart: the last that begins before and has not ended is the smallest. Tables of
        // countries are flat, so few steps are made; a nested one is looked through no further than this.
        let before = self.ranges.get(..upto)?.iter().rev().take(4_096);
        let hit = before
            .filter(|(_, last, _)| *last >= address)
            .min_by_key(|(first, last, _)| last - first)?;
        self.places.get(hit.2 as usize).map(String::as_str)
    }
}

/// Whether a place is on the mainland: it begins with CN, or with the name of the country. Hong Kong, Macao and Taiwan
/// have codes of their own in such tables (HK, MO, TW) and do not count as the mainland.
pub fn is_mainland(place: &str) -> bool {
    let place = place.trim();
    let code = place
        .get(..2)
        .is_some_and(|code| code.eq_ignore_ascii_case("cn"));
    let apart = ["香港", "澳门", "台湾", "HK", "MO", "TW"]
        .iter()
        .any(|name| place.contains(name));
    (code || place.starts_with("中国") || place.starts_with("China")) && !apart
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

fn range(network: &str) -> Option<(u128, u128)> {
    let (address, length) = match network.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (network, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let (most, lead) = if address.is_ipv4() {
        (32, 96)
    } else {
        (128, 0)
    };
    let length = length.unwrap_or(most);
    if length > most {
        return None;
    }
    let free = 128 - (length + lead);
    let mask = u128::MAX.checked_shl(free).unwrap_or(0);
    let first = bits(address) & mask;
    Some((first, first | !mask))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_smallest_network_counts() {
        let table = "network,place\n# 说明\n203.0.113.0/24,CN/辽宁\n203.0.113.128/25,US\n2001:db8::/32,\"HK\"\n198.51.100.7,新加坡\n";
        let table = Networks::read(table).expect("a sound table");
        let place = |a: &str| {
            table
                .place(a.parse().expect("an address"))
                .map(str::to_owned)
        };
        assert_eq!(place("203.0.113.5").as_deref(), Some("CN/辽宁"));
        assert_eq!(place("203.0.113.200").as_deref(), Some("US"));
        assert_eq!(place("2001:db8::1").as_deref(), Some("HK"));
        assert_eq!(place("198.51.100.7").as_deref(), Some("新加坡"));
        assert_eq!(place("198.51.100.8"), None);
        assert_eq!(table.len(), 4);
    }

    #[test]
    fn faults_name_the_line() {
        for (text, line) in [
            ("203.0.113.0/24,CN\n203.0.113.0/33,CN", 2),
            ("a,b\nc,d", 2),
            ("203.0.113.0/24", 1),
            ("203.0.113.0/24,", 1),
        ] {
            assert_eq!(
                Networks::read(text).map_err(|e| e.line),
                Err(line),
                "{text}"
            );
        }
    }

    #[test]
    fn mainland_places() {
        for (place, expected) in [
            ("CN", true),
            ("cn/辽宁", true),
            ("中国 北京", true),
            ("US", false),
            ("中国香港", false),
            ("CN-HK", false),
            ("", false),
            ("香", false),
        ] {
            assert_eq!(is_mainland(place), expected, "{place}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "([0-9a-f./:,;\\n ]{0,12}|.{0,9}){0,6}", address in any::<u128>()) {
            if let Ok(table) = Networks::read(&text) {
                table.place(IpAddr::V6(address.into()));
                table.place(IpAddr::V4((address as u32).into()));
            }
        }

        #[test]
        fn a_network_holds_its_addresses(address in any::<u32>(), length in 0u32..33, inside in any::<u32>()) {
            let table = Networks::read(&format!("{}/{length},X", std::net::Ipv4Addr::from(address))).expect("sound");
            let free = u32::MAX.checked_shr(length).unwrap_or(0);
            let within = (address & !free) | (inside & free);
            prop_assert_eq!(table.place(IpAddr::V4(within.into())), Some("X"));
            if length > 0 {
                prop_assert_eq!(table.place(IpAddr::V4((within ^ (1 << (32 - length))).into())), None);
            }
        }
    }
}
