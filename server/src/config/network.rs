//! Addresses of proxies.

use std::net::IpAddr;

pub(super) const ALLOWED: &str =
    "addresses or networks separated by commas, such as 127.0.0.1, 172.16.0.0/12";

/// A network such as `172.16.0.0/12`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether `address` belongs to the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        // A dual-stack socket shows IPv4 peers as `::ffff:127.0.0.1`.
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - self.bits;
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - self.bits;
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// Reads `127.0.0.1, 172.16.0.0/12`.
pub(super) fn parse_list(text: &str) -> Option<Vec<Network>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

fn parse(text: &str) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address.parse::<IpAddr>().ok()?, Some(bits.parse().ok()?)),
        None => (text.parse::<IpAddr>().ok()?, None),
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    Some(Network { address, bits: bits.unwrap_or(most) }).filter(|network| network.bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_knows_its_addresses() {
        let check = |list: &str, address: &str, expected: bool| {
            let networks = parse_list(list).unwrap();
            let address = address.parse().unwrap();
            assert_eq!(
                networks.iter().any(|network| network.contains(address)),
                expected,
                "{list} {address}"
            );
        };
        check("127.0.0.1", "127.0.0.1", true);
        check("127.0.0.1", "::ffff:127.0.0.1", true);
        check("127.0.0.1", "127.0.0.2", false);
        check("172.16.0.0/12, ::1", "172.20.3.4", true);
        check("172.16.0.0/12, ::1", "172.32.0.1", false);
        check("172.16.0.0/12, ::1", "::1", true);
        check("0.0.0.0/0", "8.8.8.8", true);
        check("", "8.8.8.8", false);
        assert_eq!(parse_list("10.0.0.0/33"), None);
        assert_eq!(parse_list("proxy.local"), None);
    }
}
