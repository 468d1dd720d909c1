//! How one seed sees the network: fixed answers, allowed networks, and the pinned addresses of names.
//!
//! The resolver that reqwest is given *is* the guard: every address it hands out was judged in the same step, so
//! no name can rebind between check and use. One view has one HTTP client and so one connection pool: a
//! connection made under one seed's permissions is never used under another's.

use super::bounded::Bounded;
use super::guard::{permitted, special};
use super::quoted::quoted;
use crate::model::seed::{AddressPermission, HostOverride, Seed};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::sync::Semaphore;
use url::{Host, Url};

/// How long an answer for a name is kept.
const PIN_LIFE: Duration = Duration::from_secs(120);
/// How long a refusal or failure for a name is kept.
const REFUSAL_LIFE: Duration = Duration::from_secs(30);
/// How long a name may take to resolve.
const LOOKUP_TIME: Duration = Duration::from_secs(8);
/// Names pinned at once, per view.
const PINS: usize = 20_000;
/// Addresses kept of one answer.
const ANSWERS: usize = 16;

/// Why a host may not or cannot be connected to.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A literal or an answer is special and not allowed.
    #[error("{host} is at {address}: {range}")]
    Special {
        /// The host as asked for.
        host: String,
        /// The special address.
        address: IpAddr,
        /// What kind of address that is.
        range: &'static str,
    },
    /// No answer.
    #[error("{host} does not resolve: {cause}")]
    Unresolved {
        /// The host as asked for.
        host: String,
        /// What the resolver said.
        cause: String,
    },
}

/// Where one host may be connected to. All addresses have passed the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Approved {
    /// The addresses; port 0 stands for the address's own port.
    pub(super) addresses: Vec<SocketAddr>,
    /// Whether the list fixed another port than the address names.
    pub(super) other_port: bool,
}

type Pin = (Instant, Result<Approved, Refusal>);

/// One way of seeing the network; seeds with the same overrides and permissions share it.
#[derive(Debug)]
pub(super) struct View {
    overrides: Vec<HostOverride>,
    permission: AddressPermission,
    proxy: Option<ProxyHost>,
    pins: Mutex<Bounded<String, Pin>>,
    lookups: Arc<Semaphore>,
}

/// The configured proxy, which the office trusts and the list need not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProxyHost {
    /// Its host name or address.
    pub(super) host: String,
    /// Whether the proxy resolves the watched names itself, so that they need not resolve here.
    pub(super) resolves: bool,
}

/// What makes two seeds see the network alike.
pub(super) fn view_key(seed: &Seed) -> String {
    if seed.resolve.is_empty() && seed.addresses.networks.is_empty() {
        return String::new();
    }
    format!("{:?} {:?}", seed.resolve, seed.addresses.networks)
}

impl View {
    /// A view. `lookups` bounds the name lookups under way in the whole process.
    pub(super) fn new(
        overrides: Vec<HostOverride>,
        permission: AddressPermission,
        proxy: Option<ProxyHost>,
        lookups: Arc<Semaphore>,
    ) -> Self {
        Self {
            overrides,
            permission,
            proxy,
            pins: Mutex::new(Bounded::new(PINS)),
            lookups,
        }
    }

    /// Approves the host of an address: literals at once, names by their pinned answers.
    pub(super) async fn approve(&self, url: &Url) -> Result<Approved, Refusal> {
        match url.host() {
            Some(Host::Ipv4(v4)) => self.judge(url.host_str(), [SocketAddr::new(v4.into(), 0)]),
            Some(Host::Ipv6(v6)) => self.judge(url.host_str(), [SocketAddr::new(v6.into(), 0)]),
            Some(Host::Domain(name)) => self.approve_name(name).await,
            None => Err(Refusal::Unresolved {
                host: String::new(),
                cause: "the address has no host".to_owned(),
            }),
        }
    }

