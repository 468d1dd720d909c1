//! Why a page could not be had, as far as that says something about its site.

use crate::model::signal::{Observation, SignalKind};
use crate::model::skip::SkipReason;

/// What a refusal tells of a page that is remembered (`known`) or not. Our own limits (scope, budget, robots) tell nothing.
pub fn refusal(reason: &SkipReason, known: bool) -> Option<Observation> {
    match reason {
        SkipReason::Failed(why) => certificate_fault(why).or_else(|| failure(why, known)),
        // The page was not asked for, because what is allowed could not be asked: the site tells the same.
        SkipReason::RobotsUnreachable(why) => {
            certificate_fault(why).or_else(|| known.then(|| blocked(&format!("连接失败:{why}"))))
        }
        SkipReason::Challenge(kind) if known => Some(blocked(&format!("验证页或登录墙:{kind}"))),
        SkipReason::Redirects(why) if known => Some(blocked(&format!("跳转过多或循环:{why}"))),
        SkipReason::Throttled(_) if known => Some(blocked("对方要求稍后再来")),
        _ => None,
    }
}

/// Whether a refusal means that the page is gone, not merely out of reach.
pub fn is_gone(reason: &SkipReason) -> bool {
    matches!(reason, SkipReason::Failed(why) if is_unresolved(why))
}

fn blocked(detail: &str) -> Observation {
    Observation::new(SignalKind::Unreachable, detail)
}

fn failure(why: &str, known: bool) -> Option<Observation> {
    if !known {
        return None;
    }
    if is_unresolved(why) {
        let detail = format!("域名不再解析:{why}");
        return Some(Observation::new(SignalKind::Vanished, detail));
    }
    Some(blocked(&format!("连接失败:{why}")))
}

/// The resolver's own words for a name that does not exist; a resolver that did not answer says otherwise.
fn is_unresolved(why: &str) -> bool {
    why.contains("does not resolve")
        && [
            "Name or service not known",
            "No address associated",
            "no address",
            "not known",
        ]
        .iter()
        .any(|words| why.contains(words))
}

/// The words of rustls for certificates that it refuses.
fn certificate_fault(why: &str) -> Option<Observation> {
    let rest = why.split("invalid peer certificate: ").nth(1)?;
    let (kind, detail) = if rest.contains("expired") || rest.starts_with("Expired") {
        (SignalKind::CertificateExpired, "证书已过有效期")
    } else if rest.contains("not valid for name") || rest.starts_with("NotValidForName") {
        (SignalKind::CertificateName, "证书不是颁发给该域名的")
    } else if rest.contains("UnknownIssuer") || rest.contains("CaUsedAsEndEntity") {
        let detail = "证书自签名,或颁发者不受信任";
        (SignalKind::CertificateUntrusted, detail)
    } else {
        return None;
    };
    Some(Observation::new(kind, format!("{detail}:{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_tell_what_they_can() {
        let failed = |why: &str| SkipReason::Failed(why.to_owned());
        let kind = |reason: &SkipReason, known| refusal(reason, known).map(|o| o.kind);
        let unresolved = failed(
            "a.test does not resolve: failed to lookup address information: Name or service not known",
        );
        assert_eq!(kind(&unresolved, true), Some(SignalKind::Vanished));
        assert_eq!(kind(&unresolved, false), None);
        assert!(is_gone(&unresolved));
        let slow = failed("a.test does not resolve: the lookup took too long");
        assert_eq!(kind(&slow, true), Some(SignalKind::Unreachable));
        assert!(!is_gone(&slow));
        let refused = failed("Connection refused (os error 111)");
        assert_eq!(kind(&refused, true), Some(SignalKind::Unreachable));
        assert_eq!(kind(&refused, false), None);
        for (why, expected) in [
            (
                "invalid peer certificate: certificate expired: verification time",
                SignalKind::CertificateExpired,
            ),
            (
                "invalid peer certificate: UnknownIssuer",
                SignalKind::CertificateUntrusted,
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a.test\"",
                SignalKind::CertificateName,
            ),
        ] {
            assert_eq!(kind(&failed(why), false), Some(expected));
        }
        assert_eq!(
            kind(&SkipReason::Challenge("521".into()), true),
            Some(SignalKind::Unreachable)
        );
        let robots = |why: &str| SkipReason::RobotsUnreachable(why.to_owned());
        let expired = "invalid peer certificate: certificate expired: x";
        assert_eq!(
            kind(&robots(expired), false),
            Some(SignalKind::CertificateExpired)
        );
        assert_eq!(
            kind(&robots("answered 503"), true),
            Some(SignalKind::Unreachable)
        );
        assert_eq!(kind(&robots("answered 503"), false), None);
        assert_eq!(kind(&SkipReason::Budget("pages"), true), None);
        assert_eq!(kind(&SkipReason::Robots("x".into()), true), None);
    }
}
