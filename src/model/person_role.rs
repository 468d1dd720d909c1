//! Roles of persons around a subject (防范和处置非法集资条例 art. 2, 30 to 33; the county plan tells organisers, participants in
//! organising, brokers and the participating public apart).

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonRole {
    /// 法定代表人.
    LegalRep,
    /// 实际控制人.
    Controller,
    /// 代理人.
    Agent,
    /// 中间人、掮客.
    Broker,
    /// 组织者.
    Organizer,
    /// 参与组织活动人员.
    Participant,
    /// 参与群众、集资参与人.
    Investor,
    /// 其他联系人.
    Other,
}

impl PersonRole {
    /// All roles, in order.
    pub const ALL: [Self; 8] = [
        Self::LegalRep,
        Self::Controller,
        Self::Agent,
        Self::Broker,
        Self::Organizer,
        Self::Participant,
        Self::Investor,
        Self::Other,
    ];

    /// The word used in stored forms and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::LegalRep => "legal-rep",
            Self::Controller => "controller",
            Self::Agent => "agent",
            Self::Broker => "broker",
            Self::Organizer => "organizer",
            Self::Participant => "participant-organizer",
            Self::Investor => "investor",
            Self::Other => "other",
        }
    }

    /// The name for officers.
    pub fn label(self) -> &'static str {
        match self {
            Self::LegalRep => "法定代表人",
            Self::Controller => "实际控制人",
            Self::Agent => "代理人",
            Self::Broker => "中间人(掮客)",
            Self::Organizer => "组织者",
            Self::Participant => "参与组织活动人员",
            Self::Investor => "参与群众(集资参与人)",
            Self::Other => "其他人员",
        }
    }

    /// The role of a word, in English or Chinese.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim();
        let known = Self::ALL.into_iter();
        known
            .clone()
            .find(|r| r.code() == word || r.label() == word)
            .or(match word {
                "法人" | "法人代表" | "法定代表" | "负责人" => Some(Self::LegalRep),
                "控制人" | "实控人" => Some(Self::Controller),
                "代理" => Some(Self::Agent),
                "中间人" | "掮客" | "居间人" => Some(Self::Broker),
                "组织人" | "非法集资人" => Some(Self::Organizer),
                "参与组织" | "协助人" | "非法集资协助人" => Some(Self::Participant),
                "集资参与人" | "投资人" | "参与群众" | "受害人" => {
                    Some(Self::Investor)
                }
                _ => None,
            })
    }

    /// Whether the name is shown to officers without further ado. Those of the participating public are not, nor anything else
    /// of them (个人信息保护法 art. 6).
    pub fn shows_family_name(self) -> bool {
        self != Self::Investor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for role in PersonRole::ALL {
            assert_eq!(PersonRole::parse(role.code()), Some(role));
            assert_eq!(PersonRole::parse(role.label()), Some(role));
        }
        assert_eq!(PersonRole::parse("掮客"), Some(PersonRole::Broker));
        assert_eq!(PersonRole::parse("路人"), None);
    }

    #[test]
    fn the_public_is_masked_whole() {
        assert!(!PersonRole::Investor.shows_family_name());
        assert!(PersonRole::LegalRep.shows_family_name());
    }
}