    /// Approves a name: the list's fixed answer, else the pinned one, else a lookup.
    async fn approve_name(&self, name: &str) -> Result<Approved, Refusal> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if let Some(fixed) = self.fixed(&name) {
            let port = fixed.port.filter(|_| !self.proxy_resolves());
            let answer = SocketAddr::new(fixed.address, port.unwrap_or(0));
            return self.judge(Some(&name), [answer]);
        }
        if let Some(pinned) = self.pinned(&name) {
            return pinned;
        }
        let answer = match self.look_up(&name).await {
            Ok(addresses) => self.judge(Some(&name), addresses),
            Err(_) if self.proxy_resolves() => Ok(Approved {
                addresses: Vec::new(),
                other_port: false,
            }),
            Err(cause) => Err(Refusal::Unresolved {
                host: quoted(&name),
                cause,
            }),
        };
        self.pins
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, (Instant::now(), answer.clone()));
        answer
    }

    /// The addresses that the HTTP client may connect to for a name: approved ones, or the configured proxy's. A
    /// watched page on the proxy's own host is no exception: its permit comes from [`View::approve`].
    pub(super) async fn connect_to(&self, name: &str) -> Result<Vec<SocketAddr>, Refusal> {
        if self.proxy.as_ref().is_some_and(|p| p.host == name) {
            let found = self.look_up(name).await;
            return found.map_err(|cause| Refusal::Unresolved {
                host: quoted(name),
                cause,
            });
        }
        self.approve_name(name).await.map(|a| a.addresses)
    }

    fn proxy_resolves(&self) -> bool {
        self.proxy.as_ref().is_some_and(|p| p.resolves)
    }

    /// The list's fixed answer for a name: an exact one before a `*.suffix`, a longer suffix before a shorter.
    fn fixed(&self, name: &str) -> Option<&HostOverride> {
        let fits = |o: &&HostOverride| match o.host.strip_prefix("*.") {
            Some(suffix) => name
                .strip_suffix(suffix)
                .is_some_and(|head| head.len() > 1 && head.ends_with('.')),
            None => o.host == name,
        };
        self.overrides
            .iter()
            .filter(fits)
            .max_by_key(|o| (!o.host.starts_with("*."), o.host.len()))
    }

    fn pinned(&self, name: &str) -> Option<Result<Approved, Refusal>> {
        let mut pins = self.pins.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, answer) = pins.get(name)?;
        let life = if answer.is_ok() {
            PIN_LIFE
        } else {
            REFUSAL_LIFE
        };
        (since.elapsed() < life).then(|| answer.clone())
    }

    /// Asks the system's resolver. The lookup holds its place in the queue even when we stop waiting, because the
    /// blocking thread behind it goes on.
    async fn look_up(&self, name: &str) -> Result<Vec<SocketAddr>, String> {
        let lookups = Arc::clone(&self.lookups);
        let host = name.to_owned();
        let task = tokio::spawn(async move {
            let _place = lookups.acquire_owned().await;
            tokio::net::lookup_host((host.as_str(), 0))
                .await
                .map(|found| {
                    let mut addresses: Vec<SocketAddr> = found.take(ANSWERS).collect();
                    addresses.dedup();
                    addresses
                })
        });
        match tokio::time::timeout(LOOKUP_TIME, task).await {
            Ok(Ok(Ok(addresses))) if addresses.is_empty() => Err("no address".to_owned()),
            Ok(Ok(Ok(addresses))) => Ok(addresses),
            Ok(Ok(Err(error))) => Err(error.to_string()),
            Ok(Err(_)) => Err("the lookup broke off".to_owned()),
            Err(_) => Err("the lookup took too long".to_owned()),
        }
    }

    /// Refuses the whole answer when one address in it is special and not allowed.
    fn judge(
        &self,
        host: Option<&str>,
        addresses: impl IntoIterator<Item = SocketAddr>,
    ) -> Result<Approved, Refusal> {
        let addresses: Vec<SocketAddr> = addresses.into_iter().collect();
        let refused = addresses
            .iter()
            .find(|a| !permitted(a.ip(), &self.permission));
        if let Some(refused) = refused {
            return Err(Refusal::Special {
                host: quoted(host.unwrap_or_default()),
                address: refused.ip(),
                range: special(refused.ip()).unwrap_or("special"),
            });
        }
        Ok(Approved {
            other_port: addresses.iter().any(|a| a.port() != 0),
            addresses,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ProxyHost, Refusal, View};
    use crate::model::seed::{AddressPermission, HostOverride};
    use std::net::IpAddr;
    use std::sync::Arc;
    use tokio::sync::Semaphore;
    use url::Url;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("test address")
    }

    fn view(overrides: &[(&str, &str)], proxy: Option<ProxyHost>) -> View {
        let overrides = overrides
            .iter()
            .map(|(host, address)| HostOverride {
                host: (*host).to_owned(),
                address: ip(address),
                port: None,
            })
            .collect();
        let permission = AddressPermission {
            networks: vec![(ip("127.0.0.0"), 24)],
        };
        View::new(overrides, permission, proxy, Arc::new(Semaphore::new(2)))
    }

    #[tokio::test]
    async fn the_nearest_fixed_answer_wins_and_is_judged() {
        let fixed = [
            ("*.test", "127.0.0.1"),
            ("*.shop.test", "127.0.0.2"),
            ("www.shop.test", "127.0.0.3"),
            ("bad.test", "10.0.0.1"),
        ];
        let view = view(&fixed, None);
        for (host, expected) in [
            ("a.test", Some("127.0.0.1")),
            ("m.shop.test", Some("127.0.0.2")),
            ("WWW.shop.test.", Some("127.0.0.3")),
            ("shop.test", Some("127.0.0.1")),
            ("bad.test", None),
            ("127.0.1.1", None),
        ] {
            let url = Url::parse(&format!("http://{host}/")).expect("test address");
            let approved = view.approve(&url).await;
            let address = approved
                .ok()
                .and_then(|a| a.addresses.first().map(|a| a.ip()));
            assert_eq!(address, expected.map(ip), "{host}");
        }
    }

    #[tokio::test]
    async fn the_proxy_is_connected_to_but_its_pages_are_judged() {
        let proxy = ProxyHost {
            host: "localhost".to_owned(),
            resolves: true,
        };
        let mut view = view(&[], Some(proxy));
        view.permission.networks.clear();
        assert!(view.connect_to("localhost").await.is_ok());
        let url = Url::parse("http://localhost/").expect("test address");
        let refused = view.approve(&url).await;
        assert!(
            matches!(refused, Err(Refusal::Special { .. })),
            "{refused:?}"
        );
    }
}
